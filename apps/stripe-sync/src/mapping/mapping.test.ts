import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAccount } from "../../simulator/index.ts";
import { accountName, indicatorOf, internalRoles, ledgerName } from "./accounts.ts";
import { customerFields, fieldsFingerprint, identityIdOf, identityOf } from "./customers.ts";
import { classify, knownTypes } from "./kinds.ts";
import { AmountsDisagree, legsOf } from "./legs.ts";
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
      ["txn_1: clearing > disputes 11500 USD", "txn_1-fee: disputes > fees 1500 USD"],
    ],
    ["adjustment", "dispute_reversal", 10_000, 0, ["txn_1: disputes > clearing 10000 USD"]],
    [
      "adjustment",
      "dispute_reversal",
      10_000,
      -1_500,
      ["txn_1: disputes > clearing 11500 USD", "txn_1-fee: fees > disputes 1500 USD"],
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

describe("kinds", () => {
  test("every type the package declares is known", () => {
    const require = createRequire(import.meta.url);
    const declarations = join(
      dirname(require.resolve("stripe")),
      "../esm/resources/BalanceTransactions.d.ts",
    );
    const union = /type Type = ([^;]+);/.exec(readFileSync(declarations, "utf8"))?.[1] ?? "";
    const declared = [...union.matchAll(/'(\w+)'/g)].map(([, type]) => type ?? "");
    expect(declared.length).toBeGreaterThan(50);
    const unknown = declared.filter((type) => !classify({ type, reportingCategory: "" }).known);
    expect(unknown).toEqual([]);
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
    const identity = identityOf(
      { ...customer, name: " Inés  de la Cruz ", email: "i@example.com" },
      "simulator",
    );
    expect(identity).toMatchObject({
      first_name: "Inés",
      last_name: "de la Cruz",
      email_address: "i@example.com",
      identity_type: "individual",
      meta_data: { stripe_sync: { customer: customer.id, mode: "simulator" } },
    });
    expect(Object.keys(identity.meta_data ?? {})).toEqual(["stripe_sync"]);
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

test("test money and live money never share an account", () => {
  for (const role of internalRoles) {
    const indicators = (["simulator", "test", "live"] as const).map((mode) => indicatorOf(mode, role));
    expect(new Set(indicators).size).toBe(3);
    expect(indicators.every((indicator) => /^@\S+$/.test(indicator))).toBe(true);
  }
  expect(ledgerName("live")).toBe("Stripe");
  expect(ledgerName("simulator")).toBe("Stripe (simulator)");
  expect(accountName("clearing")).toBe("Stripe balance");
});
