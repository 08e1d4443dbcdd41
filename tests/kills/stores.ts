/** Where the victim keeps what it acknowledged, and a look at its tables past every door. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

export type KillStore = {
  /** Of the victim itself: its log, and the file of its database where that is one. */
  readonly directory: string;
  /** What `ANNEX_DATABASE` is. */
  readonly database: string;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Every file in which something of it may be. */
  files(): readonly string[];
  remove(): Promise<void>;
};

/** A store on a server, which can be restarted. */
export type ServerStore = KillStore & { readonly server: PostgresServer };

export type KillStoreName = "sqlite" | "postgres";

export async function openKillStore(name: KillStoreName): Promise<KillStore> {
  return name === "sqlite" ? sqliteStore(newDirectory()) : openServerStore();
}

function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), "annex-kills-"));
}

function sqliteStore(directory: string): KillStore {
  const database = join(directory, "victim.db");
  return {
    directory,
    database,
    query: async (sql) => {
      const opened = new DatabaseSync(database, { readOnly: true });
      try {
        return opened.prepare(sql.replaceAll("annex.", "")).all();
      } finally {
        opened.close();
      }
    },
    files: () => filesBelow(directory),
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

export async function openServerStore(): Promise<ServerStore> {
  const directory = newDirectory();
  const server = await startPostgres({ settings: { max_connections: "200" } });
  const database = await server.createDatabase("victim");
  const pool = new pg.Pool({ connectionString: database, max: 4 });
  // The server is restarted on purpose.
  pool.on("error", () => undefined);
  return {
    server,
    directory,
    database,
    query: async (sql) => (await whileRestarting(pool, sql.replaceAll("annex.", "annex_victim."))).rows,
    files: () => [...filesBelow(directory), ...filesBelow(server.directory)],
    remove: async () => {
      await pool.end();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const mostLooks = 100;

async function whileRestarting(pool: pg.Pool, sql: string) {
  for (let looks = 1; ; looks += 1) {
    try {
      return await pool.query(sql);
    } catch (error) {
      if (looks === mostLooks) throw error;
      await pause(100);
    }
  }
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
