import { statSync } from "node:fs";
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
 *   EnvironmentError when the file is a device or the like.
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
    refuseDevice(settings.databaseFile);
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

/** What is opened is made its owner's own: for `/dev/null` that would end half of the machine. */
function refuseDevice(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  throw new EnvironmentError(
    "ANNEX_DATABASE",
    "must be the path of an SQLite database, or of a new one",
    "the database is no file",
  );
}

function isUnreachable(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.reason === "unreachable";
}
