/**
 * What an operator does to an app's database from outside, by the app's own environment: the versions of its tables,
 * its key ring, its runs, and the data of one installation. Works beside running replicas. Touches the store and the
 * vault; starts no jobs and takes no events.
 */
import { developmentSecret, generateKeyRing } from "../environment/development-secrets.ts";
import { type Environment, readSettings } from "../environment/index.ts";
import { toJobRun } from "../jobs/installation-jobs.ts";
import type { JobRun, JobRunStatus } from "../jobs/interface.ts";
import type { Log } from "../log/index.ts";
import { openStore } from "../open-store.ts";
import type { Erased, Store } from "../stores/interface.ts";
import { createVault, type Vault } from "../vault/index.ts";
import { parseKeyRing } from "../vault/key-ring.ts";
import { type Copied, copyStore } from "./copy.ts";
import { type ExportedInstallation, exportData } from "./export.ts";
import { type KeysStatus, keysStatus, rotateKeys } from "./keys.ts";

export { EnvironmentError } from "../environment/environment-error.ts";
export { StoreUnavailable } from "../stores/interface.ts";
export { StoreVersionError } from "../stores/version.ts";
export { CopyError } from "./copy.ts";
export type { Copied, Erased, ExportedInstallation, KeysStatus };

/** A run as an operator lists it: with the installation it is of. */
export type OperatedRun = JobRun & { readonly installedAppId: string };

/** An app's database, open to its operator. */
export type Operating = {
  /** Which database it is, without anything secret. */
  readonly database: string;
  keysStatus(): Promise<KeysStatus>;
  /** Seals anew what is not under the first ring key, a part at a time; may be ended and begun again at any time. */
  rotateKeys(): Promise<{ readonly resealed: number; readonly status: KeysStatus }>;
  listRuns(filter: {
    readonly job?: string;
    readonly status?: JobRunStatus;
    readonly limit: number;
  }): Promise<readonly OperatedRun[]>;
  /** @returns undefined unless the run failed or was cancelled. */
  retryRun(runId: string): Promise<OperatedRun | undefined>;
  /** @returns undefined when the run has ended. */
  cancelRun(runId: string): Promise<OperatedRun | undefined>;
  /** @returns undefined when the installation is not known. */
  exportData(installedAppId: string): Promise<ExportedInstallation | undefined>;
  /** Erases what is kept of an installation that has ended; @returns undefined while it is active or unknown. */
  eraseData(installedAppId: string): Promise<Erased | undefined>;
  close(): Promise<void>;
};

const none = () => undefined;
const quietLog: Log = { debug: none, info: none, warn: none, error: none, with: () => quietLog };

/**
 * Opens an app's database by its environment, and brings its tables to this version.
 *
 * @param appName the name given to `createApp`; names the default database.
 * @throws EnvironmentError when a variable is wrong; StoreVersionError when a newer version wrote the database.
 * @example
 * ```ts
 * const operating = await openOperating(process.env, "stripe-sync");
 * console.log(await operating.keysStatus());
 * await operating.close();
 * ```
 */
export async function openOperating(environment: Environment, appName: string): Promise<Operating> {
  const settings = readSettings(environment, appName);
  const store = await openStore(settings, appName, none, quietLog);
  const ring = settings.keyRing ?? developmentSecret(`${settings.databaseFile}.key-ring`, generateKeyRing);
  const vault = createVault(parseKeyRing(ring));
  return operatingOf(store, vault, settings.databaseUrl === undefined ? settings.databaseFile : "PostgreSQL");
}

function operatingOf(store: Store, vault: Vault, database: string): Operating {
  const { runs } = store;
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
  const act = async (runId: string, action: "retry" | "cancel"): Promise<OperatedRun | undefined> => {
    const found = await owner(runId);
    if (found === undefined) return undefined;
    const run = await runs[action](found.installedAppId, runId, Date.now());
    return run === undefined ? undefined : { ...toJobRun(run), installedAppId: run.installedAppId };
  };
  return {
    database,
    keysStatus: () => keysStatus(store, vault),
    rotateKeys: () => rotateKeys(store, vault),
    listRuns: async ({ job, status, limit }) => {
      const found = await runs.listAll({ job, status, after: undefined, limit });
      return found.map((run) => ({ ...toJobRun(run), installedAppId: run.installedAppId }));
    },
    retryRun: (runId) => act(runId, "retry"),
    cancelRun: (runId) => act(runId, "cancel"),
    exportData: (installedAppId) => exportData(store, installedAppId),
    eraseData: async (installedAppId) => {
      const found = await store.installations.find(installedAppId);
      if (found === undefined || found.status === "active") return undefined;
      return store.retirement.erase(installedAppId);
    },
    close: () => store.close(),
  };
}

/**
 * Copies an app's SQLite file into a PostgreSQL server. May be stopped and started again; ends with the counts of both
 * sides, table by table. The app must not run meanwhile.
 *
 * @throws CopyError when the counts differ at the end, or the file was written by another version.
 */
export async function copyToPostgres(file: string, url: string, appName: string): Promise<readonly Copied[]> {
  return copyStore(file, url, appName);
}
