import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAccount } from "../../simulator/index.ts";
import { accountName, indicatorOf, internalRoles, ledgerName } from "./accounts.ts";
import { customerFields, fieldsFingerprint, identityIdOf, identityOf } from "./customers.ts";
import { classify, knownTypes } from "./kinds.ts";
import { AmountsDisagree, AmountUnreadable, legsOf } from "./legs.ts";
import { type Movement, readMovement } from "./movement.ts";

const movement = (facts: Partial<Movement>): Movement => ({
  id: "txn_1",
  type: "charge",
  reportingCategory: "charge",
  balanceType: "payments",
  currency: "USD",
  amount: "0",
  fee: "0",
  net: "0",
  created: 1_790_000_000,
  availableOn: 1_790_000_000,
  ...facts,
});

/** `"payins > clearing 9680"` for each leg. */
const written = (facts: Partial<Movement>) =>
  legsOf(movement(facts)).map(
    (leg) => `${leg.reference}: ${leg.from.role} > ${leg.to.role} ${leg.amount} ${leg.to.currency}`,
  );

describe("legs, type by type", () => {
  // type, category, amount, fee, then the legs wanted.
  test.each<[string, string, number, number, string[]]>([
    [
      "charge",
      "charge",
      10_000,
      320,
      ["txn_1: payins > clearing 9680 USD", "txn_1-fee: payins > fees 320 USD"],
    ],
    ["charge", "charge", 10_000, 0, ["txn_1: payins > clearing 10000 USD"]],
    // A fee larger than the sale: the net leaves the balance.
    ["charge", "charge", 20, 31, ["txn_1: clearing > payins 11 USD", "txn_1-fee: payins > fees 31 USD"]],
    // Fee and sale equal: one leg, and it carries Stripe's id.
    ["charge", "charge", 31, 31, ["txn_1: payins > fees 31 USD"]],
    [
      "payment",
      "charge",
      5_000,
      40,
      ["txn_1: payins > clearing 4960 USD", "txn_1-fee: payins > fees 40 USD"],
    ],
    ["refund", "refund", -10_000, 0, ["txn_1: clearing > refunds 10000 USD"]],
    ["payment_refund", "refund", -700, 0, ["txn_1: clearing > refunds 700 USD"]],
    [
      "refund",
      "refund",
      -10_000,
      -320,
      ["txn_1: clearing > refunds 9680 USD", "txn_1-fee: fees > refunds 320 USD"],
    ],
    ["refund_failure", "refund_failure", 10_000, 0, ["txn_1: refunds > clearing 10000 USD"]],
    [
      "adjustment",
      "dispute",
      -10_000,
      1_500,
      ["txn_1: clearing > disputes 11500 USD", "txn_1-fee: disputes > dispute_fees 1500 USD"],
    ],
    ["adjustment", "dispute_reversal", 10_000, 0, ["txn_1: disputes > clearing 10000 USD"]],
    [
      "adjustment",
      "dispute_reversal",
      10_000,
      -1_500,
      ["txn_1: disputes > clearing 11500 USD", "txn_1-fee: dispute_fees > disputes 1500 USD"],
    ],
    ["adjustment", "other_adjustment", -250, 0, ["txn_1: clearing > adjustments 250 USD"]],
    ["payout", "payout", -90_000, 0, ["txn_1: clearing > payouts 90000 USD"]],
    ["payout_failure", "payout_reversal", 90_000, 0, ["txn_1: payouts > clearing 90000 USD"]],
    ["stripe_fee", "fee", -3_900, 0, ["txn_1: clearing > billing 3900 USD"]],
    ["topup", "topup", 1_000, 0, ["txn_1: topups > clearing 1000 USD"]],
    ["transfer", "transfer", -1_000, 0, ["txn_1: clearing > transfers 1000 USD"]],
    ["reserve_hold", "risk_reserved_funds", -500, 0, ["txn_1: clearing > reserves 500 USD"]],
    ["application_fee", "platform_earning", 80, 0, ["txn_1: application_fees > clearing 80 USD"]],
    [
      "brand_new_type",
      "brand_new",
      77,
      7,
      ["txn_1: suspense > clearing 70 USD", "txn_1-fee: suspense > fees 7 USD"],
    ],
    ["adjustment", "other_adjustment", 0, 0, []],
  ])("%s (%s) of %i with a fee of %i", (type, reportingCategory, amount, fee, legs) => {
    const net = (BigInt(amount) - BigInt(fee)).toString();
    expect(written({ type, reportingCategory, amount: `${amount}`, fee: `${fee}`, net })).toEqual(legs);
  });

  test("what moves another balance than payments stays out of the Stripe balance", () => {
    const facts = { type: "issuing_transaction", balanceType: "issuing", amount: "-500", net: "-500" };
    expect(written(facts)).toEqual(["txn_1: other_balances > issuing 500 USD"]);
  });

  test("the parts of a fee stand in accounts of their own", () => {
    const facts = { amount: "10000", fee: "360", net: "9640", feeParts: { application: "25", tax: "15" } };
    expect(written(facts)).toEqual([
      "txn_1: payins > clearing 9640 USD",
      "txn_1-fee: payins > fees 320 USD",
      "txn_1-fee-application: payins > connect_fees 25 USD",
      "txn_1-fee-tax: payins > fee_taxes 15 USD",
    ]);
  });

  test("paid in another currency: both sides of the conversion are booked", () => {
    const presented = { currency: "CHF", amount: "9500" };
    const exchangeRate = "1.05263";
    expect(written({ amount: "10000", fee: "320", net: "9680", presented, exchangeRate })).toEqual([
      "txn_1: conversion > clearing 9680 USD",
      "txn_1-fee: conversion > fees 320 USD",
      "txn_1-converted: payins > conversion 9500 CHF",
    ]);
    const refund = {
      type: "refund",
      reportingCategory: "refund",
      amount: "-10000",
      net: "-10000",
      presented,
      exchangeRate,
    };
    expect(written(refund)).toEqual([
      "txn_1: clearing > conversion 10000 USD",
      "txn_1-converted: conversion > refunds 9500 CHF",
    ]);
  });

  test.each<[string, Partial<Movement>, string[]]>([
    [
      "a correction of a charge's fee",
      { type: "adjustment", reportingCategory: "fee", sourceId: "ch_1", amount: "-25", net: "-25" },
      ["txn_1: clearing > adjustments 25 USD"],
    ],
    [
      "the second capture of a charge",
      { amount: "4280", net: "4280" },
      ["txn_1: payins > clearing 4280 USD"],
    ],
    [
      "a dispute that was won in part",
      { type: "adjustment", reportingCategory: "dispute_reversal", amount: "3210", net: "3210" },
      ["txn_1: disputes > clearing 3210 USD"],
    ],
    [
      "a sale that Stripe tells no rate of",
      { amount: "10700", net: "10700", exchangeRate: "" },
      ["txn_1: payins > clearing 10700 USD"],
    ],
  ])("%s books nothing in the currency of the whole", (_what, facts, legs) => {
    const presented = { currency: "CHF", amount: "10000" };
    expect(written({ presented, exchangeRate: "1.07", ...facts })).toEqual(legs);
  });

  test.each<[currency: string, paid: bigint, paidIn: string, rate: string, settled: bigint]>([
    ["USD", 1_000n, "EUR", "1.234", 1_234n],
    ["USD", 99_999_999n, "CHF", "1.16457", 116_457_002n],
    ["USD", 10_000n, "JPY", "0.0066", 6_600n],
    ["USD", 10_000n, "JPY", "0.66", 6_600n],
    ["JPY", 6_600n, "USD", "151.5", 9_999n],
    ["KWD", 100_000n, "VND", "1.25e-5", 1_250n],
  ])("in %s, %s %s at %s are proven to be %s", (currency, paid, paidIn, rate, settled) => {
    const facts = { currency, exchangeRate: rate, presented: { currency: paidIn, amount: `${paid}` } };
    const converted = (amount: bigint) =>
      written({ ...facts, amount: `${amount}`, net: `${amount}` }).at(-1) ?? "";
    expect(converted(settled)).toBe(`txn_1-converted: payins > conversion ${paid} ${paidIn}`);
    expect(converted(settled / 2n)).toBe(`txn_1: payins > clearing ${settled / 2n} ${currency}`);
  });

  test.each<[paid: bigint, paidIn: string, rate: string, settled: bigint, isProven: boolean]>([
    // As exact as the rate that is written, and no more: the sixth decimal, or the last digit of a shorter one.
    [1_000_000n, "JPY", "0.006102", 610_237n, true],
    [1_000_000n, "JPY", "0.006102", 611_000n, false],
    [1_200_000n, "KRW", "0.000671", 80_490n, true],
    [5_000_000n, "IDR", "0.000056", 282n, true],
    [100_000_000n, "VND", "0.000035", 345_900n, true],
    [100_000_000n, "VND", "0.000035", 330_000n, false],
    [10_000n, "CHF", "1.07", 10_745n, true],
    [10_000n, "CHF", "1.07", 10_760n, false],
    // A short one has lost its zeros.
    [10_000n, "PAB", "1", 9_000n, false],
    [10_000n, "PAB", "1.1", 11_200n, false],
    // Both amounts may have been rounded.
    [3n, "CHF", "1.07142", 4n, true],
    [3n, "CHF", "1.07142", 6n, false],
  ])("%s %s at %s may be %s: %s", (paid, paidIn, exchangeRate, settled, isProven) => {
    const presented = { currency: paidIn, amount: `${paid}` };
    const amount = `${settled}`;
    const legs = written({ currency: "EUR", exchangeRate, presented, amount, net: amount });
    expect(legs.length === 2).toBe(isProven);
  });

  test("an amount that may have been rounded is not posted", () => {
    expect(() => legsOf(movement({ unreadable: "net" }))).toThrow(AmountUnreadable);
  });

  test("amounts that contradict each other are not posted", () => {
    expect(() => legsOf(movement({ amount: "100", fee: "3", net: "96" }))).toThrow(AmountsDisagree);
  });

  test("whatever the amounts: clearing gains the net, fees the fee, and all sides add up to zero", () => {
    const amounts = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    const types = fc.constantFrom(...knownTypes, "brand_new_type");
    fc.assert(
      fc.property(types, amounts, amounts, (type, amount, fee) => {
        const facts = { type, amount: `${amount}`, fee: `${fee}`, net: `${amount - fee}` };
        const sums = new Map<string, bigint>();
        const add = (role: string, by: bigint) => sums.set(role, (sums.get(role) ?? 0n) + by);
        const legs = legsOf(movement(facts));
        for (const leg of legs) {
          expect(leg.amount > 0n).toBe(true);
          add(leg.from.role, -leg.amount);
          add(leg.to.role, leg.amount);
        }
        expect(sums.get("clearing") ?? 0n).toBe(amount - fee);
        expect(sums.get("fees") ?? 0n).toBe(fee);
        expect([...sums.values()].reduce((sum, value) => sum + value, 0n)).toBe(0n);
        expect(new Set(legs.map((leg) => leg.reference)).size).toBe(legs.length);
        if (legs.length > 0) expect(legs[0]?.reference).toBe("txn_1");
      }),
    );
  });
});

/** Every type of balance transaction that Stripe documents, and the account its money comes from or goes to. */
const documented: Readonly<Record<string, string>> = {
  adjustment: "adjustments",
  advance: "financing",
  advance_funding: "financing",
  anticipation_repayment: "financing",
  application_fee: "application_fees",
  application_fee_refund: "application_fees",
  charge: "payins",
  climate_order_purchase: "contributions",
  climate_order_refund: "contributions",
  connect_collection_transfer: "transfers",
  contribution: "contributions",
  fee_credit_funding: "billing",
  inbound_transfer: "topups",
  inbound_transfer_reversal: "topups",
  issuing_authorization_hold: "issuing",
  issuing_authorization_release: "issuing",
  issuing_dispute: "issuing",
  issuing_dispute_provisional_credit: "issuing",
  issuing_dispute_provisional_credit_reversal: "issuing",
  issuing_transaction: "issuing",
  obligation_outbound: "transfers",
  obligation_reversal_inbound: "transfers",
  payment: "payins",
  payment_failure_refund: "refunds",
  payment_network_reserve_hold: "reserves",
  payment_network_reserve_release: "reserves",
  payment_refund: "refunds",
  payment_reversal: "refunds",
  payment_unreconciled: "payins",
  payout: "payouts",
  payout_cancel: "payouts",
  payout_failure: "payouts",
  payout_minimum_balance_hold: "reserves",
  payout_minimum_balance_release: "reserves",
  refund: "refunds",
  refund_failure: "refunds",
  reserve_hold: "reserves",
  reserve_release: "reserves",
  reserve_transaction: "reserves",
  reserved_funds: "reserves",
  stripe_balance_payment_debit: "billing",
  stripe_balance_payment_debit_reversal: "billing",
  stripe_fee: "billing",
  stripe_fx_fee: "billing",
  tax_fee: "tax",
  tax_fund: "tax",
  topup: "topups",
  topup_reversal: "topups",
  transfer: "transfers",
  transfer_cancel: "transfers",
  transfer_failure: "transfers",
  transfer_refund: "transfers",
};

describe("kinds", () => {
  test.each(Object.entries(documented))("%s goes against %s, and back with the sign turned", (type, role) => {
    const facts = { type, reportingCategory: "" };
    expect(written({ ...facts, amount: "500", net: "500" })).toEqual([`txn_1: ${role} > clearing 500 USD`]);
    expect(written({ ...facts, amount: "-500", net: "-500" })).toEqual([`txn_1: clearing > ${role} 500 USD`]);
    expect(knownTypes).toContain(type);
  });

  test("every type the package declares is known", () => {
    const require = createRequire(import.meta.url);
    const declarations = join(
      dirname(require.resolve("stripe")),
      "../esm/resources/BalanceTransactions.d.ts",
    );
    const union = /type Type = ([^;]+);/.exec(readFileSync(declarations, "utf8"))?.[1] ?? "";
    const declared = [...union.matchAll(/'(\w+)'/g)].map(([, type]) => type ?? "");
    expect(declared.length).toBeGreaterThan(50);
    expect(declared.filter((type) => documented[type] === undefined)).toEqual([]);
  });

  test.each([
    [{ type: "adjustment", reportingCategory: "dispute" }, "dispute"],
    [{ type: "adjustment", reportingCategory: "", sourceId: "dp_1" }, "dispute"],
    [{ type: "adjustment", reportingCategory: "", sourceId: "du_1" }, "dispute"],
    [{ type: "adjustment", reportingCategory: "fee", sourceId: "ch_1" }, "adjustment"],
    [{ type: "charge", reportingCategory: "charge", sourceId: "ch_1" }, "charge"],
    [{ type: "brand_new", reportingCategory: "charge" }, "other"],
  ])("%j is a %s", (facts, kind) => {
    expect(classify(facts).kind).toBe(kind);
  });
});

describe("reading the simulator's objects", () => {
  const account = createAccount(2);

  test("every movement is read exactly, and only one type is unknown", () => {
    for (const transaction of account.movements) {
      const read = readMovement(transaction);
      expect([read.amount, read.fee, read.net]).toEqual(
        [transaction.amount, transaction.fee, transaction.net].map(String),
      );
      expect(read.currency).toBe(transaction.currency.toUpperCase());
      expect(classify(read).known).toBe(read.type !== "loyalty_settlement");
    }
  });

  test("an expanded source tells charge, customer and the state of a dispute", () => {
    const dispute = account.disputes[0];
    const [transaction] = dispute?.balance_transactions ?? [];
    if (dispute === undefined || transaction === undefined) throw new Error("no dispute");
    expect(readMovement({ ...transaction, source: dispute })).toMatchObject({
      sourceId: dispute.id,
      chargeId: dispute.charge,
      disputeStatus: dispute.status,
    });
    const charge = account.charges.find(({ customer, paid }) => customer !== null && paid);
    const sale = account.movements.find(({ source }) => source === charge?.id);
    if (charge === undefined || sale === undefined) throw new Error("no charge");
    expect(readMovement({ ...sale, source: charge })).toMatchObject({
      sourceId: charge.id,
      chargeId: charge.id,
      customerId: charge.customer,
    });
  });
});

const books = { account: "acct_1Shop", mode: "simulator" } as const;

describe("customers as identities", () => {
  const [customer] = createAccount(2).customers;
  if (customer === undefined) throw new Error("no customer");

  test("one customer, one identity id, in the form the ledger takes", () => {
    expect(identityIdOf("cus_T1")).toBe(identityIdOf("cus_T1"));
    expect(identityIdOf("cus_T1")).not.toBe(identityIdOf("cus_T2"));
    expect(identityIdOf("cus_T1")).toMatch(
      /^idt_[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("fields and the app's own metadata key", () => {
    const identity = identityOf({ ...customer, name: " Inés  de la Cruz ", email: "i@example.com" }, books);
    expect(identity).toMatchObject({
      first_name: "Inés",
      last_name: "de la Cruz",
      email_address: "i@example.com",
      identity_type: "individual",
      meta_data: { stripe_sync: { customers: { "acct_1Shop-simulator": customer.id } } },
    });
    expect(Object.keys(identity.meta_data ?? {})).toEqual(["stripe_sync"]);
  });

  test("what no database keeps is in no text that goes to the ledger", () => {
    const written = "A\0da \ud83d Lovelace";
    expect(customerFields({ ...customer, name: written, email: "\0", address: null })).toEqual({
      first_name: "Ada",
      last_name: "\ufffd Lovelace",
    });
    const account = createAccount(1);
    const [transaction] = account.movements;
    if (transaction === undefined) throw new Error("There is no balance transaction.");
    expect(readMovement({ ...transaction, description: written }).description).toBe("Ada \ufffd Lovelace");
  });

  test("nothing empty is sent, and the fingerprint follows the fields", () => {
    const bare = customerFields({ ...customer, name: null, email: null, address: null });
    expect(bare).toEqual({});
    expect(fieldsFingerprint({ first_name: "A", city: "B" })).toBe(
      fieldsFingerprint({ city: "B", first_name: "A" }),
    );
    expect(fieldsFingerprint({ first_name: "A" })).not.toBe(fieldsFingerprint({ last_name: "A" }));
  });
});

test("test money, live money and another account's money never share an account", () => {
  const all = ["acct_1", "acct_2"].flatMap((account) =>
    (["simulator", "test", "live"] as const).map((mode) => ({ account, mode })),
  );
  for (const role of internalRoles) {
    const indicators = all.map((each) => indicatorOf(each, role));
    expect(new Set(indicators).size).toBe(all.length);
    expect(indicators.every((indicator) => /^@\S+$/.test(indicator))).toBe(true);
  }
  expect(ledgerName({ account: "acct_1", mode: "live" })).toBe("Stripe acct_1");
  expect(ledgerName(books)).toBe("Stripe acct_1Shop (simulator)");
  expect(accountName("clearing")).toBe("Stripe balance");
});
