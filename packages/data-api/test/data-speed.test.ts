import { type Ledger, openLedger } from "@annex/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataReader, type DataReader } from "../src/index.ts";
import { fillTransactions, kindsOfQuery } from "./data-speed.ts";

describe("queries of three filters over many rows", () => {
  let ledger: Ledger;
  let reader: DataReader;
  let statements: { readonly text: string; readonly parameters: readonly unknown[] }[] = [];

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" } });
    await fillTransactions(ledger.database, 8_000);
    reader = createDataReader({
      query(text, parameters, options) {
        statements.push({ text, parameters });
        return ledger.database.query(text, parameters, options);
      },
    });
  }, 120_000);

  afterAll(() => ledger?.close());

  it.each(Object.entries(kindsOfQuery))("%s: pages and totals come out of an index", async (_, query) => {
    statements = [];
    await reader.list("transactions", new URLSearchParams(query(3)));
    for (const { text, parameters } of statements) {
      const plan = await ledger.database.query(`EXPLAIN ${text}`, parameters, { planAnew: true });
      expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).not.toContain("Seq Scan");
    }
    expect(statements.length).toBeGreaterThan(0);
  });
});
