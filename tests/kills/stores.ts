/** Where the victim keeps what it acknowledged, and a look at its tables past every door. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { startPostgres } from "../support/postgres-server.ts";

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

export type KillStoreName = "sqlite" | "postgres";

export function openKillStore(name: KillStoreName): Promise<KillStore> {
  const directory = mkdtempSync(join(tmpdir(), "annex-kills-"));
  return name === "sqlite" ? Promise.resolve(sqliteStore(directory)) : postgresStore(directory);
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

async function postgresStore(directory: string): Promise<KillStore> {
  const server = await startPostgres();
  const database = await server.createDatabase("victim");
  return {
    directory,
    database,
    query: async (sql) => {
      const client = new pg.Client({ connectionString: database });
      await client.connect();
      try {
        return (await client.query(sql.replaceAll("annex.", "annex_victim."))).rows;
      } finally {
        await client.end();
      }
    },
    files: () => [...filesBelow(directory), ...filesBelow(server.directory)],
    remove: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
