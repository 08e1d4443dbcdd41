import { closeSync, openSync, readSync, statSync } from "node:fs";
import { EnvironmentError } from "../environment/environment-error.ts";
import type { Settings } from "../environment/index.ts";
import type { Log } from "../log/index.ts";
import type { CrashPoint } from "../process/crash-point.ts";
import { type Store, StoreUnavailable } from "../stores/interface.ts";

/** A server that starts beside the app is a few seconds late. */
const mostOpenings = 30;
const openingPause = 1000;

/**
 * Opens the store that the environment names, and makes its tables what this version wants.
 *
 * @throws StoreVersionError when a newer version wrote them; StoreUnavailable when the server can't be reached;
 *   EnvironmentError when the file is a device or the like, or holds something else.
 */
export async function openStore(
  settings: Pick<Settings, "databaseFile" | "databaseUrl">,
  appName: string,
  crashPoint: CrashPoint,
  log: Log,
  clock?: () => number,
): Promise<Store> {
  // Loaded here, since an app runs on one of the two.
  if (settings.databaseUrl === undefined) {
    refuseOthersFile(settings);
    const { openSqliteStore } = await import("../stores/sqlite/index.ts");
    return openSqliteStore(settings.databaseFile, crashPoint, log);
  }
  const { openPostgresStore } = await import("../stores/postgres/index.ts");
  const url = settings.databaseUrl.reveal();
  for (let tries = 1; ; tries += 1) {
    try {
      // A clock that the app was given is everybody's.
      return await openPostgresStore(url, appName, crashPoint, clock && (async () => clock()));
    } catch (error) {
      if (tries === mostOpenings || !isUnreachable(error)) throw error;
      if (tries === 1)
        log.warn("The database's server can't be reached; it is tried again for half a minute.", { error });
      await new Promise((resolve) => setTimeout(resolve, openingPause));
    }
  }
}

/**
 * Refuses a file that is no database before anything is done to it or put beside it: what is opened is made its owner's
 * own, which for `/dev/null` would end half of the machine, and for what a wrong variable names is no less wrong.
 *
 * @throws EnvironmentError when the file is a device or the like, or holds something else.
 */
export function refuseOthersFile({
  databaseFile,
  databaseUrl,
}: Pick<Settings, "databaseFile" | "databaseUrl">): void {
  if (databaseUrl !== undefined) return;
  const found = statSync(databaseFile, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return;
  const problem = found.isFile() ? "the database is a file of another kind" : "the database is no file";
  if (found.isFile() && (found.size === 0 || isDatabase(databaseFile))) return;
  throw new EnvironmentError(
    "ANNEX_DATABASE",
    "must be the path of an SQLite database, or of a new one",
    problem,
  );
}

/** How every SQLite database begins. */
const beginning = Buffer.from("SQLite format 3\0");

function isDatabase(file: string): boolean {
  const found = Buffer.alloc(beginning.length);
  const opened = openSync(file, "r");
  try {
    readSync(opened, found, 0, found.length, 0);
  } finally {
    closeSync(opened);
  }
  return found.equals(beginning);
}

function isUnreachable(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.reason === "unreachable";
}
