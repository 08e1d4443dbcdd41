import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "./engine.ts";
import { migrate } from "./schema.ts";
import { checkpoint, tidy } from "./upkeep.ts";

describe("upkeep of the embedded engine", () => {
  let engine: Engine;

  // Without a ledger's own upkeep, which would come first now and then.
  beforeAll(async () => {
    engine = await openEngine({ kind: "embedded" });
    await migrate(engine.database);
  });

  afterAll(() => engine?.close());

  async function add(rows: number): Promise<void> {
    await engine.database.query(
      `INSERT INTO blnk.transactions (transaction_id, currency, status, amount, precise_amount)
       SELECT 'txn_' || gen_random_uuid(), CASE WHEN i % 100 = 0 THEN 'EUR' ELSE 'USD' END, 'APPLIED', 1, 1
       FROM generate_series(1, $1::text::int) AS i`,
      [String(rows)],
    );
  }

  it("happens when the books have grown, and lets counts come from the index alone", async () => {
    await add(4_000);
    expect(await tidy(engine.database)).toBe(false);
    await add(1_500);
    expect(await tidy(engine.database)).toBe(true);
    expect(await tidy(engine.database)).toBe(false);
    const plan = await engine.database.query(
      "EXPLAIN (ANALYZE) SELECT count(*) FROM blnk.transactions WHERE currency = 'EUR' AND status = 'APPLIED'",
      [],
      { planAnew: true },
    );
    const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
    expect(text).toMatch(/Index Only Scan using transactions_(listed|amounts)/);
    expect(text).toContain("Heap Fetches: 0\n");
  });

  it("takes its statistics of few rows, since it serves nobody meanwhile", async () => {
    const [row] = await engine.database.query(
      `SELECT cardinality(histogram_bounds::text::text[]) AS bounds FROM pg_stats
       WHERE tablename = 'transactions' AND attname = 'transaction_id'`,
      [],
    );
    expect(Number(row?.["bounds"])).toBeGreaterThan(1);
    // Three hundred rows are looked at for each.
    expect(Number(row?.["bounds"])).toBeLessThanOrEqual(21);
  });

  it("makes a checkpoint when the log has grown, so that it begins anew and is soon read after a kill", async () => {
    await engine.database.query("CHECKPOINT", []);
    expect(await checkpoint(engine.database)).toBe(false);
    await engine.database.query(
      "CREATE TABLE bulk AS SELECT md5(i::text) || repeat('x', 500) AS t FROM generate_series(1, 70000) i",
      [],
    );
    expect(await checkpoint(engine.database)).toBe(true);
    expect(await checkpoint(engine.database)).toBe(false);
  });
});
