import type { Identity, Transaction } from "@annex/client";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccountKey } from "../mapping/accounts.ts";
import type { Leg } from "../mapping/legs.ts";
import { objectKinds, objectStates } from "../portal-types.ts";
import { type Accounts, accountText } from "./accounts.ts";
import { changedFields } from "./identities.ts";
import { differences } from "./posting.ts";
import { failedObject, settledObject, waitingObject } from "./settling.ts";
import { addTallies, countsOf, emptyTally, settledTally, tallyOf } from "./tally.ts";
import { allEqual, compareSides } from "./totals.ts";

const clearing: AccountKey = { role: "clearing", currency: "KWD" };
const payins: AccountKey = { role: "payins", currency: "KWD" };
const known: readonly (readonly [string, AccountKey])[] = [
  ["bln_c", clearing],
  ["bln_p", payins],
];
const accounts: Accounts = {
  ledgerId: "ldg_1",
  mode: "simulator",
  balances: [],
  idOf: new Map(known.map(([id, key]) => [accountText(key), id])),
  keyOf: new Map(known),
};
const leg: Leg = { role: "net", reference: "txn_1", from: payins, to: clearing, amount: 12_345n };
const posted: Transaction = {
  transaction_id: "txn_core",
  precise_amount: 12_345n,
  amount: "12.345",
  precision: 1_000n,
  reference: "txn_1",
  currency: "KWD",
  source: "bln_p",
  destination: "bln_c",
  status: "APPLIED",
  created_at: "2026-11-10T00:00:00Z",
  meta_data: { stripe_sync: { run_id: "run_1" } },
};
const movement = {
  id: "txn_1",
  type: "charge",
  reportingCategory: "charge",
  balanceType: "payments",
  currency: "KWD",
  amount: "12345",
  fee: "0",
  net: "12345",
  created: 1_790_000_000,
  availableOn: 1_790_000_000,
};

describe("what is in the ledger, held against what should be", () => {
  test("equal is equal", () => {
    expect(differences(accounts, leg, posted)).toEqual([]);
  });

  test.each<[Partial<Transaction>, RegExp]>([
    [{ precise_amount: 12_346n }, /amount is 12346 and should be 12345/],
    [{ precision: 100n }, /precision is 100 and should be 1000/],
    [{ currency: "USD" }, /currency is USD and should be KWD/],
    [{ source: "bln_x" }, /source is bln_x and should be Pay-ins KWD/],
    [{ source: null }, /source is missing/],
    [{ destination: "bln_p" }, /destination is Pay-ins KWD and should be Stripe balance KWD/],
    [{ status: "INFLIGHT" }, /status is INFLIGHT and should be APPLIED/],
  ])("%o", (changed, words) => {
    const found = differences(accounts, leg, { ...posted, ...changed });
    expect(found.length).toBe(1);
    expect(found[0]).toMatch(words);
  });
});

describe("the state of an object", () => {
  const waiting = waitingObject(movement);

  test.each([
    ["posted", [{ leg, transaction: posted, differences: [] }], "run_1"],
    ["already_posted", [{ leg, transaction: posted, differences: [] }], "run_2"],
    ["nothing_to_post", [], "run_1"],
    ["difference", [{ leg, transaction: posted, differences: ["its amount is 1 and should be 2"] }], "run_1"],
    ["failed", [{ leg, differences: [], refusal: "no" }], "run_1"],
  ] as const)("%s", (state, legs, runId) => {
    const object = settledObject(waiting, legs, runId);
    expect(object.state).toBe(state);
    expect(object.finding === undefined).toBe(!["difference", "failed"].includes(state));
  });

  test("an unknown currency is refused with its reason, not guessed", () => {
    const strange = waitingObject({ ...movement, currency: "XYZ" });
    expect(strange.net).toEqual({ minor: "12345", currency: "XYZ", decimals: 0 });
    expect(failedObject(strange, new Error("x"))).toMatchObject({ state: "failed", finding: { error: "x" } });
  });
});

describe("tallies", () => {
  const objects = fc.array(
    fc.record({ kind: fc.constantFrom(...objectKinds), state: fc.constantFrom(...objectStates) }),
  );

  test("parts add up to the whole, in any grouping", () => {
    fc.assert(
      fc.property(objects, objects, (one, other) => {
        const together = countsOf(tallyOf([...one, ...other]));
        expect(countsOf(addTallies(tallyOf(one), tallyOf(other)))).toEqual(together);
        expect(together.all).toBe(one.length + other.length);
      }),
    );
  });

  test("settling moves objects and makes none", () => {
    const waiting = tallyOf([1, 2, 3].map(() => ({ kind: "charge", state: "waiting" }) as const));
    const settled = addTallies(waiting, settledTally(["posted", "failed"], 1));
    expect(countsOf(settled)).toMatchObject({ all: 3, waiting: 1, posted: 1, failed: 1 });
    expect(settled.findings).toBe(1);
    expect(addTallies(settled, settledTally([], 0))).toEqual(settled);
    expect(countsOf(emptyTally).all).toBe(0);
  });
});

describe("identities that changed", () => {
  const identity = (facts: Partial<Identity>): Identity => ({
    identity_id: "idt_1",
    created_at: "",
    ...facts,
  });

  test("only what is otherwise, and never a tokenized field", () => {
    const fields = { first_name: "Inés", email_address: "new@example.com", city: "Kyoto" };
    const existing = identity({ first_name: "Inés", email_address: "old@example.com", city: "FPT:x:y" });
    const tokenized = { ...existing, meta_data: { tokenized_fields: { City: true } } };
    expect(changedFields(tokenized, fields)).toEqual({ email_address: "new@example.com" });
    const both = { ...existing, meta_data: { tokenized_fields: { City: true, EmailAddress: true } } };
    expect(changedFields(both, fields)).toEqual({});
  });
});

describe("both sides compared", () => {
  const stripe = new Map([["JPY", { available: -5n, pending: 12n }]]);
  const ledger = new Map([
    ["JPY", { clearing: 7n, fees: 3n, suspense: 0n }],
    ["USD", { clearing: 1n, fees: 0n, suspense: 0n }],
  ]);

  test("a currency that one side lacks is zero there", () => {
    const rows = compareSides(stripe, ledger);
    expect(rows.map(({ currency, difference }) => [currency, difference?.minor])).toEqual([
      ["JPY", "0"],
      ["USD", "1"],
    ]);
    expect(allEqual(rows)).toBe(false);
    expect(allEqual(compareSides(stripe, new Map([["JPY", { clearing: 7n, fees: 0n, suspense: 0n }]])))).toBe(
      true,
    );
  });

  test("a side that could not be asked has no amounts, and nothing is called equal", () => {
    const rows = compareSides(undefined, ledger);
    expect(
      rows.every(({ stripe: theirs, difference }) => theirs === undefined && difference === undefined),
    ).toBe(true);
    expect(allEqual(rows)).toBe(false);
  });
});
