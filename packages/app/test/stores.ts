/** The stores that a behavioural suite runs over, each fresh for a test, and able to be opened several times at once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { findPgbouncer, type Pgbouncer, startPgbouncer } from "../../../tests/support/pgbouncer.ts";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Log } from "../src/log/index.ts";
import type { Store } from "../src/stores/interface.ts";
import { openPostgresStore } from "../src/stores/postgres/index.ts";
import { openSqliteStore } from "../src/stores/sqlite/index.ts";

export type TestDatabase = {
  /** What `ANNEX_DATABASE` would be. */
  readonly name: string;
  /** The name of the app whose tables it opens, where several apps share the database. */
  readonly appName: string;
  /** Opens it once more, as another process would. */
  open(log?: Log, crashPoint?: (name: string) => void, clockOfServer?: () => number): Promise<Store>;
  remove(): Promise<void>;
};

export type StoreKind = {
  readonly kind: string;
  create(): Promise<TestDatabase>;
  /** A database of its own, for who opens it by its name alone, as another process does. */
  createWhole(): Promise<TestDatabase>;
};

const none = () => undefined;
/** A log that nobody reads. */
export const quietLog: Log = { debug: none, info: none, warn: none, error: none, with: () => quietLog };

async function createFile(): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), "annex-store-"));
  const name = join(directory, "app.db");
  return {
    name,
    appName: "test-app",
    open: async (log = quietLog, crashPoint = none) => openSqliteStore(name, crashPoint, log),
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** One server and one database for all tests of a file, in which each test is an app of its own: that is far quicker. */
let server: Promise<PostgresServer> | undefined;
let shared: Promise<string> | undefined;
let created = 0;
let pooler: Promise<Pgbouncer> | undefined;
afterAll(async () => {
  await (await pooler)?.stop();
  await (await server)?.stop();
});

function serverDatabase(name: string, appName: string): TestDatabase {
  return {
    name,
    appName,
    // Times of tests are of their own: no server's clock is later than theirs.
    open: async (_log, crashPoint = none, clockOfServer = () => 0) =>
      openPostgresStore(name, appName, crashPoint, async () => clockOfServer()),
    remove: async () => {},
  };
}

async function createDatabase(name: string): Promise<string> {
  server ??= startPostgres();
  return (await server).createDatabase(name);
}

export const storeKinds: readonly StoreKind[] = [
  { kind: "sqlite", create: createFile, createWhole: createFile },
  {
    kind: "postgres",
    create: async () => {
      shared ??= createDatabase("shared");
      created += 1;
      return serverDatabase(await shared, `test-${created}`);
    },
    createWhole: async () => {
      created += 1;
      return serverDatabase(await createDatabase(`test_${created}`), "test");
    },
  },
];

const pgbouncer = findPgbouncer();

/** The server behind a pooler that hands out a connection for each transaction, where there is the program for it. */
export const pooledKinds: readonly StoreKind[] =
  pgbouncer === undefined ? [] : [{ kind: "postgres behind pgbouncer", ...pooled(pgbouncer) }];

function pooled(program: string): Pick<StoreKind, "create" | "createWhole"> {
  const behind = async (database: string) => {
    server ??= startPostgres();
    const { port } = await server;
    pooler ??= startPgbouncer(program, port);
    return (await pooler).addressOf(database);
  };
  return {
    create: async () => {
      shared ??= createDatabase("shared");
      await shared;
      created += 1;
      return serverDatabase(await behind("shared"), `test-${created}`);
    },
    createWhole: async () => {
      created += 1;
      const name = `test_${created}`;
      await createDatabase(name);
      return serverDatabase(await behind(name), "test");
    },
  };
}
