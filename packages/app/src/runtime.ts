/** Puts the parts of a running app together: settings, secrets, store, doors, portal, jobs. */
import type { AppOptions } from "./application.ts";
import { createCallbacks } from "./callbacks/index.ts";
import { createLaunch } from "./callbacks/launch.ts";
import { type CrashPoint, createCrashPoint } from "./crash-point.ts";
import {
  developmentSecret,
  generateCallbackSecret,
  generateKeyRing,
} from "./environment/development-secrets.ts";
import { readSettings, type Settings } from "./environment/index.ts";
import { describeFailure } from "./errors/describe.ts";
import { errorAnswer, newReference, notFound } from "./errors/index.ts";
import { type Answer, BrokenOff, type Handle, jsonAnswer } from "./exchange.ts";
import { type Bind, type BindParts, createBind } from "./installations/bind.ts";
import { hostJobs } from "./installations/host-jobs.ts";
import { createInstallations, type Installations } from "./installations/index.ts";
import type { Jobs } from "./jobs/interface.ts";
import type { Log } from "./log/index.ts";
import { openPinoLog } from "./log/pino-log.ts";
import { createDocumentHeaders } from "./portal/headers.ts";
import { createPortal } from "./portal/index.ts";
import { createPages } from "./portal/pages.ts";
import type { Routes } from "./portal/routes.ts";
import { createSessions } from "./portal/sessions.ts";
import { createTidying } from "./portal/tidying.ts";
import { createMayUse, type MayUse } from "./portal/users.ts";
import type { Store } from "./stores/interface.ts";
import { openSqliteStore } from "./stores/sqlite/index.ts";
import { createVault } from "./vault/index.ts";
import { parseKeyRing } from "./vault/key-ring.ts";

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
  close(): Promise<void>;
};

/** What a runtime is made of besides the environment. */
export type Definition = {
  readonly options: AppOptions;
  readonly routes: Routes;
  readonly jobs: Jobs;
  /** Whether `onInstall` was given anything to do. */
  readonly hasInstallWork: () => boolean;
};

/**
 * Opens everything an app needs to answer.
 *
 * @throws EnvironmentError naming the variable that is wrong.
 */
export function openRuntime(definition: Definition): Runtime {
  const { options, jobs } = definition;
  const settings = readSettings(options.environment ?? process.env, options.name);
  const vault = createVault(parseKeyRing(keyRingText(settings)));
  const { log, flushNow: flushLog, close: closeLog } = openPinoLog(options.name, settings.logFile);
  const crashPoint = createCrashPoint(settings.crashAt);
  const clock = options.clock ?? Date.now;
  const store = openSqliteStore(settings.databaseFile, crashPoint, log);
  const installations = createInstallations({
    store,
    vault,
    clock,
    keyGraceMilliseconds: settings.keyGraceMilliseconds,
    crashPoint,
    hasInstallWork: definition.hasInstallWork,
    onWork: () => jobs.wake(),
    onEnded: (installedAppId) => cancelRuns(jobs, log, installedAppId),
  });
  const address = createAddress(settings);
  let jobsStarted: Promise<void> | undefined;
  const startJobs = () => {
    jobsStarted ??= jobs.start(hostJobs(parts, options));
    return jobsStarted;
  };
  const parts: Parts = {
    definition,
    settings,
    log,
    crashPoint,
    clock,
    store,
    installations,
    address,
    bind: bindWith(options, settings, { store, installations, clock, log }),
    startJobs,
  };
  return {
    settings,
    handle: createHandle(parts),
    log,
    flushLog,
    listensAt: address.listensAt,
    startJobs,
    close: async () => {
      // What is half started could not be stopped.
      await jobsStarted?.catch(() => undefined);
      await jobs.stop();
      await store.close();
      await closeLog();
    },
  };
}

type Parts = {
  readonly definition: Definition;
  readonly settings: Settings;
  readonly log: Log;
  readonly crashPoint: CrashPoint;
  readonly clock: () => number;
  readonly store: Store;
  readonly installations: Installations;
  readonly address: Address;
  readonly bind: Bind;
  readonly startJobs: () => Promise<void>;
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

function keyRingText(settings: Settings): string {
  return settings.keyRing ?? developmentSecret(`${settings.databaseFile}.key-ring`, generateKeyRing);
}

function callbackSecrets(settings: Settings): readonly string[] {
  const generated = () =>
    developmentSecret(`${settings.databaseFile}.callback-secret`, generateCallbackSecret);
  return settings.callbackSecrets ?? [generated()];
}

// The outbox has the same order durably; this only makes it take effect at once. It can fail where the jobs
// have not been started yet, and the event has been acknowledged whatever comes of it.
function cancelRuns(jobs: Jobs, log: Log, installedAppId: string): void {
  Promise.resolve()
    .then(() => jobs.cancelForInstallation(installedAppId))
    .catch((error: unknown) =>
      log.error("Runs could not be cancelled yet.", { installed_app_id: installedAppId, error }),
    );
}

// Merely naming the global one loads it, which no event needs.
const reachCloud: typeof fetch = (input, init) => fetch(input, init);

function bindWith(
  options: AppOptions,
  settings: Settings,
  parts: Omit<BindParts, "cloudUrl" | "fetch" | "random">,
): Bind {
  const { cloudUrl } = settings;
  return createBind({
    ...parts,
    cloudUrl,
    fetch: options.fetch ?? reachCloud,
    random: options.random ?? Math.random,
  });
}

function createHandle(parts: Parts): Handle {
  const { settings, store, installations, log, clock } = parts;
  const { authorizeUser, manifest } = parts.definition.options;
  const mayUse = createMayUse({ launchAccess: manifest.launchAccess, authorizeUser });
  const { linkMilliseconds, allowedSources: allowed, trustedProxies } = settings;
  const tidy = createTidying(store, clock, log);
  const { publicUrl } = parts.address;
  const launch = createLaunch({ store, mayUse, publicUrl, linkMilliseconds, clock, log, tidy });
  const callbacks = createCallbacks({
    secrets: callbackSecrets(settings),
    sources: { allowed, trustedProxies },
    installations,
    launch,
    clock,
    log,
  });
  const portal = openPortal(parts, mayUse, tidy);
  return answering(log, async (exchange) => {
    const { path } = exchange;
    if (path.startsWith("/cloud/")) return callbacks(exchange);
    if (path === "/portal" || path.startsWith("/portal/")) {
      await parts.startJobs();
      return portal(exchange);
    }
    return path === "/health" ? health(store, exchange.method) : notFound;
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

function openPortal(parts: Parts, mayUse: MayUse, tidy: () => void) {
  const { settings, store, log, clock, definition } = parts;
  const { manifest, permissionPurposes, pages, contentPolicy } = definition.options;
  const headers = createDocumentHeaders(settings.embedOrigins, contentPolicy);
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
      tidy,
    }),
    routes: definition.routes,
    pages: createPages("/portal", pages?.directory, manifest, headers),
    headers,
    bind: parts.bind,
    jobsOf: (installedAppId) => definition.jobs.forInstallation(installedAppId),
    log,
  });
}

async function health(store: Store, method: string): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return notFound;
  const healthy = await store.healthy();
  return jsonAnswer(healthy ? 200 : 503, JSON.stringify({ status: healthy ? "ok" : "unavailable" }));
}
