import { type Ledger, openLedger } from "@annex/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browsing, createDataReader, type DataReader, prepareForBrowsing } from "../src/index.ts";
import { fillTransactions, kindsOfQuery, pagesOfPeople } from "./data-speed.ts";

describe("lists over many rows", () => {
  let ledger: Ledger;
  let reader: DataReader;
  let statements: { readonly text: string; readonly parameters: readonly unknown[] }[] = [];

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" } });
    await prepareForBrowsing(ledger.database);
    await fillTransactions(ledger.database, 8_000);
    reader = createDataReader({
      query(text, parameters, options) {
        statements.push({ text, parameters });
        return ledger.database.query(text, parameters, options);
      },
    });
  }, 120_000);

  afterAll(() => ledger?.close());

  /** The plans of everything that a list asks of the database. */
  async function plansOf(query: string, browsing?: Browsing): Promise<readonly string[]> {
    statements = [];
    await reader.list("transactions", new URLSearchParams(query), browsing);
    const plans: string[] = [];
    for (const { text, parameters } of statements) {
      const plan = await ledger.database.query(`EXPLAIN ${text}`, parameters, { planAnew: true });
      plans.push(plan.map((row) => row["QUERY PLAN"]).join("\n"));
    }
    expect(plans.length).toBeGreaterThan(0);
    return plans;
  }

  it.each(Object.entries(kindsOfQuery))("%s: pages and totals come out of an index", async (_, query) => {
    for (const plan of await plansOf(query(3))) expect(plan).not.toContain("Seq Scan");
  });

  it.each(Object.entries(pagesOfPeople))(
    "a page %s comes out of its index",
    async (_, { query = "", browsing, index }) => {
      const plans = await plansOf(query, { ...browsing, countTo: 10 });
      expect(plans.at(-1)).toMatch(new RegExp(`Index (Only )?Scan (Backward )?(using|on) ${index}\\b`));
    },
  );

  it("a page of a month by amount is come upon in the index alone, however deep it lies", async () => {
    const { query = "", browsing } = pagesOfPeople["of a month, by amount, page 101"] ?? {};
    const plans = await plansOf(query, { ...browsing, countTo: 10 });
    expect(plans.join("\n")).toContain("Index Only Scan Backward using transactions_by_amount_over_time");
    // What is not in the index, such as a status, is asked of the first rows and then of all that match.
    const others = (await plansOf(`${query}&status_eq=APPLIED`, { ...browsing, countTo: 10 })).join("\n");
    expect(others).not.toContain("Index Only Scan Backward using transactions_by_amount_over_time");
  });

  it("few rows are put in order at once, and not looked for along the order", async () => {
    const { query = "", browsing } = pagesOfPeople["of some hours by amount"] ?? {};
    const plans = await plansOf(query, { ...browsing, countTo: 10_000 });
    expect(plans.join("\n")).not.toContain("transactions_by_amount_over_time");
    expect(plans.at(-1)).toContain("transactions_by_effective_date");
  });

  const ofWideSpans = Object.entries(pagesOfPeople).filter(([, { index }]) => index === "transactions_pkey");

  it.each(ofWideSpans)(
    "a page %s is read off the order, and not put in order out of the whole span",
    async (_, { query = "", browsing }) => {
      const plans = await plansOf(query, { ...browsing, countTo: 10 });
      // Its rows are known by then; who asks for the span once more reads all of it.
      expect(plans.at(-1)).not.toContain("effective_date");
    },
  );
});
