import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Json, member, openTestLedger, send, textOf } from "../../../test/harness.ts";
import type { Ledger } from "../../index.ts";

const faults: unknown[] = [];
let ledger: Ledger;
let ledgerId = "";

beforeAll(async () => {
  ledger = await openTestLedger(faults);
  ledgerId = textOf(await send(ledger, "POST", "/ledgers", { name: "Main" }), "ledger_id");
});

afterAll(async () => {
  await ledger?.close();
  expect(faults).toEqual([]);
});

const newBalance = async (metadata?: object): Promise<string> =>
  textOf(
    await send(ledger, "POST", "/balances", { ledger_id: ledgerId, currency: "USD", meta_data: metadata }),
    "balance_id",
  );

const metadataOf = async (path: string): Promise<Json> =>
  member((await send(ledger, "GET", path)).body, "meta_data");

describe("merging metadata", () => {
  it("keeps every key that is not sent, and replaces those that are whole (invariant 40)", async () => {
    const balance = await newBalance();
    let expected: Record<string, unknown> = {};
    const sent = fc.dictionary(
      fc.constantFrom("a", "b", "__proto__x", "Ω", "constructor"),
      fc.oneof(
        fc.constant(null),
        fc.boolean(),
        fc.string({ unit: "grapheme" }),
        fc.constant({ x: true }),
        fc.constant([]),
      ),
    );
    await fc.assert(
      fc.asyncProperty(sent, async (metadata) => {
        expected = { ...expected, ...metadata };
        const answer = await send(ledger, "POST", `/${balance}/metadata`, { meta_data: metadata });
        expect(member(answer.body, "meta_data")).toEqual(expected);
        expect(await metadataOf(`/balances/${balance}`)).toEqual(
          Object.keys(expected).length === 0 ? {} : expected,
        );
      }),
      { numRuns: 30 },
    );
  });

  it("of a transaction reaches its own row and its children, no others (invariant 41)", async () => {
    const transfer = (reference: string) => ({
      amount: 10,
      currency: "USD",
      reference,
      description: "d",
      source: "@World",
      destination: "@Shop",
      allow_overdraft: true,
      skip_queue: true,
    });
    const other = textOf(await send(ledger, "POST", "/transactions", transfer("other")), "transaction_id");
    const batch = await send(ledger, "POST", "/transactions/bulk", {
      transactions: [transfer("b1"), transfer("b2")],
      skip_queue: true,
    });
    const answer = await send(ledger, "POST", `/${textOf(batch, "batch_id")}/metadata`, {
      meta_data: { seen: true },
    });
    expect(answer.body).toEqual({ meta_data: { seen: true } });
    expect(await metadataOf("/transactions/reference/b1")).toMatchObject({ seen: true, sequence: 1n });
    expect(await metadataOf("/transactions/reference/b2")).toMatchObject({ seen: true });
    expect(await metadataOf(`/transactions/${other}`)).not.toHaveProperty("seen");
  });

  it("does not lose a key when several are sent at once", async () => {
    const balance = await newBalance();
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    await Promise.all(
      keys.map((key) => send(ledger, "POST", `/${balance}/metadata`, { meta_data: { [key]: true } })),
    );
    expect(Object.keys((await metadataOf(`/balances/${balance}`)) ?? {})).toHaveLength(20);
  });
});

describe("BLNK_RUN_RECONCILIATION", () => {
  it("recomputes a balance from its applied rows, shows the flag once, and leaves the result", async () => {
    const balance = await newBalance({ kept: true });
    const fund = {
      amount: 10,
      precision: 100,
      currency: "USD",
      reference: "fund",
      description: "d",
      source: "@World",
    };
    await send(ledger, "POST", "/transactions", {
      ...fund,
      destination: balance,
      allow_overdraft: true,
      skip_queue: true,
    });
    await ledger.database.query(
      "UPDATE blnk.balances SET credit_balance = 1, balance = 1 WHERE balance_id = $1",
      [balance],
    );
    const flag = { BLNK_RUN_RECONCILIATION: "SOURCE" };
    const answer = await send(ledger, "POST", `/${balance}/metadata`, { meta_data: flag });
    expect(member(answer.body, "meta_data")).toEqual({ kept: true, ...flag });
    expect((await send(ledger, "GET", `/balances/${balance}`)).body).toMatchObject({
      balance: 1000n,
      credit_balance: 1000n,
      version: 2n,
      meta_data: {
        kept: true,
        BLNK_RECONCILIATION_RESULT: {
          executed_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/),
          previous_debit: "0",
          previous_credit: "1",
          previous_balance: "1",
          recalculated_debit: "0",
          recalculated_credit: "1000",
          recalculated_balance: "1000",
          difference: "999",
        },
      },
    });
  });

  it("with another value is plain metadata", async () => {
    const balance = await newBalance();
    await send(ledger, "POST", `/${balance}/metadata`, { meta_data: { BLNK_RUN_RECONCILIATION: "source" } });
    expect(await metadataOf(`/balances/${balance}`)).toEqual({ BLNK_RUN_RECONCILIATION: "source" });
  });
});
