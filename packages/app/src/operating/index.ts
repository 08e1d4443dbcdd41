/**
 * What an operator does to an app's database from outside, by the app's own environment: the versions of its tables,
 * its key ring, its runs, the data of one installation, and who did what. Works beside running replicas. Touches the store and the
 * vault; starts no jobs and takes no events.
 */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import type { App } from "../application.ts";
import type { Actor, AuditAction, AuditDetails, KeptAuditEntry } from "../audit/index.ts";
import { type Environment, readSettings, type Settings } from "../environment/index.ts";
import { refuseOthersFile } from "../environment/others-file.ts";
import { toJobRun } from "../jobs/installation-jobs.ts";
import type { JobRun, JobRunStatus, UnknownEffect } from "../jobs/interface.ts";
import { resolveEffect, retryRun, unknownEffectsOf } from "../jobs/open-effects.ts";
import type { Log } from "../log/index.ts";
import { type KeysStatus, keysStatus } from "../runtime/keys-status.ts";
import { openStore } from "../runtime/open-store.ts";
import { keyRingText, openVaults } from "../runtime/open-vaults.ts";
import { keyServiceOf } from "../runtime/openers.ts";
import type { Store } from "../stores/interface.ts";
import type { StoredRun } from "../stores/runs.ts";
import { ringKeyIdsIn } from "../vault/key-ring.ts";
import type { KeyService } from "../vault/key-service.ts";
import { auditTrail } from "./audit-trail.ts";
import { type Copied, copyStore } from "./copy.ts";
import { type ErasedInstallation, eraseData } from "./erase.ts";
import { type ExportedInstallation, exportData } from "./export.ts";
import { rotateKeys } from "./keys.ts";

export { EnvironmentError } from "../environment/environment-error.ts";
export { variableNames } from "../environment/names.ts";
export { AppError } from "../errors/app-error.ts";
export { isRotated } from "../runtime/keys-status.ts";
export { isApp } from "../runtime/openers.ts";
export { StoreUnavailable } from "../stores/interface.ts";
export { StoreVersionError } from "../stores/version.ts";
export { KeyServiceUnavailable } from "../vault/key-service.ts";
export { CopyError } from "./copy.ts";
export type { Copied, ErasedInstallation, ExportedInstallation, KeptAuditEntry, KeysStatus, UnknownEffect };

/** A run as an operator lists it: with the installation it is of. */
export type OperatedRun = JobRun & { readonly installedAppId: string };

/** An app's database, open to its operator. */
export type Operating = {
  keysStatus(): Promise<KeysStatus>;
  /**
   * Seals anew what is not under the key that seals, a part at a time; may be ended and begun again at any time. Under a
   * key service a new key is made first.
   *
   * @throws KeyServiceNeeded where keys are wrapped by a key service and the app that has it was not given.
   */
  rotateKeys(): Promise<{ readonly resealed: number; readonly status: KeysStatus }>;
  listRuns(filter: {
    readonly job?: string;
    readonly status?: JobRunStatus;
    readonly limit: number;
  }): Promise<readonly OperatedRun[]>;
  /**
   * Tries a run again, from its last finished step: by the rule of `c.jobs.retry`.
   *
   * @returns undefined unless the run failed or was cancelled.
   * @throws AppError `outcome_unknown` while there is something of which nobody has said what he saw.
   */
  retryRun(runId: string): Promise<OperatedRun | undefined>;
  /** @returns undefined when the run has ended. */
  cancelRun(runId: string): Promise<OperatedRun | undefined>;
  /**
   * What a run, or a hook, sent to Cloud of which nobody can know whether it happened: what the operator looks at.
   *
   * @returns undefined when there is no such run
   */
  unknownEffects(runId: string): Promise<readonly UnknownEffect[] | undefined>;
  /**
   * What the operator saw in Cloud: it happened, or it did not; he may say it anew. When it was said of all of them
   * a run that failed goes on; a cancelled one stays so. Goes into the audit trail.
   *
   * @returns undefined when the run has no such open effect
   */
  resolveEffect(
    runId: string,
    effectKey: string,
    seen: "done" | "not-done",
  ): Promise<OperatedRun | undefined>;
  /**
   * All that is kept of an installation; what may be long is read while it is gone through, before `close`.
   *
   * @returns undefined when the installation is not known.
   */
  exportData(installedAppId: string): Promise<ExportedInstallation | undefined>;
  /**
   * Erases what is kept of an installation that has ended, and counts before and after.
   *
   * @returns undefined while it is active or unknown.
   */
  eraseData(installedAppId: string): Promise<ErasedInstallation | undefined>;
  /** Entries of the audit trail in their order, read in parts: of one installation, or of all. */
  auditTrail(asked?: AuditAsked): AsyncIterable<KeptAuditEntry>;
  close(): Promise<void>;
};

/** Which entries of the audit trail. */
export type AuditAsked = { readonly installedAppId?: string; readonly since?: Date };

/**
 * The keys are wrapped by an app's key service, and the app was not given.
 *
 * @example
 * ```ts
 * if (error instanceof KeyServiceNeeded) openOperating(process.env, "stripe-sync", app);
 * ```
 */
export class KeyServiceNeeded extends Error {
  override readonly name = "KeyServiceNeeded";
  readonly code = "key_service_needed";
  constructor() {
    super("The keys are wrapped by the key service of the app.");
  }
}

/**
 * There is no database where the environment says that it is; an operator's command makes none.
 *
 * @example
 * ```ts
 * if (error instanceof NoDatabase) console.error(`${error.file} does not exist.`);
 * ```
 */
export class NoDatabase extends Error {
  override readonly name = "NoDatabase";
  readonly code = "no_database";
  readonly file: string;
  constructor(file: string) {
    super(`There is no database at ${file}.`);
    this.file = file;
  }
}

const none = () => undefined;
const quietLog: Log = { debug: none, info: none, warn: none, error: none, with: () => quietLog };
const waitingLog = (onWaiting: (message: string) => void): Log => ({ ...quietLog, warn: onWaiting });

/**
 * Brings the tables of an app's database to this version, as an app that starts does; makes a file that is not there.
 *
 * @param appName the name given to `createApp`; names the default database.
 * @param onWaiting is told, in a sentence, what is waited for: a server that can't be reached yet.
 * @returns which database it is, without anything secret.
 * @throws EnvironmentError when a variable is wrong; StoreVersionError when a newer version wrote the database.
 * @example
 * ```ts
 * console.log(`The tables of ${await migrateDatabase(process.env, "stripe-sync")} are of this version.`);
 * ```
 */
export async function migrateDatabase(
  environment: Environment,
  appName: string,
  onWaiting: (message: string) => void = none,
): Promise<string> {
  const settings = settingsOf(environment, appName);
  await (await openStore(settings, appName, none, waitingLog(onWaiting))).close();
  return settings.databaseUrl === undefined ? settings.databaseFile : "PostgreSQL";
}

/**
 * Opens an app's database by its environment, and brings its tables to this version.
 *
 * @param appName the name given to `createApp`; names the default database.
 * @param app the app itself, where its keys are wrapped by its `keyService` and are to be rotated.
 * @param onWaiting is told, in a sentence, what is waited for: a server that can't be reached yet.
 * @throws EnvironmentError when a variable is wrong; NoDatabase where there is no such file; StoreVersionError when a
 *   newer version wrote the database.
 * @example
 * ```ts
 * const operating = await openOperating(process.env, "stripe-sync");
 * console.log(await operating.keysStatus());
 * await operating.close();
 * ```
 */
export async function openOperating(
  environment: Environment,
  appName: string,
  app?: App,
  onWaiting: (message: string) => void = none,
): Promise<Operating> {
  const settings = settingsOf(environment, appName);
  if (settings.databaseUrl === undefined && !existsSync(settings.databaseFile))
    throw new NoDatabase(settings.databaseFile);
  const store = await openStore(settings, appName, none, waitingLog(onWaiting));
  return operatingOf(store, settings, app === undefined ? undefined : keyServiceOf(app));
}

/** What needs no key is done without one. @throws EnvironmentError when a variable is wrong, or names no database. */
function settingsOf(environment: Environment, appName: string): Settings {
  const settings = readSettings(environment, appName, { hasKeyService: true });
  refuseOthersFile(settings);
  return settings;
}

function operatingOf(store: Store, settings: Settings, keyService: KeyService | undefined): Operating {
  const { runs } = store;
  const ringKeyIds = async () => {
    const isWrapped = keyService !== undefined || (await store.wrappedKeys.list()).length > 0;
    if (isWrapped && settings.keyRing === undefined) return [];
    return ringKeyIdsIn(keyRingText(settings));
  };
  const status = async () => keysStatus(store, await ringKeyIds());
  const rotate = async () => {
    if (keyService === undefined && (await store.wrappedKeys.list()).length > 0) throw new KeyServiceNeeded();
    const vaults = openVaults({ settings, keyService, store, clock: Date.now, log: quietLog });
    const resealed = await rotateKeys(store, vaults, Date.now());
    const after = await status();
    await record("keys.rotated", undefined, { resealed, sealing: after.sealing ?? null });
    return { resealed, status: after };
  };
  const owner = async (runId: string) => {
    // Operators name a run by its id alone.
    const [found] = await runs.listAll({
      runId,
      job: undefined,
      status: undefined,
      after: undefined,
      limit: 1,
    });
    return found;
  };
  const record = (action: AuditAction, installedAppId?: string, details?: AuditDetails) =>
    store.audit.append({
      at: Date.now(),
      actor: operator(),
      action,
      ...(installedAppId === undefined ? {} : { installedAppId }),
      ...(details === undefined ? {} : { details }),
    });
  const act = async (
    runId: string,
    action: (run: StoredRun) => Promise<StoredRun | undefined>,
  ): Promise<OperatedRun | undefined> => {
    const found = await owner(runId);
    const run = found === undefined ? undefined : await action(found);
    return run === undefined ? undefined : operatedRun(run);
  };
  return {
    keysStatus: status,
    rotateKeys: rotate,
    listRuns: async ({ job, status, limit }) => {
      const found = await runs.listAll({ job, status, after: undefined, limit });
      return found.map(operatedRun);
    },
    retryRun: (runId) => act(runId, (run) => retryRun(store, run, Date.now(), operator())),
    cancelRun: (runId) =>
      act(runId, ({ installedAppId }) => runs.cancel(installedAppId, runId, Date.now(), operator())),
    unknownEffects: async (runId) => {
      const run = await owner(runId);
      return run === undefined ? undefined : unknownEffectsOf(await store.effects.open(run.runNumber));
    },
    resolveEffect: (runId, effectKey, seen) =>
      act(runId, (run) => resolveEffect(store, run, { effectKey, seen }, Date.now(), operator())),
    exportData: async (installedAppId) => {
      const exported = await exportData(store, installedAppId);
      if (exported !== undefined) await record("data.exported", installedAppId);
      return exported;
    },
    eraseData: async (installedAppId) => {
      const done = await eraseData(store, installedAppId);
      if (done !== undefined) await record("data.erased", installedAppId, done.erased);
      return done;
    },
    auditTrail: (asked = {}) => auditTrail(store, asked),
    close: () => store.close(),
  };
}

function operatedRun(run: StoredRun): OperatedRun {
  return { ...toJobRun(run), installedAppId: run.installedAppId };
}

/** Who runs the command, by the name the system has for him. */
function operator(): Actor {
  try {
    return { kind: "operator", id: userInfo().username };
  } catch {
    // A user without a name, as in some containers.
    return { kind: "operator", id: undefined };
  }
}

/**
 * Copies an app's SQLite file into a PostgreSQL server. May be stopped and started again; ends with the counts of both
 * sides, table by table. The app must not run meanwhile.
 *
 * @throws CopyError when the counts differ at the end, or the file was written by another version.
 *
 * @example
 * ```ts
 * await copyToPostgres("data/stripe-sync.db", "postgres://app@db/app", "stripe-sync");
 * ```
 */
export async function copyToPostgres(file: string, url: string, appName: string): Promise<readonly Copied[]> {
  return copyStore(file, url, appName);
}
