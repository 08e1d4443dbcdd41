/** An engine as somebody uses it who writes SQL by hand: the one in the process, or a pool of a server's connections. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";

/** Runs a statement; how many rows it changed or found. */
export type Query = (sql: string, parameters: readonly unknown[]) => Promise<number>;

export type BareDatabase = {
  readonly query: Query;
  transaction(work: (query: Query) => Promise<void>): Promise<void>;
  execute(sql: string): Promise<unknown>;
  close(): Promise<void>;
};

/** Opens the server at an address, or without one the engine in this process, on a directory of its own. */
export async function openBareDatabase(url: string | undefined, connections: number): Promise<BareDatabase> {
  return url === undefined ? openInProcess() : openServer(url, connections);
}

async function openInProcess(): Promise<BareDatabase> {
  const directory = mkdtempSync(join(tmpdir(), "annex-bench-sql-"));
  const database = await PGlite.create(directory);
  const queryOn =
    (on: Pick<PGlite, "query">): Query =>
    async (sql, parameters) => {
      const { affectedRows, rows } = await on.query(sql, [...parameters]);
      return rows.length > 0 ? rows.length : (affectedRows ?? 0);
    };
  return {
    query: queryOn(database),
    transaction: (work) =>
      database.transaction((transaction) => work(queryOn(transaction as Pick<PGlite, "query">))),
    execute: (sql) => database.exec(sql),
    async close() {
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function openServer(url: string, connections: number): Promise<BareDatabase> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const names = new Map<string, string>();
  /** Prepared once a connection, as the ledger's own are. */
  const nameOf = (sql: string): string => {
    const name = names.get(sql) ?? `bare_${names.size}`;
    names.set(sql, name);
    return name;
  };
  const queryOn =
    (on: Pick<pg.ClientBase, "query">): Query =>
    async (sql, parameters) =>
      (await on.query({ name: nameOf(sql), text: sql, values: [...parameters] })).rowCount ?? 0;
  return {
    async query(sql, parameters) {
      const client = await pool.connect();
      try {
        return await queryOn(client)(sql, parameters);
      } finally {
        client.release();
      }
    },
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await work(queryOn(client));
        await client.query("COMMIT");
      } finally {
        client.release();
      }
    },
    execute: (sql) => pool.query(sql),
    close: () => pool.end(),
  };
}
