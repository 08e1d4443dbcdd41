/**
 * Installations: what an event does to what is stored. `decision.ts` decides,
 * here it is carried out: the store does so in one durable transaction, and only
 * then is the event acknowledged, before any code of the app's own. Implements
 * contract sections 3, 4 and 5. May touch the vault, the store and the jobs.
 */
import type { InstallEvent, Secret, UninstallEvent } from "@annex/protocol";
import type { CrashPoint } from "../crash-point.ts";
import type { Store, StoredInstallation } from "../stores/interface.ts";
import type { Vault } from "../vault/index.ts";
import { type Decision, decide, type EventFacts } from "./decision.ts";
import { installFacts, uninstallFacts } from "./facts.ts";

/** What installations are made of. */
export type InstallationsParts = {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: () => number;
  readonly keyGraceMilliseconds: number;
  readonly crashPoint: CrashPoint;
  /** Whether the app has work for a new installation; without any, none is put into the outbox. */
  readonly hasInstallWork: () => boolean;
  /** Told after each commit that left work in the outbox. */
  readonly onWork: () => void;
  /** Told after each commit that put an installation out of service. */
  readonly onEnded: (installedAppId: string) => void;
};

export type Installations = {
  /** Durable when it resolves. */
  install(event: InstallEvent): Promise<Decision>;
  uninstall(event: UninstallEvent): Promise<Decision>;
  find(installedAppId: string): Promise<StoredInstallation | undefined>;
  listActive(): Promise<readonly StoredInstallation[]>;
  /** The API key, opened for one call; `undefined` when the installation is not active. */
  openKey(installedAppId: string): Promise<Secret | undefined>;
  /**
   * Cloud said that a key was revoked: within the grace time that is no verdict and the
   * call may be tried again; after it the installation is marked revoked at once.
   */
  keyRejected(installedAppId: string, key: Secret): Promise<"retry" | "final">;
  /** A 401 that is not Cloud's own verdict: within the grace time the call may be tried again, and nothing changes. */
  keyRefused(installedAppId: string): Promise<"retry" | "final">;
};

export function createInstallations(parts: InstallationsParts): Installations {
  const { store, vault } = parts;
  return {
    install: (event) =>
      apply(parts, installFacts(event, vault), () => vault.seal(event.installedAppId, event.apiKey)),
    uninstall: (event) => apply(parts, uninstallFacts(event)),
    find: (installedAppId) => store.installations.find(installedAppId),
    listActive: () => store.installations.listActive(),
    openKey: async (installedAppId) => {
      const sealed = await store.installations.sealedKey(installedAppId);
      return sealed === undefined ? undefined : vault.open(installedAppId, sealed);
    },
    keyRejected: (installedAppId, key) => keyRejected(parts, installedAppId, key),
    keyRefused: async (installedAppId) => {
      const installation = await store.installations.find(installedAppId);
      const graceEnds = (installation?.keyStoredAt ?? 0) + parts.keyGraceMilliseconds;
      return installation?.status === "active" && parts.clock() < graceEnds ? "retry" : "final";
    },
  };
}

async function apply(
  parts: InstallationsParts,
  facts: EventFacts,
  seal?: () => Uint8Array,
): Promise<Decision> {
  const now = parts.clock();
  parts.crashPoint("event-accepted");
  const { decision, changes } = await parts.store.apply({
    facts,
    now,
    decide: (known) => withoutIdleWork(decide(known, facts, now), parts.hasInstallWork()),
    ...(seal === undefined ? {} : { seal }),
  });
  parts.crashPoint("before-answer");
  for (const change of changes) if (change.change === "end") parts.onEnded(change.installedAppId);
  if (changes.some((change) => change.change === "enqueue")) parts.onWork();
  return decision;
}

function withoutIdleWork(decision: Decision, hasInstallWork: boolean): Decision {
  if (hasInstallWork || decision.outcome === "conflict") return decision;
  const changes = decision.changes.filter(
    (change) => change.change !== "enqueue" || change.kind !== "install",
  );
  return { ...decision, changes };
}

async function keyRejected(
  parts: InstallationsParts,
  installedAppId: string,
  key: Secret,
): Promise<"retry" | "final"> {
  const { keyGraceMilliseconds: graceMilliseconds } = parts;
  const keyHashes = parts.vault.hashes(key);
  await apply(parts, { kind: "key-rejected", installedAppId, keyHashes, graceMilliseconds });
  // Still active: the grace time runs, or a new key has come meanwhile.
  const installation = await parts.store.installations.find(installedAppId);
  return installation?.status === "active" ? "retry" : "final";
}
