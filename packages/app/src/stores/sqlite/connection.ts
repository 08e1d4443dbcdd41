import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { migrate } from "./schema.ts";

/** How long a statement waits for another process that holds the file. */
const busyMilliseconds = 5000;

/** The open database with its statements, each prepared once at its first use. */
export type Connection = {
  readonly database: DatabaseSync;
  statement(sql: string): StatementSync;
  close(): void;
};

/**
 * Opens the file, makes it what this version wants, and finishes what a crash
 * may have left: the write-ahead log is folded in and cut, so that nothing that
 * was overwritten survives in it.
 *
 * `synchronous=FULL` makes an acknowledged event survive a power cut;
 * `secure_delete` overwrites what is deleted.
 */
export function openConnection(file: string): Connection {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: busyMilliseconds });
  chmodSync(file, 0o600);
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;");
  migrate(database);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const statements = new Map<string, StatementSync>();
  return {
    database,
    statement: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const prepared = database.prepare(sql);
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
  const { database } = connection;
  // The whole process waits in here, so it must not be for the usual time.
  database.exec("PRAGMA busy_timeout=20");
  try {
    const result = connection.statement("PRAGMA wal_checkpoint(TRUNCATE)").get();
    return result?.["busy"] === 0;
  } finally {
    database.exec(`PRAGMA busy_timeout=${busyMilliseconds}`);
  }
}
