import type { CloudClient, Identity, Transaction } from "@annex/client";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccountKey } from "../mapping/accounts.ts";
import { customerMetadata, identityIdOf } from "../mapping/customers.ts";
import type { Leg } from "../mapping/legs.ts";
import {
  type FindingJson,
  type ObjectState,
  objectKinds,
  objectStates,
  type PayoutJson,
} from "../portal-types.ts";
import { type Accounts, accountText } from "./accounts.ts";
import { differences, missingFrom, type SettledLeg, settledLeg } from "./comparing.ts";
import { findingId, type Reported, seenAgain } from "./findings.ts";
import { changedFields, matchOf } from "./identities.ts";
import { failedOutcome, money, movesOf, objectOf, settledOutcome, waiting } from "./outcomes.ts";
import { nothingPaidOut, reconciledPayout } from "./payouts.ts";
import { positionAfter, readingOf } from "./position.ts";
import { addTallies, countsOf, emptyTally, findingsFound, placesIn, relisted, tallyOf } from "./tally.ts";
import { allEqual, compareSides, type StripeView, unexplained, viewLedger } from "./totals.ts";

const books = { account: "acct_1", mode: "simulator" } as const;
const clearing: AccountKey = { role: "clearing", currency: "KWD" };
const payins: AccountKey = { role: "payins", currency: "KWD" };
const suspense: AccountKey = { role: "suspense", currency: "KWD" };
const known: readonly (readonly [string, AccountKey])[] = [
  ["bln_c", clearing],
  ["bln_p", payins],
  ["bln_s", suspense],
];
const accounts: Accounts = {
  books,
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
  meta_data: { stripe_sync: { run_id: "run_1", balance_transaction: "txn_1" } },
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

describe("a leg that an older version of this app booked elsewhere", () => {
  const elsewhere = { ...posted, source: "bln_s" };
  const settled = settledLeg(accounts, leg, {
    reference: "txn_1",
    outcome: "found",
    transaction: elsewhere,
    differences: [],
  });

  test("is no other program's, and has a correction from where it should come to where it came from", () => {
    expect(settled).toMatchObject({ differences: [], misplaced: { from: suspense, to: clearing } });
    expect(movesOf(settled, 1)).toEqual([
      { reference: "txn_1-corrected-1", from: payins, to: suspense, amount: 12_345n },
    ]);
    expect(settledOutcome(movement, [settled], "run_2", 0n)).toMatchObject({
      state: "already_posted",
      legs: [{ from: "To be looked at", to: "Stripe balance" }],
    });
  });

  test.each<[string, Partial<Transaction>]>([
    ["somebody else's", { meta_data: {} }],
    ["another amount", { precise_amount: 1n }],
    ["what Stripe holds", { source: "bln_p", destination: "bln_s" }],
    ["an account that is not ours", { source: "bln_x" }],
  ])("%s is a difference", (_name, changed) => {
    const transaction = { ...elsewhere, ...changed };
    const found = settledLeg(accounts, leg, {
      reference: "txn_1",
      outcome: "found",
      transaction,
      differences: [],
    });
    expect(found.misplaced).toBeUndefined();
    expect(found.differences.length).toBeGreaterThan(0);
  });
});

describe("the state of an object", () => {
  const settled: SettledLeg = { leg, transaction: posted, posted: true, differences: [] };

  test.each([
    ["posted", [settled], "run_1"],
    ["already_posted", [settled], "run_2"],
    ["nothing_to_post", [], "run_1"],
    ["difference", [{ ...settled, differences: ["its amount is 1 and should be 2"] }], "run_1"],
    ["failed", [{ leg, posted: false, differences: [], refusal: "no" }], "run_1"],
  ] as const)("%s", (state, legs, runId) => {
    const outcome = settledOutcome(movement, legs, runId, 0n);
    expect(outcome.state).toBe(state);
    expect(outcome.finding === undefined).toBe(!["difference", "failed"].includes(state));
  });

  test("what Stripe's balance lacks in the ledger is what was not posted, or posted otherwise", () => {
    expect(missingFrom(accounts, [settled])).toBe(0n);
    expect(missingFrom(accounts, [{ leg, posted: false, differences: [], refusal: "no" }])).toBe(12_345n);
    const less = { ...settled, transaction: { ...posted, precise_amount: 5n } };
    expect(missingFrom(accounts, [less])).toBe(12_340n);
    const other = { ...settled, transaction: { ...posted, source: "bln_x", destination: "bln_y" } };
    expect(missingFrom(accounts, [other])).toBe(12_345n);
  });

  test.each(["VOID", "INFLIGHT", "QUEUED", "REJECTED"] as const)("what is %s holds nothing", (status) => {
    const standing = { ...settled, posted: false, transaction: { ...posted, status } };
    expect(missingFrom(accounts, [standing])).toBe(12_345n);
  });

  test("an unknown currency is refused with its reason, not guessed", () => {
    const strange = objectOf({ movement: { ...movement, currency: "XYZ" }, outcome: waiting });
    expect(strange.net).toEqual({ minor: "12345", currency: "XYZ", decimals: 0 });
    expect(failedOutcome(movement, new Error("x"))).toMatchObject({
      state: "failed",
      missing: "12345",
      finding: { error: "x", object_id: "txn_1" },
    });
  });

  test("an amount that cannot be read is shown as none", () => {
    const object = objectOf({ movement: { ...movement, unreadable: "net" }, outcome: waiting });
    expect([object.amount, object.fee, object.net]).toEqual([undefined, undefined, undefined]);
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
    const one = (state: ObjectState) => ({ kind: "charge", state, currency: "EUR" }) as const;
    const waiting = [one("waiting"), one("waiting"), one("waiting")];
    const change = relisted(waiting.slice(1), [one("posted"), one("failed")]);
    const settled = [tallyOf(waiting), change, findingsFound(1)].reduce(addTallies);
    expect(countsOf(settled)).toMatchObject({ all: 3, waiting: 1, posted: 1, failed: 1 });
    expect(settled.findings).toBe(1);
    expect(placesIn(settled)).toEqual(
      (["waiting", "posted", "failed"] as const).map((state) => ({ object: one(state), count: 1 })),
    );
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

describe("whose identity a customer is", () => {
  const identity = (id: string, email: string, customer?: string): Identity => ({
    identity_id: id,
    created_at: "",
    email_address: email,
    ...(customer === undefined ? {} : { meta_data: customerMetadata(undefined, customer, books) }),
  });
  const customer = { id: "cus_1", email: "Ama@Example.com" };

  test.each<[string, readonly Identity[], string, string?]>([
    [
      "his own by the id that follows from his",
      [identity(identityIdOf("cus_1"), "")],
      "his",
      identityIdOf("cus_1"),
    ],
    [
      "the one tied to him, before any of his address",
      [identity("idt_2", "ama@example.com"), identity("idt_3", "", "cus_1")],
      "his",
      "idt_3",
    ],
    ["the only one with his address", [identity("idt_2", "ama@example.com")], "by-email", "idt_2"],
    ["not another customer's, whatever the address", [identity("idt_2", "ama@example.com", "cus_2")], "none"],
    [
      "nobody can tell which of two",
      [identity("idt_2", "ama@example.com"), identity("idt_3", "AMA@example.com")],
      "doubtful",
    ],
    ["nobody", [], "none"],
  ])("%s", (_name, candidates, kind, id) => {
    const match = matchOf(customer, books, candidates);
    expect(match.kind).toBe(kind);
    if ("identity" in match) expect(match.identity.identity_id).toBe(id);
  });

  test("a name alone never decides", () => {
    const named = { ...identity("idt_2", ""), first_name: "Ama" };
    expect(matchOf({ id: "cus_1", email: null }, books, [named]).kind).toBe("none");
  });
});

describe("the life of a finding", () => {
  const finding: FindingJson = { object_id: "txn_1", code: "ledger_differs", error: "a", next: "b" };
  const first = seenAgain(undefined, { finding }, "run_1", "2026-11-01T00:00:00.000Z");

  test("new, and still new when it is seen again", () => {
    expect(first).toMatchObject({ id: findingId(finding), status: "new", run_id: "run_1" });
    const again = seenAgain(
      first,
      { finding: { ...finding, error: "c" } },
      "run_2",
      "2026-11-02T00:00:00.000Z",
    );
    expect(again).toMatchObject({
      status: "new",
      run_id: "run_1",
      error: "c",
      first_seen_at: first.first_seen_at,
      last_seen_at: "2026-11-02T00:00:00.000Z",
    });
  });

  test("acknowledged stays so; resolved begins anew", () => {
    const acknowledged = { ...first, status: "acknowledged" as const, reason: "known" };
    expect(seenAgain(acknowledged, { finding }, "run_2", "later")).toMatchObject({
      status: "acknowledged",
      reason: "known",
    });
    const resolved = { ...first, status: "resolved" as const, resolved_at: "x", reason: "known" };
    const anew = seenAgain(resolved, { finding }, "run_2", "later");
    expect(anew).toMatchObject({ status: "new", run_id: "run_2", first_seen_at: "later" });
    expect(anew.resolved_at).toBeUndefined();
    expect(anew.reason).toBeUndefined();
  });
});

describe("what was acknowledged is what it was then", () => {
  const usd = (minor: string) => ({ minor, currency: "USD", decimals: 2 });
  const seen = (reported: Reported, before = reported) => {
    const first = seenAgain(undefined, before, "run_1", "then");
    const acknowledged = {
      ...first,
      status: "acknowledged" as const,
      reason: "known",
      acknowledged_by: "user_1",
    };
    return seenAgain(acknowledged, reported, "run_2", "now");
  };
  const differs = (minor: string): Reported => ({
    finding: {
      object_id: "USD",
      code: "balance_differs",
      amount: usd(minor),
      error: `at ${minor}`,
      next: "b",
    },
  });
  const moves = (to: string): Reported => ({
    finding: { object_id: "txn_1", code: "reclassify", amount: usd("5"), error: "a", next: "b" },
    corrections: [{ reference: "txn_1-corrected-1", from: "Refunds", to, amount: usd("5") }],
  });

  const refused = (why: string): Reported => ({
    finding: { object_id: "txn_1", code: "ledger_refused", amount: usd("5"), error: why, next: "b" },
  });

  test("the same sum stays so, whatever came in since", () => {
    const same = { finding: { ...differs("5").finding, error: "another balance, as far apart" } };
    expect(seen(same, differs("5"))).toMatchObject({ status: "acknowledged", reason: "known" });
    expect(seen(moves("Tax"))).toMatchObject({ status: "acknowledged" });
    expect(seen(refused("closed"))).toMatchObject({ status: "acknowledged" });
  });

  test.each([
    ["another sum", differs("900"), differs("5")],
    ["another posting", moves("Tax"), moves("Transfers")],
    ["a posting that is proposed no more", { finding: moves("Tax").finding }, moves("Tax")],
    ["something else that is odd", refused("closed"), refused("frozen")],
  ])("%s is new again, and keeps when it was first seen", (_what, reported, before) => {
    const anew = seen(reported, before);
    expect(anew).toMatchObject({ status: "new", first_seen_at: "then", run_id: "run_1" });
    expect([anew.reason, anew.acknowledged_by]).toEqual([undefined, undefined]);
  });
});

describe("what a run reads, and how far the books are after it", () => {
  const position = { ledgerId: "ldg_1", readThrough: 10_000_000, classification: "old" };

  test("everything the first time, then what came since with an overlap, further back after a difference", () => {
    expect(readingOf({}, { ledgerId: "ldg_1" })).toEqual({ verify: false });
    const usual = readingOf({}, position);
    expect(usual).toEqual({ verify: false, from: 10_000_000 - 2 * 86_400 });
    const wide = readingOf({}, { ...position, lookFurtherBack: true });
    expect(wide.from).toBeLessThan(usual.from ?? 0);
  });

  test("a range of days is read as asked and looked at again, and moves nothing", () => {
    const reading = readingOf({ from: 1, to: 2 }, position);
    expect(reading).toEqual({ verify: true, from: 1, to: 2 });
    expect(positionAfter(position, reading, 99_000_000, 99_000_000).readThrough).toBe(10_000_000);
  });

  test("never past now: what a test clock dates ahead hides nothing", () => {
    expect(positionAfter(position, { verify: false }, 99_000_000, 20_000_000).readThrough).toBe(20_000_000);
  });

  test("never backwards", () => {
    expect(positionAfter(position, { verify: false }, 5, 99_000_000).readThrough).toBe(10_000_000);
    expect(positionAfter(position, { verify: false }, 20_000_000, 99_000_000).readThrough).toBe(20_000_000);
    expect(
      positionAfter({ ledgerId: "ldg_1" }, { verify: false }, 0, 99_000_000).readThrough,
    ).toBeUndefined();
  });
});

describe("a payout against what it paid out", () => {
  const payout: PayoutJson = {
    id: "po_1",
    key: "1/po_1",
    status: "paid",
    automatic: true,
    created_at: "",
    arrival_date: "",
    amount: money("9680", "USD"),
    state: "open",
  };
  const sums = { ...nothingPaidOut, count: 1, kinds: { charge: "10000", fee: "-320" } };

  test.each([
    ["reconciled", sums, "0"],
    ["differs", { ...sums, kinds: { charge: "10000", fee: "-300" } }, "20"],
    ["open", { ...sums, unsettled: 1 }, "0"],
  ])("%s", (state, contents, difference) => {
    const reconciled = reconciledPayout(payout, contents);
    expect([reconciled.state, reconciled.difference?.minor]).toEqual([state, difference]);
  });

  test("where Stripe takes from the bank what refunds have cost, as any other", () => {
    const debit = { ...payout, amount: { ...payout.amount, minor: "-500" } };
    const contents = { ...nothingPaidOut, count: 2, kinds: { charge: "100", refund: "-600" } };
    const reconciled = reconciledPayout(debit, contents);
    expect([reconciled.state, reconciled.difference?.minor]).toEqual(["reconciled", "0"]);
  });
});

describe("both sides compared", () => {
  const none = new Map();
  const view = (facts: Partial<StripeView> = {}): StripeView => ({
    balance: new Map([["JPY", { available: -5n, pending: 12n }]]),
    before: [],
    meanwhile: [],
    ...facts,
  });
  const ledger = new Map([
    ["JPY", { clearing: 7n, fees: 3n, suspense: 0n }],
    ["USD", { clearing: 1n, fees: 0n, suspense: 0n }],
  ]);
  const jpy = new Map([["JPY", { clearing: 7n, fees: 0n, suspense: 0n }]]);
  const later = (net: bigint, id = `txn_${net}`) => ({ id, currency: "JPY", net });

  test("of an account that was made twice all is counted, in whichever of both it is", async () => {
    const meta_data = { stripe_sync: { role: "clearing", ...books } };
    const balance = (id: string, minor: bigint) => {
      return { balance_id: id, currency: "JPY", balance: minor, created_at: id, meta_data };
    };
    async function* iterate() {
      yield* [balance("bln_1", 100n), balance("bln_2", 50n)];
    }
    const cloud = { data: { balances: { iterate } } } as unknown as CloudClient;
    const [held] = (await viewLedger({ cloud, books }, "ldg_1")).values();
    expect(held?.clearing).toBe(150n);
  });

  test("what an earlier installation posted is in the ledger, whatever this one has done yet", async () => {
    const meta_data = { stripe_sync: { role: "clearing", ...books } };
    async function* balances() {
      yield { balance_id: "bln_1", currency: "JPY", balance: 100n, created_at: "1", meta_data };
    }
    async function* ledgers() {
      yield { ledger_id: "ldg_1", created_at: "1" };
    }
    const data = { balances: { iterate: balances }, ledgers: { iterate: ledgers } };
    const cloud = { data } as unknown as CloudClient;
    expect((await viewLedger({ cloud, books }, undefined)).get("JPY")?.clearing).toBe(100n);
  });

  test("a currency that one side lacks is zero there", () => {
    const rows = compareSides({ stripe: view(), ledger, missing: none });
    expect(rows.map(({ currency, difference }) => [currency, difference?.minor])).toEqual([
      ["JPY", "0"],
      ["USD", "1"],
    ]);
    expect(allEqual(rows)).toBe(false);
    expect(allEqual(compareSides({ stripe: view(), ledger: jpy, missing: none }))).toBe(true);
  });

  test("a side that could not be asked has no amounts, and nothing is called equal", () => {
    const rows = compareSides({ stripe: undefined, ledger, missing: none });
    expect(
      rows.every(({ stripe: theirs, difference }) => theirs === undefined && difference === undefined),
    ).toBe(true);
    expect(allEqual(rows)).toBe(false);
  });

  test("what came since the ledger was brought up to date is no difference", () => {
    const balance = new Map([["JPY", { available: 0n, pending: 57n }]]);
    const [row] = compareSides({
      stripe: view({ balance, before: [later(50n)] }),
      ledger: jpy,
      missing: none,
    });
    expect(row).toMatchObject({ stripe: { minor: "7" }, later: { minor: "50" }, difference: { minor: "0" } });
  });

  test("of what came while the balance was asked for, as much counts as was in it", () => {
    const meanwhile = [later(1n), later(2n), later(4n)];
    for (const [included, sum] of [0n, 1n, 3n, 7n].entries()) {
      const balance = new Map([["JPY", { available: 0n, pending: 7n + 50n + sum }]]);
      const [row] = compareSides({
        stripe: view({ balance, before: [later(50n)], meanwhile }),
        ledger: jpy,
        missing: none,
      });
      expect([included, row?.difference?.minor]).toEqual([included, "0"]);
    }
  });

  test("those of one second are listed in any order, so any of them may be in the balance", () => {
    const meanwhile = [
      later(10n, "txn_a1"),
      later(200n, "txn_b1"),
      later(3000n, "txn_a2"),
      later(-40n, "txn_b2"),
    ];
    for (const included of [[10n, 3000n], [200n], [200n, -40n], [3000n, -40n]]) {
      const sum = included.reduce((total, net) => total + net);
      const balance = new Map([["JPY", { available: 0n, pending: 7n + sum }]]);
      const [row] = compareSides({ stripe: view({ balance, meanwhile }), ledger: jpy, missing: none });
      expect(row).toMatchObject({ stripe: { minor: "7" }, difference: { minor: "0" } });
    }
  });

  test("of very many that came meanwhile nobody can tell, and neither a difference nor equality is claimed", () => {
    const meanwhile = Array.from({ length: 9 }, (_, index) => later(2n ** BigInt(index), `txn_${index}`));
    const seen = (sum: bigint) => {
      const balance = new Map([["JPY", { available: 0n, pending: 7n + sum }]]);
      return compareSides({ stripe: view({ balance, meanwhile }), ledger: jpy, missing: none });
    };
    expect(seen(4n + 16n)[0]).toMatchObject({ too_busy: true, ledger: { minor: "7" } });
    expect(seen(4n + 16n)[0]).not.toHaveProperty("difference");
    expect(seen(4n + 16n)[0]).not.toHaveProperty("stripe");
    expect(allEqual(seen(4n + 16n))).toBe(false);
    // In the order in which they are listed, it is certain.
    expect(seen(1n + 2n + 4n)[0]).toMatchObject({ difference: { minor: "0" } });
  });

  test.each<[string, bigint, bigint | undefined]>([
    ["all that came in", 6n, undefined],
    ["more than all that came in", 7n, -7n],
    ["all that was paid out", -90n, undefined],
    ["more than all that was paid out", -91n, 91n],
    ["a fortune", 10_000_000n, -10_000_000n],
  ])("of very many that came meanwhile none make up more than all of them: %s", (_what, gap, difference) => {
    const nets = [1n, 1n, -30n, 1n, 1n, -30n, 1n, -30n, 1n];
    const balance = new Map([["JPY", { available: 0n, pending: 7n + gap }]]);
    const meanwhile = nets.map((net, index) => later(net, `txn_${index}`));
    const [row] = compareSides({ stripe: view({ balance, meanwhile }), ledger: jpy, missing: none });
    const told = row?.difference?.minor;
    expect([told, row?.too_busy]).toEqual(
      difference === undefined ? [undefined, true] : [`${difference}`, undefined],
    );
  });

  test("nothing makes a real difference go away", () => {
    const balance = new Map([["JPY", { available: 0n, pending: 12n }]]);
    const [row] = compareSides({
      stripe: view({ balance, meanwhile: [later(1n), later(2n)] }),
      ledger: jpy,
      missing: none,
    });
    expect(row?.difference?.minor).toBe("-5");
  });

  test("what findings explain is shown, and is no finding of its own", () => {
    const missing = new Map([["JPY", { amount: 5n, unreadable: false }]]);
    const balance = new Map([["JPY", { available: 12n, pending: 0n }]]);
    const [row] = compareSides({ stripe: view({ balance }), ledger: jpy, missing });
    expect(row).toMatchObject({ difference: { minor: "-5" }, missing: { minor: "5" } });
    expect(row === undefined ? undefined : unexplained(row)).toBe(0n);
    expect(allEqual(row === undefined ? [] : [row])).toBe(false);
  });

  test("what findings say is missing may be booked by hand meanwhile, and nothing differs", () => {
    const missing = new Map([["JPY", { amount: 7n, unreadable: false }]]);
    const balance = new Map([["JPY", { available: 9n, pending: 0n }]]);
    const [row] = compareSides({
      stripe: view({ balance, meanwhile: [later(2n)] }),
      ledger: jpy,
      missing,
    });
    expect(row).toMatchObject({ difference: { minor: "0" }, missing: { minor: "7" } });
    expect(row === undefined ? undefined : unexplained(row)).toBe(0n);
  });

  test("of what is missing, the acknowledged part may be booked by hand", () => {
    const balance = new Map([["JPY", { available: 12n, pending: 0n }]]);
    const explained = (amount: bigint, acknowledged: bigint) => {
      const missing = new Map([["JPY", { amount, acknowledged, unreadable: false }]]);
      const [row] = compareSides({ stripe: view({ balance }), ledger: jpy, missing });
      return [row?.missing?.minor, row === undefined ? undefined : unexplained(row)];
    };
    expect(explained(9n, 4n)).toEqual(["5", 0n]);
    expect(explained(5n, 4n)).toEqual(["5", 0n]);
    expect(explained(9n, 3n)).toEqual(["9", 4n]);
  });

  describe("what is of no known currency", () => {
    const nameless = (amounts: readonly bigint[]) => {
      const [less, more] = [amounts.filter((one) => one < 0n), amounts.filter((one) => one > 0n)];
      const sum = (some: readonly bigint[]) => some.reduce((all, one) => all + one, 0n);
      return { amounts: amounts.slice(0, 9), least: sum(less), most: sum(more) };
    };
    const lacking = (amounts: readonly bigint[]) =>
      new Map([["ZZZ", { amount: 0n, unreadable: false, nameless: nameless(amounts) }]]);
    const apartBy = (gaps: Readonly<Record<string, bigint>>) => {
      const held = Object.entries(gaps).map(
        ([code, gap]) => [code, { available: gap, pending: 0n }] as const,
      );
      return view({ balance: new Map(held) });
    };
    const unexplainedOf = (gaps: Readonly<Record<string, bigint>>, amounts: readonly bigint[]) =>
      compareSides({ stripe: apartBy(gaps), ledger: new Map(), missing: lacking(amounts) }).map(
        (row) => `${row.currency} ${row.incomparable === true ? "?" : unexplained(row)}`,
      );

    test("explains one currency's difference, and not a second time another's", () => {
      expect(unexplainedOf({ EUR: 1000n, USD: 1000n }, [1000n])).toEqual(["EUR 0", "USD -1000"]);
      expect(unexplainedOf({ EUR: 1000n, USD: 1000n }, [1000n, 1000n])).toEqual(["EUR 0", "USD 0"]);
      expect(unexplainedOf({ EUR: 1500n, GBP: 0n, USD: 7n }, [1000n, 7n, 500n])).toEqual([
        "EUR 0",
        "GBP 0",
        "USD 0",
      ]);
    });

    test("explains nothing where they are too many to tell which, and is not called a difference", () => {
      // The sum of the first is one of those by chance.
      const many = [100n, 20n, -5n, ...Array.from({ length: 7 }, () => 10n)];
      const gaps = { CHF: -6n, EUR: 120n, GBP: 0n, JPY: 191n, USD: -5n };
      expect(unexplainedOf(gaps, many)).toEqual(["CHF 6", "EUR ?", "GBP 0", "JPY -191", "USD ?"]);
    });
  });

  test("a currency with an amount that cannot be read is not compared", () => {
    const missing = new Map([["JPY", { amount: 0n, unreadable: true }]]);
    const [row] = compareSides({ stripe: view(), ledger: jpy, missing });
    expect(row).toMatchObject({ incomparable: true });
    expect(row?.difference).toBeUndefined();
    expect(row === undefined ? undefined : unexplained(row)).toBe(0n);
  });
});
