/**
 * The databases that queries have to answer alike on: the embedded engine, a server with this ledger's tables, and a server
 * with a real Core's tables and indexes alone.
 */
import { readFile } from "node:fs/promises";
import { openCoreDatabase, openLedger, type SqlDatabase } from "@annex/ledger";
import { type PostgresServer, startPostgres } from "../../../../tests/support/postgres-server.ts";

/** An open database and how to end it. */
export interface OpenDatabase {
  readonly database: SqlDatabase;
  close(): Promise<void>;
}

async function onServer(
  prepare: (server: PostgresServer, url: string) => Promise<void>,
): Promise<OpenDatabase> {
  const server = await startPostgres();
  const url = await server.createDatabase("books");
  await prepare(server, url);
  const database = await openCoreDatabase(url);
  return {
    database,
    async close() {
      await database.close();
      await server.stop();
    },
  };
}

async function createCoreTables(url: string): Promise<void> {
  const statements = await readFile(new URL("../core-schema.sql", import.meta.url), "utf8");
  const database = await openCoreDatabase(url);
  const text = statements.replace(/^--.*$/gm, "");
  for (const statement of text.split(";")) {
    if (statement.trim() !== "") await database.query(statement, []);
  }
  await database.close();
}

/** Each kind of database by its name. */
export const databases: Readonly<Record<string, () => Promise<OpenDatabase>>> = {
  "the embedded engine": async () => {
    const ledger = await openLedger({ database: { kind: "embedded" } });
    return { database: ledger.database, close: () => ledger.close() };
  },
  "a server with this ledger's tables": () =>
    onServer(async (_server, url) => {
      const ledger = await openLedger({ database: { kind: "server", url } });
      await ledger.close();
    }),
  "a server with a real Core's tables": () => onServer((_server, url) => createCoreTables(url)),
};
