/** The stores that a behavioural suite runs over, each fresh for a test, and able to be opened several times at once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Log } from "../src/log/index.ts";
import type { Store } from "../src/stores/interface.ts";
import { openPostgresStore } from "../src/stores/postgres/index.ts";
import { openSqliteStore } from "../src/stores/sqlite/index.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

export type TestDatabase = {
  /** What `ANNEX_DATABASE` would be. */
  readonly name: string;
  /** Opens it once more, as another process would. */
  open(log?: Log, crashPoint?: (name: string) => void): Promise<Store>;
  remove(): Promise<void>;
};

export type StoreKind = { readonly kind: string; create(): Promise<TestDatabase> };

const none = () => undefined;
/** A log that nobody reads. */
export const quietLog: Log = { debug: none, info: none, warn: none, error: none, with: () => quietLog };

const sqlite: StoreKind = {
  kind: "sqlite",
  create: async () => {
    const directory = mkdtempSync(join(tmpdir(), "annex-store-"));
    const name = join(directory, "app.db");
    return {
      name,
      open: async (log = quietLog, crashPoint = none) => openSqliteStore(name, crashPoint, log),
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    };
  },
};

/** One server for all tests of a file, each with a database of its own. */
let server: Promise<PostgresServer> | undefined;
let databases = 0;
afterAll(async () => (await server)?.stop());

const postgres: StoreKind = {
  kind: "postgres",
  create: async () => {
    server ??= startPostgres();
    databases += 1;
    const name = await (await server).createDatabase(`test_${databases}`);
    return {
      name,
      open: async (_log, crashPoint = none) => openPostgresStore(name, "test", crashPoint),
      remove: async () => {},
    };
  },
};

export const storeKinds: readonly StoreKind[] = [sqlite, postgres];
