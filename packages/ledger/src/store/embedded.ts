/**
 * The embedded engine: PostgreSQL compiled to WebAssembly, inside this process, on a directory or in memory.
 *
 * It is one connection. Statements queue behind each other, and a transaction holds the queue until it ends.
 * Every commit is written to the write-ahead log of the directory before `query` resolves, so a killed
 * process loses nothing that was answered.
 */
import { mkdir } from "node:fs/promises";
import type { PGlite } from "@electric-sql/pglite";
import { asDatabaseError, type SqlDatabase, type SqlRow, type TransactionalDatabase } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";
import { startInMemory, startOn } from "./embedded-engine.ts";

/**
 * Opens the embedded engine.
 *
 * @param directory where the database lives; absent means in memory, gone on close.
 * @throws Error when another process has the directory open.
 */
export async function openEmbeddedDatabase(directory: string | undefined): Promise<TransactionalDatabase> {
  if (directory === undefined) return embedded(await startInMemory(), async () => {});
  await mkdir(directory, { recursive: true });
  const release = await lockDirectory(directory);
  try {
    return embedded(await startOn(directory), release);
  } catch (error) {
    await release();
    throw error;
  }
}

type Runner = Pick<PGlite, "query">;

function queryOn(runner: Runner): SqlDatabase {
  return {
    async query(sql, parameters) {
      try {
        const result = await runner.query<SqlRow>(sql, [...parameters]);
        return result.rows;
      } catch (error) {
        throw asDatabaseError(error);
      }
    },
  };
}

function embedded(engine: PGlite, release: () => Promise<void>): TransactionalDatabase {
  return {
    ...queryOn(engine),
    transaction: (work) => engine.transaction((transaction) => work(queryOn(transaction))),
    async execute(sql) {
      await engine.exec(sql);
    },
    async close() {
      await engine.close();
      await release();
    },
  };
}
