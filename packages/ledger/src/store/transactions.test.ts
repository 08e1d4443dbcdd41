import { afterAll, beforeAll, expect, it } from "vitest";
import type { SqlDatabase } from "./database.ts";
import { type Engine, openEngine } from "./engine.ts";
import { migrate } from "./schema.ts";
import { refundedAmong } from "./transactions.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: "embedded" });
  await migrate(engine.database);
});
afterAll(() => engine?.close());

/** Rows between so many balances and one. */
async function add(from: number, to: number, parent: string, balances: number): Promise<void> {
  await engine.database.query(
    `INSERT INTO blnk.transactions (transaction_id, parent_transaction, source, destination, currency, status, amount, precise_amount)
     SELECT 'txn_' || i, $3, 'bln_' || i % $4::text::int, 'bln_to_' || i % $4::text::int, 'USD', 'APPLIED', 1, 1
     FROM generate_series($1::text::int, $2::text::int) AS i`,
    [String(from), String(to), parent, String(balances)],
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
