/** Puts the parts of a running app together: settings, secrets, store, doors, portal, jobs. */
import type { AppOptions } from "../application.ts";
import { createCallbacks } from "../callbacks/index.ts";
import { createLaunch } from "../callbacks/launch.ts";
import { developmentSecret, generateCallbackSecret } from "../environment/development-secrets.ts";
import { EnvironmentError, readSettings, type Settings } from "../environment/index.ts";
import { refuseOthersFile } from "../environment/others-file.ts";
import { describeFailure } from "../errors/describe.ts";
import { errorAnswer, newReference, notFound } from "../errors/index.ts";
import { BrokenOff, type Handle } from "../http/exchange.ts";
import { mountPath } from "../http/mounted.ts";
import type { Jobs, OpenJobs } from "../jobs/index.ts";
import type { InstallContext, RunCause } from "../jobs/interface.ts";
import { createAskCloud } from "../lifecycle/asking.ts";
import { type Bind, createBind } from "../lifecycle/bind.ts";
import { createGuard } from "../lifecycle/guard.ts";
import { createInstallations, type Installations } from "../lifecycle/index.ts";
import { createRecordCall } from "../lifecycle/recording.ts";
import { type Retiring, startRetiring, usualRunDays } from "../lifecycle/retirement.ts";
import type { Log } from "../log/index.ts";
import { openPinoLog } from "../log/pino-log.ts";
import { createDescriber } from "../manifest/description.ts";
import { createOnce, type Once } from "../portal/calls/once.ts";
import type { Routes } from "../portal/calls/routes.ts";
import { createDocumentHeaders } from "../portal/documents/headers.ts";
import { createPages } from "../portal/documents/pages.ts";
import { createPortal } from "../portal/index.ts";
import { createSessions } from "../portal/sessions/index.ts";
import { createMayUse, type MayUse } from "../portal/sessions/users.ts";
import { type CrashPoint, createCrashPoint } from "../process/crash-point.ts";
import type { Store } from "../stores/interface.ts";
import { tracedFetch } from "../telemetry/cloud-calls.ts";
import { ringKeyIdsIn } from "../vault/key-ring.ts";
import type { Vaults } from "../vault/vaults.ts";
import { type Webhooks, webhooksRoot } from "../webhooks/index.ts";
import { answerHealth, isHealthPath } from "./health.ts";
import { keysStatus } from "./keys-status.ts";
import { openStore } from "./open-store.ts";
import { keyRingText, openVaults } from "./open-vaults.ts";

/** An app that has its database open. */
export type Runtime = {
  readonly settings: Settings;
  readonly handle: Handle;
  readonly log: Log;
  /** Writes the log's last lines at once; for a process that is about to die. */
  flushLog(): void;
  /** Where the app listens; the public address while none is given. */
  listensAt(url: string): void;
  /** Starts the background work, once; what a crash left goes on. Events need not wait for it. */
  startJobs(): Promise<void>;
  /** The clock went on: what is due is worked. */
  look(): void;
  /** What is bound to an active installation, with its jobs. */
  installation(installedAppId: string, from?: string): Promise<InstallContext | undefined>;
  close(): Promise<void>;
};

/** What a runtime is made of besides the environment. */
export type Definition = {
  readonly options: AppOptions;
  readonly routes: Routes;
  readonly webhooks: Webhooks;
  readonly jobs: Jobs;
};

/**
 * Opens everything an app needs to answer.
 *
 * @throws EnvironmentError naming the variable that is wrong.
 * @throws StoreVersionError when a newer version wrote the database.
 * @throws StoreUnavailable when the database's server can't be reached.
 */
export async function openRuntime(definition: Definition): Promise<Runtime> {
  const { options } = definition;
  const { keyService } = options;
  const settings = readSettings(options.environment ?? process.env, options.name, {
    hasKeyService: keyService !== undefined,
  });
  // Before a key ring is put beside it.
  refuseOthersFile(settings);
  const ringKeyIds = ringKeyIdsOf(settings, keyService !== undefined);
  const { log, flushNow: flushLog, close: closeLog } = openPinoLog(options.name, settings.logFile);
  const crashPoint = createCrashPoint(settings.crashAt);
  const clock = options.clock ?? Date.now;
  const store = await openStore(settings, options.name, crashPoint, log, options.clock);
  await refuseIncompleteRing(store, ringKeyIds, keyService !== undefined);
  const vaults = openVaults({ settings, keyService, store, clock, log });
  if (keyService !== undefined) void askBeforeTheFirstEvent(vaults);
  const address = createAddress(settings);
  const describe = createDescriber(settings.descriptionFile, options.manifest);
  const work = openWork(definition, settings, { store, vaults, clock, log, crashPoint });
  let started: Promise<void> | undefined;
  let haveJobsBegun = false;
  let retiring: Retiring | undefined;
  const startJobs = () => {
    // Tried again by whoever asks next: what hindered it, such as a lock on the database, may be gone.
    started ??= work.jobs.start().then(
      () => {
        haveJobsBegun = true;
      },
      (error: unknown) => {
        started = undefined;
        throw error;
      },
    );
    retiring ??= startRetiring({
      store,
      clock,
      log,
      tenantDataKept: (options.tenantDataDays ?? usualTenantDataDays) * day,
      auditKept: (options.auditDays ?? usualAuditDays) * day,
      runsKept: (options.runDays ?? usualRunDays) * day,
    });
    return started;
  };
  const once = createOnce({ store, clock, log });
  const parts: Parts = {
    definition,
    settings,
    log,
    clock,
    store,
    vaults,
    address,
    startJobs,
    haveJobsBegun: () => haveJobsBegun,
    once,
    ...work,
  };
  return {
    settings,
    handle: createHandle(parts),
    log,
    flushLog,
    listensAt: (url) => {
      address.listensAt(url);
      describe(() => ({
        publicUrl: address.publicUrl(),
        callbackSecret: callbackSecrets(settings)[0] ?? "",
      }));
    },
    startJobs,
    look: work.jobs.look,
    installation: (installedAppId, from) => boundWithJobs(parts, installedAppId, from),
    close: async () => {
      // What is half started could not be stopped.
      await started?.catch(() => undefined);
      await work.jobs.stop();
      await retiring?.stop();
      once.retire();
      await store.close();
      await closeLog();
    },
  };
}

/** What nobody could open would fail at each call, one installation after another; it is said now. */
async function refuseIncompleteRing(
  store: Store,
  ringKeyIds: readonly string[],
  hasKeyService: boolean,
): Promise<void> {
  const { ring, sealedBy } = await keysStatus(store, ringKeyIds);
  const opening = hasKeyService ? ring : ringKeyIds;
  const lacking = sealedBy.map(({ ringKeyId }) => ringKeyId).filter((id) => !opening.includes(id));
  if (lacking.length === 0) return;
  await store.close();
  throw new EnvironmentError(
    "ANNEX_KEY_RING",
    lacking.some((id) => ring.includes(id))
      ? `must be accompanied by the keyService of createApp, which wraps ${lacking.join(", ")}`
      : `must hold every key that something stored is sealed by; it lacks ${lacking.join(", ")}`,
  );
}

/** Ids of the ring's keys; a ring that is wrong is said to be so at the start. */
function ringKeyIdsOf(settings: Settings, hasKeyService: boolean): readonly string[] {
  return hasKeyService && settings.keyRing === undefined ? [] : ringKeyIdsIn(keyRingText(settings));
}

/** A service that is away keeps no app from starting: uninstalls are taken and pages shown without it. */
async function askBeforeTheFirstEvent(vaults: Vaults): Promise<void> {
  try {
    await vaults.current();
  } catch {
    // It is in the log, and told to whoever needs a key.
  }
}

const day = 24 * 3600 * 1000;
const usualTenantDataDays = 30;
const usualAuditDays = 365;

type Ground = {
  readonly store: Store;
  readonly vaults: Vaults;
  readonly clock: () => number;
  readonly log: Log;
  readonly crashPoint: CrashPoint;
};

type WorkParts = {
  readonly installations: Installations;
  readonly bind: Bind;
  readonly jobs: OpenJobs;
};

/** Installations, what is bound to them, and the jobs: each needs the others while it works, none to be made. */
function openWork(definition: Definition, settings: Settings, ground: Ground): WorkParts {
  const { options } = definition;
  const { store, clock, log, crashPoint } = ground;
  const random = options.random ?? Math.random;
  const reach = { cloudUrl: settings.cloudUrl, fetch: tracedFetch(options.fetch ?? reachCloud) };
  const installations = createInstallations({
    ...ground,
    keyGraceMilliseconds: settings.keyGraceMilliseconds,
    hasHook: definition.jobs.hasHook,
    onWork: () => jobs.wake(),
    onEnded: (installedAppId) => jobs.ended(installedAppId),
  });
  const bind = createBind({
    ...reach,
    store,
    vaults: ground.vaults,
    installations,
    clock,
    random,
    sleep: options.sleep,
    log,
    prepareStarts: definition.jobs.prepareStarts,
    wake: () => jobs.wake(),
  });
  const jobs = definition.jobs.open({
    store,
    clock,
    random,
    log,
    crashPoint,
    documentUnit: bind.documentUnit,
    dataOf: bind.dataOf,
    cloudOf: bind.cloudOf,
    ...createGuard({ installations, bind, purposes: options.permissionPurposes }),
    askCloud: createAskCloud({ ...reach, store, installations, clock, log }),
    canOpenKeys: () => canOpenKeys(ground.vaults),
  });
  return { installations, bind, jobs };
}

async function canOpenKeys(vaults: Vaults): Promise<boolean> {
  try {
    await vaults.current();
    return true;
  } catch {
    return false;
  }
}

async function boundWithJobs(
  parts: Parts,
  installedAppId: string,
  from: string | undefined,
): Promise<InstallContext | undefined> {
  const stored = await parts.installations.find(installedAppId);
  if (stored?.status !== "active") return undefined;
  await parts.startJobs();
  const cause: RunCause = from === undefined ? { by: "outside" } : { by: "outside", from };
  const bound = await parts.bind.context(stored);
  return {
    installation: bound.installation,
    cloud: bound.cloud,
    data: parts.bind.dataOf(bound.installation, { cause }),
    secrets: bound.secrets,
    audit: bound.audit,
    log: bound.log,
    jobs: parts.jobs.forInstallation(installedAppId, { cause }),
  };
}

type Parts = WorkParts & {
  readonly definition: Definition;
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: () => number;
  readonly store: Store;
  readonly vaults: Vaults;
  readonly address: Address;
  readonly once: Once;
  readonly startJobs: () => Promise<void>;
  readonly haveJobsBegun: () => boolean;
};

type Address = { readonly publicUrl: () => string; readonly listensAt: (url: string) => void };

function createAddress(settings: Settings): Address {
  let listening = "http://localhost";
  return {
    publicUrl: () => settings.publicUrl ?? listening,
    listensAt: (url) => {
      listening = url;
    },
  };
}

function callbackSecrets(settings: Settings): readonly string[] {
  const generated = () =>
    developmentSecret(`${settings.databaseFile}.callback-secret`, generateCallbackSecret);
  return settings.callbackSecrets ?? [generated()];
}

// Merely naming the global one loads it, which no event needs.
const reachCloud: typeof fetch = (input, init) => fetch(input, init);

function createHandle(parts: Parts): Handle {
  const { settings, store, installations, log, clock } = parts;
  const { authorizeUser, manifest } = parts.definition.options;
  const mayUse = createMayUse({ launchAccess: manifest.launchAccess, authorizeUser });
  const { linkMilliseconds, allowedSources: allowed, trustedProxies } = settings;
  const { publicUrl } = parts.address;
  const launch = createLaunch({ store, mayUse, publicUrl, linkMilliseconds, clock, log });
  const callbacks = createCallbacks({
    secrets: callbackSecrets(settings),
    sources: { allowed, trustedProxies },
    installations,
    launch,
    clock,
    log,
  });
  const portal = openPortal(parts, mayUse);
  return answering(log, async (exchange) => {
    const { path } = exchange;
    if (path.startsWith("/cloud/")) return callbacks(exchange);
    if (path === "/portal" || path.startsWith("/portal/")) {
      // A page can be shown, and a run be noted, while the work that others wait for cannot begin.
      if (!parts.haveJobsBegun())
        await parts.startJobs().catch((error: unknown) => log.error("The jobs could not begin.", { error }));
      return portal(exchange);
    }
    if (path.startsWith(`${webhooksRoot}/`)) return parts.definition.webhooks.answer(exchange);
    return isHealthPath(path) ? answerHealth(parts, path, exchange.method) : notFound;
  });
}

/** Whatever fails on the way, such as a full disk, is answered and is in the log; nothing was acknowledged then. */
function answering(log: Log, handle: Handle): Handle {
  return async (exchange) => {
    try {
      return await handle(exchange);
    } catch (error) {
      const reference = newReference();
      const about = { reference, method: exchange.method, error };
      if (error instanceof BrokenOff) log.debug("A request was broken off.", about);
      else log.error("A request failed.", about);
      return errorAnswer(describeFailure(error), reference);
    }
  };
}

function openPortal(parts: Parts, mayUse: MayUse) {
  const { settings, store, log, clock, definition } = parts;
  const { manifest, permissionPurposes, pages, contentPolicy } = definition.options;
  const headers = createDocumentHeaders(settings.embedOrigins, contentPolicy);
  const root = `${mountPath(settings.publicUrl)}/portal`;
  return createPortal({
    manifest,
    purposes: permissionPurposes,
    mayUse,
    development: !settings.production,
    sessions: createSessions({
      store,
      clock,
      idleMilliseconds: settings.sessionMilliseconds,
      maximumMilliseconds: settings.sessionMaximumMilliseconds,
      log,
    }),
    routes: definition.routes,
    root,
    pages: createPages({
      root,
      directory: pages?.directory,
      isRendered: () => definition.routes.match("GET", "/") !== undefined,
      manifest,
      headers,
    }),
    headers,
    bind: parts.bind,
    secretsOf: parts.bind.secretsOf,
    recordCall: createRecordCall({ store, clock, log }),
    jobsOf: parts.jobs.forInstallation,
    once: parts.once,
    clock,
    log,
  });
}
