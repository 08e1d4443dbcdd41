import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ledger, openLedger } from "../index.ts";
import { checkpoint, tidy } from "./upkeep.ts";

describe("upkeep of the embedded engine", () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" } });
  });

  afterAll(() => ledger?.close());

  async function add(rows: number): Promise<void> {
    await ledger.database.query(
      `INSERT INTO blnk.transactions (transaction_id, currency, status, amount, precise_amount)
       SELECT 'txn_' || gen_random_uuid(), CASE WHEN i % 100 = 0 THEN 'EUR' ELSE 'USD' END, 'APPLIED', 1, 1
       FROM generate_series(1, $1::text::int) AS i`,
      [String(rows)],
    );
  }

  it("happens when the books have grown, and lets counts come from the index alone", async () => {
    await add(4_000);
    expect(await tidy(ledger.database)).toBe(false);
    await add(1_500);
    expect(await tidy(ledger.database)).toBe(true);
    expect(await tidy(ledger.database)).toBe(false);
    const plan = await ledger.database.query(
      "EXPLAIN (ANALYZE) SELECT count(*) FROM blnk.transactions WHERE currency = 'EUR' AND status = 'APPLIED'",
      [],
      { planAnew: true },
    );
    const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
    expect(text).toMatch(/Index Only Scan using transactions_(listed|amounts)/);
    expect(text).toContain("Heap Fetches: 0\n");
  });

  it("makes a checkpoint when the log has grown, so that it begins anew and is soon read after a kill", async () => {
    await ledger.database.query("CHECKPOINT", []);
    expect(await checkpoint(ledger.database)).toBe(false);
    await ledger.database.query(
      "CREATE TABLE bulk AS SELECT md5(i::text) || repeat('x', 500) AS t FROM generate_series(1, 70000) i",
      [],
    );
    expect(await checkpoint(ledger.database)).toBe(true);
    expect(await checkpoint(ledger.database)).toBe(false);
  });
});
