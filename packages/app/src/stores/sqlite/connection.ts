import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeDirectory } from "../../environment/directory.ts";
import { prepareInOrder, type Statement } from "./numbered.ts";
import { migrate } from "./schema.ts";

/** The open database with its statements, each prepared once at its first use. */
export type Connection = {
  readonly database: DatabaseSync;
  /** False when another process was in the way of it at the opening: what was overwritten may survive in the log. */
  readonly isLogCut: boolean;
  statement(sql: string): Statement;
  close(): void;
};

/** While the tables are made nobody else waits in this process, so another one may be waited for on the spot. */
const openingMilliseconds = 5000;
/** Locks of a moment, such as those of a log that is being cut. */
const workingMilliseconds = 5;

/**
 * Opens the file, makes it what this version wants, and finishes what a crash
 * may have left: the write-ahead log is folded in and cut, so that nothing that
 * was overwritten survives in it. `isLogCut` says whether that could be done.
 *
 * `synchronous=FULL` makes an acknowledged event survive a power cut;
 * `secure_delete` overwrites what is deleted.
 *
 * @throws StoreVersionError when a newer version wrote the file.
 */
export function openConnection(file: string): Connection {
  makeDirectory(dirname(file));
  const database = new DatabaseSync(file, { timeout: openingMilliseconds });
  chmodSync(file, 0o600);
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;");
  migrate(database);
  // From here on a lock is waited for by transaction.ts, without holding up the event loop. Nor is a start held up by
  // whoever reads the file, such as an export: what cannot be cut now is cut when he has gone.
  database.exec(`PRAGMA busy_timeout=${workingMilliseconds}`);
  const isLogCut = isCut(database.prepare(cutLog).get());
  const prepare = prepareInOrder(database);
  const statements = new Map<string, Statement>();
  return {
    database,
    isLogCut,
    statement: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const prepared = prepare(sql);
      statements.set(sql, prepared);
      return prepared;
    },
    close: () => database.close(),
  };
}

/**
 * Folds the write-ahead log into the file and cuts it to nothing.
 *
 * @returns false when another process was in the way; then try again later.
 */
export function truncateLog(connection: Connection): boolean {
  return isCut(connection.statement(cutLog).get());
}

const cutLog = "PRAGMA wal_checkpoint(TRUNCATE)";

function isCut(result: Readonly<Record<string, unknown>> | undefined): boolean {
  return result?.["busy"] === 0;
}
