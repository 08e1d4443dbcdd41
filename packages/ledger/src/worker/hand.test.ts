import { afterAll, beforeAll, expect, it } from "vitest";
import { createTimekeeper, type LedgerContext } from "../context.ts";
import type { SqlDatabase, TransactionalDatabase } from "../store/database.ts";
import { type Engine, openEngine } from "../store/engine.ts";
import { migrate } from "../store/schema.ts";
import { addWork } from "../store/work.ts";
import { reconcileKind } from "../store/work-payloads.ts";
import { createWorker } from "./index.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: "embedded" });
  await migrate(engine.database);
});
afterAll(() => engine?.close());

/** A database in which no run of a reconciliation is found before the gate opens. */
function gated(database: TransactionalDatabase, gate: Promise<void>): TransactionalDatabase {
  const query: SqlDatabase["query"] = async (sql, parameters, options) => {
    if (sql.includes("FROM blnk.reconciliations")) await gate;
    return database.query(sql, parameters, options);
  };
  return { ...database, query };
}

async function runsThatWait(condition: string): Promise<number> {
  const [row] = await engine.database.query(
    `SELECT count(*)::integer AS n FROM annex.work WHERE kind = $1 AND ${condition}`,
    [reconcileKind],
  );
  return Number(row?.["n"]);
}

it("has room for others while runs wait for each other, and leaves those to whoever has time", async () => {
  const runs = 300;
  const dueAt = "2026-01-01 00:00:00";
  const run = (index: number) => ({
    kind: reconcileKind,
    dueAt,
    payload: { reconciliationId: `recon_${index}` },
  });
  await addWork(engine.database, [
    ...Array.from({ length: runs }, (_, index) => run(index)),
    { kind: "payment", dueAt, payload: {} },
  ]);
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  const faults: string[] = [];
  const context: Partial<LedgerContext> = {
    database: gated(engine.database, gate),
    now: createTimekeeper(() => new Date("2026-02-01T00:00:00Z")),
    onFault: (error) => faults.push(error instanceof Error ? error.message : String(error)),
  };
  const worker = createWorker({ alone: true, pauseMilliseconds: 0 });
  try {
    await worker.start(context as LedgerContext);
    await expect.poll(() => faults, { timeout: 20_000 }).toEqual(["no handler for work of kind payment"]);
    expect(await runsThatWait("leased_until IS NULL")).toBe(runs - 1);
    openGate();
    await expect.poll(() => runsThatWait("true"), { timeout: 20_000 }).toBe(0);
  } finally {
    openGate();
    await worker.stop();
  }
  expect(faults).toHaveLength(1);
}, 60_000);
