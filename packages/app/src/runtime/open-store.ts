import type { Settings } from "../environment/index.ts";
import type { Log } from "../log/index.ts";
import type { CrashPoint } from "../process/crash-point.ts";
import { type Store, StoreUnavailable } from "../stores/interface.ts";

/** A server that starts beside the app is a few seconds late. */
const mostOpenings = 30;
const openingPause = 1000;

/**
 * Opens the store that the environment names, which was looked at by `refuseOthersFile`, and makes its tables what this
 * version wants.
 *
 * @throws StoreVersionError when a newer version wrote them; StoreUnavailable when the server can't be reached.
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

function isUnreachable(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.reason === "unreachable";
}
