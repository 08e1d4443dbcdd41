import { afterAll, beforeAll, expect, it } from "vitest";
import type { SqlDatabase } from "./database.ts";
import { type Engine, openEngine } from "./engine.ts";
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
