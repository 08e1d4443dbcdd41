/** Whatever is unreadable at Stripe, it is one finding, and everything else goes on. */
import type { Stripe } from "stripe";
import { beforeEach, describe, expect, test } from "vitest";
import {
  clearingOn,
  emptyLedger,
  movementOn,
  nothingAtStripe,
  seconds,
  toolsOn,
} from "../../test/books-on-paper.ts";
import { installedForEach } from "../../test/installation.ts";
import { AmountUnreadable, legsOf, TimeUnreadable } from "../mapping/legs.ts";
import { readMovement } from "../mapping/movement.ts";
import { UnknownCurrency } from "../stripe/amounts.ts";
import { accountOfText, ensureAccounts } from "./accounts.ts";
import { checkStep } from "./checking.ts";
import { acknowledgeFinding, findingId, reportFindings } from "./findings.ts";
import { contentsPage, nothingPaidOut, payoutsPage, reconciledPayout } from "./payouts.ts";
import { positionAfter } from "./position.ts";
import { keepMovements } from "./reading.ts";
import { keyOf, positionOf } from "./register.ts";
import { problemOf } from "./settling.ts";
import { missingOf, unexplained } from "./totals.ts";
import { postPage } from "./working.ts";

const inexact = 2 ** 60;

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["an amount too large for a double", { amount: inexact }],
  ["a fee with a fraction", { fee: 1.5 }],
  ["no net at all", { net: undefined }],
  ["an amount written as text", { amount: "1000" }],
  ["an amount that is no number", { amount: null }],
])("%s is read as unreadable, and not posted", (_what, changes) => {
  const movement = readMovement(movementOn(changes));
  expect(movement.unreadable).toMatch(/amount|fee|net/);
  expect(() => legsOf(movement)).toThrow(AmountUnreadable);
});

test.each<[string, unknown]>([
  ["none", undefined],
  ["null", null],
  ["one that is no text", 840],
  ["one that Stripe's table does not have", "zzz"],
])("of a currency that is %s nothing is guessed", (_what, currency) => {
  expect(problemOf(readMovement(movementOn({ currency })))).toBeInstanceOf(UnknownCurrency);
});

test("of a fee whose parts only add up as doubles, all is Stripe's own", () => {
  const fee_details = [
    { type: "application_fee", amount: 10.5 },
    { type: "stripe_fee", amount: 9.5 },
  ];
  const legs = legsOf(readMovement(movementOn({ fee: 20, net: 980, fee_details })));
  expect(legs.map(({ to, amount }) => [to.role, amount])).toEqual([
    ["clearing", 980n],
    ["fees", 20n],
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["a type", { type: null }],
  ["a type that is a number", { type: 7 }],
  ["a category", { reporting_category: undefined }],
  ["a day from which it is available", { available_on: undefined }],
  ["a day from which it is available, and no date has it", { available_on: 2 ** 50 }],
  ["a description that is a text", { description: { en: "Hat" } }],
  ["parts of its fee", { fee_details: "none" }],
  ["parts of its fee that are any", { fee_details: [null] }],
  ["a rate that is one", { exchange_rate: { usd: 1 } }],
  ["a source", { source: undefined }],
  ["a balance", { balance_type: 7 }],
])("without %s the money is booked all the same", (_what, changes) => {
  const legs = legsOf(readMovement(movementOn(changes)));
  expect(legs.map(({ amount }) => amount)).toEqual([1000n]);
});

test.each([undefined, null, "1790000000", 1.5, -1, 2 ** 50])(
  "of a time that is %j no day is guessed",
  (created) => {
    const movement = readMovement(movementOn({ created }));
    expect([movement.net, movement.created]).toEqual(["1000", 0]);
    expect(() => legsOf(movement)).toThrow(TimeUnreadable);
  },
);

describe("what the customer paid in another currency", () => {
  const sale = (paid: object) =>
    readMovement(
      movementOn({ exchange_rate: 1.1, source: { id: "ch_1", object: "charge", currency: "chf", ...paid } }),
    );

  test("unreadable, it is not posted without its conversion; what Stripe's balance gained is known", () => {
    const movement = sale({ amount: inexact });
    expect(() => legsOf(movement)).toThrow(/customer's currency/);
    expect(movement).toMatchObject({ net: "1000" });
    expect(movement.unreadable).toBeUndefined();
  });

  test("only what was taken of a charge was paid, however much was authorized", () => {
    const legs = legsOf(sale({ amount: 9000, amount_captured: 909 }));
    expect(legs.map(({ role, amount }) => [role, amount])).toEqual([
      ["net", 1000n],
      ["converted", 909n],
    ]);
  });

  test("unreadable, it stops nothing that no customer paid", () => {
    const source = { id: "ch_1", object: "charge", currency: "chf", amount: inexact };
    const fee = movementOn({ type: "adjustment", reporting_category: "fee", source });
    expect(legsOf(readMovement(fee)).map(({ role, amount }) => [role, amount])).toEqual([["net", 1000n]]);
  });
});

describe("in a run", () => {
  const installed = installedForEach();
  const stripe = nothingAtStripe();
  const ledger = emptyLedger();
  beforeEach(() => {
    Object.assign(stripe, nothingAtStripe());
    ledger.balances.length = 0;
    ledger.transactions.length = 0;
  });
  const tools = () => toolsOn(installed, { stripe, ledger });
  const position = { ledgerId: "ldg_1", readThrough: seconds - 60 };
  const all = { verify: false };
  const findings = async () => (await tools().data.findings.list()).map(({ value }) => value);
  const balance = (amount: unknown, currency = "usd") =>
    ({ amount, currency }) as Stripe.Balance["available"][number];

  test("a balance that may be rounded is one finding of its currency; the others are compared", async () => {
    stripe.balance = { available: [balance(inexact), balance(500, "eur")], pending: [balance(1)] };
    ledger.balances.push(clearingOn(7n), clearingOn(500n, "EUR"));
    const { currencies } = await checkStep(tools(), position, all);
    expect(
      currencies.map(({ currency, incomparable, difference }) => [currency, incomparable, difference?.minor]),
    ).toEqual([
      ["EUR", undefined, "0"],
      ["USD", true, undefined],
    ]);
    expect((await findings()).map(findingId)).toEqual(["USD~amount_unreadable"]);
    stripe.balance = { available: [balance(7), balance(500, "eur")], pending: [] };
    await checkStep(tools(), position, all);
    expect((await findings()).map(({ status }) => status)).toEqual(["resolved"]);
  });

  /** One run of what Stripe has, which holds 2,000 in US dollars and a thousand of it in what is odd. */
  const runOver = async (changes: Readonly<Record<string, unknown>>) => {
    stripe.movements = [movementOn(changes), movementOn({ id: "txn_fine" })];
    stripe.balance = { available: [balance(2000), balance(0, "eur")], pending: [] };
    const { accounts = [] } = await keepMovements(tools(), stripe.movements, false);
    const known = await ensureAccounts(tools(), "ldg_1", accounts.map(accountOfText));
    await postPage(tools(), { ledgerId: "ldg_1", accounts: known }, undefined);
    return checkStep(tools(), position, all);
  };

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["an amount that is none", { amount: null }, "txn_1~amount_unreadable"],
    ["an amount that is text", { amount: "1000" }, "txn_1~amount_unreadable"],
    ["an amount with a fraction", { net: 1000.5 }, "txn_1~amount_unreadable"],
    ["an amount of no double", { net: 1e21 }, "txn_1~amount_unreadable"],
    ["a net that is no difference of amount and fee", { net: -0 }, "txn_1~amounts_disagree"],
    ["an amount that is not its net", { amount: -5 }, "txn_1~amounts_disagree"],
    ["no currency", { currency: undefined }, "txn_1~unknown_currency"],
    ["a currency that is a number", { currency: 840 }, "txn_1~unknown_currency"],
    ["a currency that Stripe holds nothing in", { currency: "zzz" }, "txn_1~unknown_currency"],
    ["no time", { created: undefined }, "txn_1~time_unreadable"],
    ["no type", { type: undefined }, "txn_1~unknown_type"],
    ["a type of tomorrow", { type: "brand_new" }, "txn_1~unknown_type"],
  ])("%s is one finding, and everything else goes on", async (_what, changes, id) => {
    const { currencies } = await runOver(changes);
    expect((await findings()).map(findingId)).toEqual([id]);
    expect(ledger.transactions.map(({ reference }) => reference)).toContain("txn_fine");
    expect(currencies.map(({ currency }) => currency)).toEqual(["EUR", "USD"]);
    expect(currencies.every((row) => row.incomparable === true || unexplained(row) === 0n)).toBe(true);
  });

  test("of several without a currency each may be of any: those that make the sides equal explain it", async () => {
    const { data } = tools();
    for (const [id, missing] of [
      ["txn_1", "1000"],
      ["txn_2", "500"],
    ] as const)
      await data.unsettled.put(`1/${id}`, { currency: "", missing });
    stripe.movements = [movementOn({ id: "txn_3", currency: null, net: 30, amount: 30 })];
    stripe.balance = { available: [balance(1030), balance(500, "eur"), balance(7, "gbp")], pending: [] };
    const { currencies } = await checkStep(tools(), position, all);
    expect(currencies.map((row) => [row.currency, `${unexplained(row)}`])).toEqual([
      ["EUR", "0"],
      ["GBP", "-7"],
      ["USD", "0"],
    ]);
  });

  test("of very many without a currency no more are kept than show that they are too many", async () => {
    const { data } = tools();
    await data.unsettled.putMany(
      Array.from({ length: 600 }, (_, index) => ({
        key: `1/txn_${index}`,
        value: { currency: "", missing: index % 2 === 0 ? "3" : "-1" },
      })),
    );
    const lacking = (await missingOf(data)).get("");
    expect(lacking).toMatchObject({ amount: 600n, nameless: { least: -300n, most: 900n } });
    expect(lacking?.nameless?.amounts).toHaveLength(9);
  });

  test.each([
    ["that is nothing", null],
    ["without a currency", { amount: 5 }],
  ])("an entry of the balance %s is one finding", async (_what, entry) => {
    stripe.balance = { available: [entry as Stripe.Balance["available"][number]], pending: [] };
    await checkStep(tools(), position, all);
    expect(await findings()).toMatchObject([{ id: "~amount_unreadable", error: /not in which currency/ }]);
  });

  test("a difference stays open where a later run could not compare", async () => {
    stripe.balance = { available: [balance(500)], pending: [] };
    ledger.balances.push(clearingOn(7n));
    await checkStep(tools(), position, all);
    stripe.balance = { available: [balance(inexact)], pending: [] };
    await checkStep(tools(), position, all);
    expect((await findings()).map((finding) => [findingId(finding), finding.status])).toEqual([
      ["USD~amount_unreadable", "new"],
      ["USD~balance_differs", "new"],
    ]);
    stripe.balance = { available: [balance(7)], pending: [] };
    await checkStep(tools(), position, all);
    expect((await findings()).map(({ status }) => status)).toEqual(["resolved", "resolved"]);
  });

  test("one that came during the run is found when it is imported, and is no difference before", async () => {
    stripe.balance = { available: [balance(1000)], pending: [] };
    stripe.movements = [movementOn({ net: inexact, created: seconds })];
    ledger.balances.push(clearingOn(0n));
    const { currencies } = await checkStep(tools(), position, all);
    expect(currencies).toMatchObject([{ currency: "USD", incomparable: true }]);
    expect(await findings()).toEqual([]);
  });

  test("days of the past, before everything was imported once, are compared with nothing", async () => {
    stripe.balance = { available: [balance(5000)], pending: [] };
    expect(await checkStep(tools(), { ledgerId: "ldg_1" }, { verify: true })).toEqual({
      currencies: [],
      findings: 0,
    });
    expect(await findings()).toEqual([]);
    // Everything was read, and there was nothing: that is held against the balance.
    expect(await checkStep(tools(), { ledgerId: "ldg_1" }, all)).toMatchObject({ findings: 1 });
  });

  test("what a finding says is missing, and somebody has booked by hand, makes no difference", async () => {
    stripe.balance = { available: [balance(1000)], pending: [] };
    ledger.balances.push(clearingOn(1000n));
    await tools().data.unsettled.put("1/txn_1", { currency: "USD", missing: "1000" });
    const { currencies } = await checkStep(tools(), position, all);
    expect(currencies).toMatchObject([{ difference: { minor: "0" }, missing: { minor: "1000" } }]);
    expect(await findings()).toEqual([]);
    expect((await positionOf(tools().data))?.lookFurtherBack).toBeUndefined();
  });

  test("of two that are missing, the acknowledged one may be booked by hand", async () => {
    const { data } = tools();
    for (const [id, missing] of [
      ["txn_1", "1000"],
      ["txn_2", "500"],
    ] as const) {
      const finding = { object_id: id, code: "ledger_refused" as const, error: "a", next: "b" };
      const movement = readMovement(movementOn({ id }));
      const outcome = { state: "failed" as const, legs: [], finding, missing };
      await data.movements.put(keyOf(movement), { movement, outcome });
      await data.unsettled.put(keyOf(movement), { currency: "USD", missing });
      await reportFindings(data, "run_1", new Date(), [{ finding }]);
    }
    stripe.balance = { available: [balance(1500)], pending: [] };
    ledger.balances.push(clearingOn(1000n));
    await acknowledgeFinding(data, "txn_1~ledger_refused", { reason: "booked by hand" }, new Date());
    const { currencies } = await checkStep(tools(), position, all);
    expect(currencies).toMatchObject([{ difference: { minor: "-500" }, missing: { minor: "500" } }]);
    expect((await findings()).map(({ code }) => code)).toEqual(["ledger_refused", "ledger_refused"]);
  });

  test("a difference that stays is looked for further back once, and again when it is another one", async () => {
    const looksBack = async (held: number) => {
      stripe.balance = { available: [balance(held)], pending: [] };
      const before = await positionOf(tools().data);
      const next = positionAfter(before ?? position, all, position.readThrough, seconds);
      await checkStep(tools(), next, all);
      return (await positionOf(tools().data))?.lookFurtherBack ?? false;
    };
    ledger.balances.push(clearingOn(7n));
    const looked: boolean[] = [];
    for (const held of [500, 500, 500, 600, 600, 7, 500, 500]) looked.push(await looksBack(held));
    expect(looked).toEqual([true, false, false, true, false, false, true, false]);
  });

  test("what Stripe lists late is no difference: the next run takes it", async () => {
    stripe.balance = { available: [balance(1000)], pending: [] };
    stripe.movements = [movementOn({ created: seconds - 86_400 })];
    ledger.balances.push(clearingOn(0n));
    const { currencies } = await checkStep(tools(), position, all);
    expect(currencies).toMatchObject([
      { currency: "USD", difference: { minor: "0" }, later: { minor: "1000" } },
    ]);
    expect(await findings()).toEqual([]);
  });

  test("a payout is found and left out; what one contains makes it no second finding", async () => {
    const payout = (id: string, amount: unknown, facts: object = {}) =>
      ({
        id,
        amount,
        currency: "usd",
        created: seconds,
        arrival_date: seconds,
        status: "paid",
        automatic: true,
        reconciliation_status: "completed",
        description: null,
        balance_transaction: null,
        failure_balance_transaction: null,
        failure_code: null,
        failure_message: null,
        ...facts,
      }) as Stripe.Payout;
    stripe.payouts = [payout("po_odd", inexact), payout("po_fine", 1000)];
    const page = await payoutsPage(tools(), undefined, undefined);
    expect(page).toMatchObject({ findings: 1, open: [{ id: "po_fine" }] });
    expect((await findings()).map(findingId)).toEqual(["po_odd~amount_unreadable"]);
    stripe.movements = [movementOn({ amount: inexact })];
    const open = page.open[0] ?? { key: "", id: "" };
    const sums = await contentsPage(tools(), open, nothingPaidOut);
    const kept = await tools().data.payouts.get(open.key);
    expect(kept && reconciledPayout(kept, sums)).toMatchObject({ state: "open", count: 1 });
    // One that was read before is no other case: by hand it is never reconciled.
    const byHand = { automatic: false, reconciliation_status: "not_applicable" };
    for (const amount of [5, inexact, 5]) {
      stripe.payouts = [payout("po_hand", amount, byHand)];
      await payoutsPage(tools(), undefined, undefined);
    }
    expect((await findings()).map((finding) => [findingId(finding), finding.status])).toEqual([
      ["po_hand~amount_unreadable", "resolved"],
      ["po_odd~amount_unreadable", "new"],
    ]);
    // It came back: there is nothing to reconcile, and its amount can be read.
    stripe.payouts = [payout("po_odd", 12, { status: "failed" })];
    await payoutsPage(tools(), undefined, undefined);
    expect((await findings()).map(({ status }) => status)).toEqual(["resolved", "resolved"]);
  });

  test("one of a page is kept with its reason, and the page beside it is read", async () => {
    const { tally } = await keepMovements(
      tools(),
      [
        movementOn({ amount: inexact }),
        movementOn({ id: "txn_2", currency: null }),
        movementOn({ id: "txn_3" }),
      ],
      false,
    );
    expect(tally.states).toEqual({ waiting: 3 });
  });
});
