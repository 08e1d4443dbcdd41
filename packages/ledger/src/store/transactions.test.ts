import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tests/support/postgres-server.ts";
import type { SqlDatabase } from "./database.ts";
import { type Engine, type LedgerDatabase, openEngine } from "./engine.ts";
import { collectLegs, placedHold } from "./holds.ts";
import { holdFacts } from "./posting.ts";
import { migrate } from "./schema.ts";
import { findTransactions, refundCandidates, refundedAmong } from "./transactions.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: "embedded" });
  await migrate(engine.database);
});
afterAll(() => engine?.close());

/** Rows between so many balances and one. */
async function add(
  from: number,
  to: number,
  parent: string,
  balances: number,
  status = "APPLIED",
): Promise<void> {
  await engine.database.query(
    `INSERT INTO blnk.transactions (transaction_id, parent_transaction, source, destination, currency, status, amount, precise_amount)
     SELECT 'txn_' || i, $3, 'bln_' || i % $4::text::int, 'bln_to_' || i % $4::text::int, 'USD', $5, 1, 1
     FROM generate_series($1::text::int, $2::text::int) AS i`,
    [String(from), String(to), parent, String(balances), status],
  );
}

it("finds what was refunded by its parent, also where the statistics are of smaller books", async () => {
  await add(1, 400, "", 200);
  await engine.database.query("ANALYZE blnk.transactions", []);
  await add(401, 6400, "bulk_1", 1);
  await engine.database.query(
    `INSERT INTO blnk.transactions (transaction_id, parent_transaction, source, destination, currency, status, amount, precise_amount)
     VALUES ('txn_refund', 'txn_407', 'bln_to_0', 'bln_0', 'USD', 'APPLIED', 1, 1)`,
    [],
  );
  const ids = Array.from({ length: 150 }, (_, index) => `txn_${index + 401}`);
  let plan = "";
  const watched: SqlDatabase = {
    async query(sql, parameters) {
      const lines = await engine.database.query(`EXPLAIN ${sql}`, parameters, { planAnew: true });
      plan = lines.map((line) => String(line["QUERY PLAN"])).join("\n");
      return engine.database.query(sql, parameters);
    },
  };
  expect(await refundedAmong(watched, ids)).toEqual(new Set(["txn_407"]));
  expect(plan).not.toMatch(/transactions_(source|destination)/);
  expect(plan).not.toMatch(/Seq Scan/);
}, 60_000);

it("tells what became of holds: in part committed, voided, or expired below the row that was queued", async () => {
  await add(10_001, 14_000, "bulk_2", 1, "INFLIGHT");
  await add(14_001, 14_001, "txn_10001", 1);
  await add(14_002, 14_002, "txn_10002", 1, "VOID");
  await add(14_003, 14_003, "", 1, "QUEUED");
  await add(14_004, 14_004, "txn_14003", 1, "INFLIGHT");
  await add(14_005, 14_005, "txn_14003", 1, "VOID");
  const ids = Array.from({ length: 100 }, (_, index) => `txn_${index + 10_001}`);
  const targets = await findTransactions(engine.database, [...ids, "txn_14004"]);
  const facts = await holdFacts(engine.database, targets);
  const ended = [...facts].filter(([, { hold }]) => hold.voided || hold.committed > 0n);
  expect(ended.map(([id, { hold }]) => [id, hold.committed, hold.voided]).toSorted()).toEqual([
    ["txn_10001", 1n, false],
    ["txn_10002", 0n, true],
    ["txn_14004", 0n, true],
  ]);
}, 60_000);

it("reads a large group in parts, newest first", async () => {
  await add(20_001, 21_200, "bulk_3", 1);
  const counts: number[] = [];
  const watched: SqlDatabase = {
    async query(sql, parameters) {
      const rows = await engine.database.query(sql, parameters);
      if (sql.includes("meta_data")) counts.push(rows.filter((row) => "meta_data" in row).length);
      return rows;
    },
  };
  const rows = await refundCandidates(watched, "bulk_3");
  expect(rows.map((row) => row.transaction_id)).toEqual(
    Array.from({ length: 1_200 }, (_, index) => `txn_${21_200 - index}`),
  );
  // What it begins with may be all there is.
  expect(counts.filter((count) => count > 0)).toEqual([501, 500, 500, 200]);
}, 60_000);

describe("in books of rows that are nobody's children", () => {
  const rows = 12_000;
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server?.stop());

  /** Books as an earlier version made and analysed them. */
  async function openBooks(kind: LedgerDatabase["kind"]): Promise<Engine> {
    const books = await openEngine(
      kind === "embedded" ? { kind } : { kind, url: await server.createDatabase("children") },
    );
    await migrate(books.database);
    await books.database.execute(
      "ALTER TABLE blnk.transactions ALTER COLUMN parent_transaction RESET (n_distinct); COMMENT ON SCHEMA annex IS 'earlier'",
    );
    await books.database.query(
      `INSERT INTO blnk.transactions (transaction_id, parent_transaction, source, destination, currency, status, amount, precise_amount, meta_data)
       SELECT 'txn_' || i, CASE WHEN i = 100 THEN 'txn_99' ELSE '' END, 'bln_' || i % 50, 'bln_to_' || i % 50, 'USD',
         CASE WHEN i % 10 = 0 THEN 'INFLIGHT' WHEN i % 10 = 9 THEN 'QUEUED' ELSE 'APPLIED' END, 1, 1, '{}'
       FROM generate_series(1, ${rows}) AS i`,
      [],
    );
    await analyse(books);
    return books;
  }

  const analyse = (books: Engine) => books.database.query("ANALYZE blnk.transactions", []);

  /** Each way to the rows of one id, so often that a server plans it for any id. */
  const ways: readonly ((database: SqlDatabase) => Promise<unknown>)[] = [
    async (database) => holdFacts(database, await findTransactions(database, ["txn_100", "txn_200"])),
    (database) => collectLegs(database, "txn_300"),
    (database) => collectLegs(database, "txn_301"),
    (database) => refundCandidates(database, "txn_302"),
    (database) => placedHold(database, "txn_399"),
  ];
  const times = 8;

  async function rowsReadSoFar(transaction: SqlDatabase): Promise<number> {
    const [counted] = await transaction.query(
      `SELECT (seq_tup_read + idx_tup_fetch)::text AS count FROM pg_stat_xact_user_tables
       WHERE relid = 'blnk.transactions'::regclass`,
      [],
    );
    return Number(counted?.["count"]);
  }

  /** The most rows of the table that one of the ways reads. */
  async function mostRead(books: Engine): Promise<number> {
    const read: number[] = [];
    for (const look of ways) {
      await books.database.transaction(async (transaction) => {
        const before = await rowsReadSoFar(transaction);
        for (let time = 0; time < times; time++) await look(transaction);
        read.push((await rowsReadSoFar(transaction)) - before);
      });
    }
    return Math.max(...read);
  }

  it.each(["embedded", "server"] as const)(
    "reads few rows for one id: %s",
    async (kind) => {
      const books = await openBooks(kind);
      try {
        expect(await mostRead(books)).toBeGreaterThan(rows);
        await migrate(books.database);
        expect(await mostRead(books)).toBeLessThan(times * 10);
        await analyse(books);
        expect(await mostRead(books)).toBeLessThan(times * 10);
      } finally {
        await books.close();
      }
    },
    60_000,
  );
});
