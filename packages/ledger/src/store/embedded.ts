/**
 * The embedded engine: PostgreSQL compiled to WebAssembly, inside this process, on a directory or in memory. On a
 * directory it may have a thread of its own, so that requests are read and answers written while it works and flushes.
 *
 * It is one connection. Statements queue behind each other, and a transaction holds the queue until it ends.
 * Every commit is written to the write-ahead log of the directory before `query` resolves, so a killed
 * process loses nothing that was answered.
 */
import { DatabaseError, type SqlDatabase, type TransactionalDatabase } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";
import { EmbeddedConnection } from "./embedded-connection.ts";
import { checkVersion, startInMemory, startOn } from "./embedded-engine.ts";
import { type RawEngine, rawEngine } from "./embedded-raw.ts";
import { type Durability, engineParts } from "./embedded-settings.ts";
import { startOnThread } from "./embedded-thread.ts";

/** Where the embedded engine keeps its files, and how it runs. */
export interface EmbeddedPlan {
  /** Absent means in memory, gone on close. */
  readonly directory: string | undefined;
  readonly durability: Durability;
  /** On a thread of its own, which is for directories. */
  readonly thread: boolean;
}

/**
 * Opens the embedded engine.
 *
 * @throws DirectoryInUse when another process has it open, OtherVersion when another PostgreSQL wrote it.
 */
export async function openEmbeddedDatabase({
  directory,
  durability,
  thread,
}: EmbeddedPlan): Promise<TransactionalDatabase> {
  const parts = await engineParts();
  if (directory === undefined) return embeddedDatabase(rawEngine(await startInMemory(parts)), () => {});
  const release = await lockDirectory(directory);
  try {
    await checkVersion(directory);
    const engine = thread
      ? await startOnThread({ directory, durability, parts })
      : rawEngine(await startOn(directory, durability, parts));
    return embeddedDatabase(engine, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** Lets one caller after the other in. */
function createTurnstile(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    // Whoever comes next waits for the end, not for success.
    last = mine.catch(() => {});
    return mine;
  };
}

/** An engine as a database: one statement or transaction after the other. */
export function embeddedDatabase(engine: RawEngine, release: () => void): TransactionalDatabase {
  const connection = new EmbeddedConnection(engine);
  const inTurn = createTurnstile();
  return {
    query: (sql, parameters, options) => inTurn(() => connection.query(sql, parameters, options)),
    transaction: (work) => inTurn(() => runTransaction(connection, work)),
    execute: (sql) => inTurn(() => connection.command(sql)),
    close: () =>
      inTurn(async () => {
        await engine.close();
        release();
      }),
  };
}

async function runTransaction<T>(
  connection: EmbeddedConnection,
  work: (transaction: SqlDatabase) => Promise<T>,
): Promise<T> {
  await connection.command("BEGIN");
  try {
    const result = await work({ query: (sql, parameters) => connection.query(sql, parameters) });
    const done = await connection.command("COMMIT");
    if (done === "COMMIT") return result;
    throw new DatabaseError("a failed transaction can't be committed", "25P02", undefined, done);
  } catch (error) {
    await connection.command("ROLLBACK");
    throw error;
  }
}
