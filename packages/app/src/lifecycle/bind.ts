/** Binds what a handler or job gets to one installation. The key is opened for each call and never kept. */
import { randomUUID } from "node:crypto";
import type { CloudClient, CloudClock, EffectScope } from "@annex/client";
import type { Secret } from "@annex/protocol";
import type { InstallationContext, InstallationData } from "../context/index.ts";
import { bindDocuments } from "../data/collections.ts";
import { ownersOf } from "../data/owners.ts";
import { createDocumentUnit, type DocumentUnit } from "../data/unit.ts";
import { errorState } from "../errors/app-error.ts";
import { endedState } from "../errors/ended.ts";
import type { Installation } from "../installations/installation.ts";
import type { RunCause } from "../jobs/interface.ts";
import type { PrepareStart, StartingWork } from "../jobs/starting.ts";
import type { Log } from "../log/index.ts";
import { bindSecrets } from "../secrets/bind.ts";
import type { InstallationSecrets } from "../secrets/index.ts";
import type { Store, StoredInstallation } from "../stores/interface.ts";
import type { Vaults } from "../vault/vaults.ts";
import { BoundInstallation } from "./bound-installation.ts";
import type { Installations } from "./index.ts";
import { createAudit } from "./recording.ts";
import { transact } from "./transact.ts";

export type BindParts = {
  readonly store: Store;
  readonly vaults: Vaults;
  readonly installations: Installations;
  readonly cloudUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  readonly random: () => number;
  /** Waits between two tries of a call; the client's own way unless given. */
  readonly sleep?: ((milliseconds: number) => Promise<void>) | undefined;
  readonly log: Log;
  readonly prepareStarts: (installedAppId: string, parent?: StartingWork) => PrepareStart;
  /** A commit makes runs due. */
  readonly wake: () => void;
};

/** What is made of an installation for the app's own code. */
export type Bind = {
  /** The context of an installation that is active. */
  context(stored: StoredInstallation): Promise<InstallationContext>;
  /** The context of one portal call: what it sends to Cloud and what it starts, it does once. */
  call(
    stored: StoredInstallation,
    once: OnceBinding | undefined,
    cause: RunCause,
  ): Promise<InstallationContext>;
  /** Of one that has ended: without Cloud. */
  ended(stored: StoredInstallation): Omit<InstallationContext, "cloud">;
  /** The Cloud API for a piece of work, each write once. Only after a `context`. */
  cloudOf(installation: Installation, scope: EffectScope): CloudClient;
  /** The secrets of an installation, in the hands of a member. */
  secretsOf(installation: Installation, userId: string | undefined): InstallationSecrets;
  /** Documents that one commit will write. */
  documentUnit(installation: Installation): DocumentUnit;
  /** Documents for a piece of work, which starts each of its runs once. */
  dataOf(installation: Installation, parent: StartingWork): InstallationData;
};

/** What makes the requests of one press one call. */
export type OnceBinding = {
  /** Remembers what it sent to Cloud. */
  readonly scope: EffectScope;
  /** Under what it starts runs. */
  readonly parent: StartingWork;
};

/** A longer `Retry-After` is reported at once, in milliseconds. */
const longestRetryAfter = 2000;

/** So often one call is refused before its installation is suspended. */
const refusalsBelieved = 3;

/** So often a call that somebody waits for is tried while a key is young: some eight seconds, less than a page waits. */
const mostRefusalsWaitedFor = 8;

/** The client, loaded when first needed: no event needs it, and a start is faster without. */
type Client = Pick<typeof import("@annex/client"), "createClient" | "createMemoryScope"> & {
  /** What any call of this process heard of Cloud's time: a piece of work may begin with the call that needs it. */
  readonly cloudClock: CloudClock;
};

async function loadClient({ clock }: BindParts): Promise<Client> {
  const { createClient, createCloudClock, createMemoryScope } = await import("@annex/client");
  return { createClient, createMemoryScope, cloudClock: createCloudClock(() => new Date(clock())) };
}

/**
 * Makes contexts, one for each generation of an installation: what a context
 * holds is the same for all calls, and the key is not in it.
 */
export function createBind(parts: BindParts): Bind {
  const contexts = new WeakMap<StoredInstallation, InstallationContext>();
  let client: Client | Promise<Client> | undefined;
  const loaded = () => {
    client ??= loadClient(parts).then((ready) => {
      client = ready;
      return ready;
    });
    return client;
  };
  const cloudOf = (installation: Installation, scope?: EffectScope) => {
    if (client === undefined || client instanceof Promise) throw new Error("No context was made yet.");
    // A step has the time that a young key may take.
    return bindCloud(parts, installation, client, scope, Number.POSITIVE_INFINITY);
  };
  return {
    context: async (stored) => {
      const known = contexts.get(stored);
      if (known !== undefined) return known;
      const context = contextOf(parts, stored, await loaded());
      contexts.set(stored, context);
      return context;
    },
    call: async (stored, once, cause) => callContext(parts, stored, await loaded(), { once, cause }),
    ended: (stored) => endedContext(parts, stored),
    cloudOf,
    secretsOf: (installation, userId) => secretsOf(parts, installation, userId),
    documentUnit: (installation) => unitOf(parts, installation),
    dataOf: (installation, parent) => dataOf(parts, installation, parent),
  };
}

function contextOf(parts: BindParts, stored: StoredInstallation, client: Client): InstallationContext {
  const bound = endedContext(parts, stored);
  return new BoundInstallation(bound, () => bindCloud(parts, bound.installation, client, undefined));
}

function callContext(
  parts: BindParts,
  stored: StoredInstallation,
  client: Client,
  { once, cause }: { readonly once: OnceBinding | undefined; readonly cause: RunCause },
): InstallationContext {
  const bound = endedContext(parts, stored);
  const { installation } = bound;
  const data = dataOf(parts, installation, once?.parent ?? { cause });
  return new BoundInstallation({ ...bound, data }, () =>
    // Where the page sent no key, a lost answer is looked for within the one request all the same.
    bindCloud(parts, installation, client, once?.scope ?? requestScope(client, installation)),
  );
}

function requestScope(client: Client, { installedAppId }: Installation): EffectScope {
  return client.createMemoryScope(`${installedAppId}/request/${randomUUID()}`);
}

function endedContext(parts: BindParts, stored: StoredInstallation): Omit<InstallationContext, "cloud"> {
  const installation = withoutInternals(stored);
  return {
    installation,
    data: dataOf(parts, installation),
    secrets: secretsOf(parts, installation, undefined),
    audit: createAudit(parts, installation),
    log: parts.log.with(aboutInstallation(installation)),
  };
}

function secretsOf(
  { store, vaults, clock }: BindParts,
  installation: Installation,
  userId: string | undefined,
): InstallationSecrets {
  const owners = ownersOf(installation, store.installations, clock);
  return bindSecrets({ store, vaults, installation, owners, clock, userId });
}

function dataOf(parts: BindParts, installation: Installation, parent?: StartingWork): InstallationData {
  const { store, clock, wake } = parts;
  const owners = ownersOf(installation, store.installations, clock);
  let transactions = 0;
  return {
    ...bindDocuments({ store, owners, clock }),
    transaction: (work) => {
      transactions += 1;
      const starting = numbered(parent, transactions);
      return transact(
        {
          store,
          clock,
          wake,
          beginUnit: () => createDocumentUnit(store.documents, owners),
          beginStarts: () => parts.prepareStarts(installation.installedAppId, starting),
        },
        work,
      );
    },
  };
}

function numbered(parent: StartingWork | undefined, transactions: number): StartingWork | undefined {
  return parent?.id === undefined ? parent : { ...parent, id: `${parent.id}/transaction ${transactions}` };
}

function unitOf({ store, clock }: BindParts, installation: Installation): DocumentUnit {
  return createDocumentUnit(store.documents, ownersOf(installation, store.installations, clock));
}

/** What lines about an installation name. */
export function aboutInstallation(installation: Installation) {
  return { installed_app_id: installation.installedAppId, instance_id: installation.instanceId };
}

/** An installation as the app's own code sees it. */
export function withoutInternals(stored: StoredInstallation): Installation {
  const { generation: _generation, keyStoredAt: _keyStoredAt, ...installation } = stored;
  return installation;
}

function bindCloud(
  parts: BindParts,
  installation: Installation,
  client: Client,
  scope: EffectScope | undefined,
  mostRejections = mostRefusalsWaitedFor,
): CloudClient {
  const { installedAppId, instanceId, grantedPermissions } = installation;
  return client.createClient({
    baseUrl: parts.cloudUrl,
    instanceId,
    grantedPermissions,
    fetch: parts.fetch,
    clock: () => new Date(parts.clock()),
    cloudClock: client.cloudClock,
    random: parts.random,
    ...(parts.sleep === undefined ? {} : { sleep: parts.sleep }),
    ...(scope === undefined ? {} : { effects: scope }),
    // A page must not wait out what Cloud asks for: it shows the state and how long to wait. A job waits between its tries.
    retry: { longestRetryAfterMilliseconds: longestRetryAfter },
    apiKey: () => openKey(parts, installedAppId),
    onKeyRejected: async ({ code, rejections, apiKey }) => {
      // Anybody between here and Cloud can answer 401 once.
      if (code === "key_refused" && rejections < refusalsBelieved) return "retry";
      const answer = code === "key_revoked" ? "revoked" : "refused";
      const decision = await parts.installations.keyAnswered(installedAppId, apiKey, answer);
      // No verdict: its grace time runs, it was replaced meanwhile, or many are refused at once.
      const stands = decision.because === "not-a-verdict";
      const goesOn = stands && !parts.installations.refusals.areMany();
      return goesOn && rejections < mostRejections ? "retry" : "final";
    },
  });
}

async function openKey(parts: BindParts, installedAppId: string): Promise<Secret> {
  const { installations } = parts;
  const opened = await installations.openKey(installedAppId);
  if (opened !== undefined && !opened.isSuspended) return opened.key;
  if (opened !== undefined) {
    // Somebody is waiting for it to come back.
    installations.askSoon(installedAppId);
    throw errorState("suspended");
  }
  // It ended while the handler ran.
  throw endedState((await installations.find(installedAppId))?.status ?? "uninstalled");
}
