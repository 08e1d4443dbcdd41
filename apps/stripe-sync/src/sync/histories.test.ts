/**
 * Whatever happens at Stripe, in whatever order it is heard of: at every watermark what Stripe holds is what the ledger
 * holds, to the last unit in every currency. The account counts what it holds from what happened, not from its balance
 * transactions, so the one can be held against the other.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Account } from "../../simulator/account.ts";
import { currencyProfiles } from "../../simulator/business.ts";
import { seededRandom } from "../../simulator/random.ts";
import type { AccountKey, AccountRole } from "../mapping/accounts.ts";
import { classify } from "../mapping/kinds.ts";
import { type Leg, legsOf } from "../mapping/legs.ts";
import { readMovement } from "../mapping/movement.ts";
import { accountText } from "./accounts.ts";
import { movesOf } from "./outcomes.ts";
import { allEqual, compareSides, type LedgerSide } from "./totals.ts";

const start = 1_790_000_000;

/** What can happen, and what the app does about it. `pick` chooses among what is there. */
const happening = fc.record({
  what: fc.constantFrom(
    "sale",
    "foreign sale",
    "market sale",
    "refund",
    "refund fails",
    "dispute",
    "dispute won",
    "dispute lost",
    "payout",
    "payout fails",
    "payout cancelled",
    "unknown type",
    "movement without money",
    "sync",
    "sync with late ones",
    "sync by an older version",
    "upgrade",
  ),
  pick: fc.nat(999),
  amount: fc.integer({ min: 1, max: 90_000 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

type Transaction = Readonly<Record<"reference", string>> & {
  readonly from: AccountKey;
  readonly to: AccountKey;
  readonly amount: bigint;
};

/** A ledger that takes each reference once, as the real one does. */
class Ledger {
  readonly rows = new Map<string, Transaction>();
  readonly #balances = new Map<string, bigint>();

  post(transaction: Transaction): void {
    if (this.rows.has(transaction.reference)) return;
    this.rows.set(transaction.reference, transaction);
    this.#add(transaction.from, -transaction.amount);
    this.#add(transaction.to, transaction.amount);
  }

  held(role: AccountRole, currency: string): bigint {
    return this.#balances.get(accountText({ role, currency })) ?? 0n;
  }

  /** Of each currency, all accounts together. */
  sums(): ReadonlyMap<string, bigint> {
    const sums = new Map<string, bigint>();
    for (const [text, balance] of this.#balances) {
      const currency = text.split("/")[1] ?? "";
      sums.set(currency, (sums.get(currency) ?? 0n) + balance);
    }
    return sums;
  }

  #add(key: AccountKey, amount: bigint): void {
    this.#balances.set(accountText(key), (this.#balances.get(accountText(key)) ?? 0n) + amount);
  }
}

/** A shop with the ledger beside it. */
class World {
  readonly account = new Account("acct_1Histories", seededRandom(1), start);
  readonly ledger = new Ledger();
  /** Heard of so far, by id. */
  readonly heard = new Set<string>();
  #at = start;

  play({ what, pick, amount }: Happening): void {
    const { account } = this;
    this.#at += 3600 + pick;
    const at = this.#at;
    const terms = currencyProfiles[pick % currencyProfiles.length] as (typeof currencyProfiles)[number];
    const chosen = <Item>(items: readonly Item[]) =>
      items.length === 0 ? undefined : items[pick % items.length];
    const charge = chosen(account.charges);
    const sale = { terms, amount: amount * terms.step, at, product: "a teapot" };
    if (what === "sale") account.sell(sale);
    if (what === "foreign sale") {
      const presented = { currency: "chf", amount: amount + 7, rate: 1.07 };
      account.sell({ ...sale, amount: Math.round(presented.amount * presented.rate), presented });
    }
    if (what === "market sale") {
      const feeParts = (fee: number) => [
        { type: "stripe_fee", amount: fee - 3 },
        { type: "application_fee", amount: 2 },
        { type: "tax", amount: 1 },
      ];
      account.sell({ ...sale, feeParts });
    }
    if (what === "refund" && charge !== undefined && charge.amount_refunded < charge.amount) {
      account.refund(charge, 1 + (pick % (charge.amount - charge.amount_refunded)), at);
    }
    const refund = chosen(account.refunds.filter(({ status }) => status === "succeeded"));
    if (what === "refund fails" && refund !== undefined) {
      const refunded = account.charges.find(({ id }) => id === refund.charge);
      if (refunded !== undefined && refunded.currency !== "chf") account.failRefund(refund, refunded, at);
    }
    if (what === "dispute" && charge !== undefined && !charge.disputed && charge.currency !== "chf")
      account.dispute(charge, terms.disputeFee, at);
    const dispute = chosen(account.disputes.filter(({ status }) => status === "needs_response"));
    if (dispute !== undefined && what === "dispute lost") account.loseDispute(dispute);
    const disputed = account.charges.find(({ id }) => id === dispute?.charge);
    if (dispute !== undefined && disputed !== undefined && what === "dispute won")
      account.winDispute(dispute, disputed, pick % 2 === 0 ? 0 : terms.disputeFee, at);
    if (what === "payout") account.payOut(terms.currency, at + 30 * 86_400);
    const payout = chosen(account.payouts.filter(({ status }) => status === "in_transit"));
    if (payout !== undefined && what === "payout fails") account.failPayout(payout, at);
    if (payout !== undefined && what === "payout cancelled") account.cancelPayout(payout, at);
    if (what === "unknown type") this.#adjust(terms.currency, amount, "brand_new_type", at);
    if (what === "movement without money") this.#adjust(terms.currency, 0, "adjustment", at);
    if (what === "sync") this.sync(() => true);
    // Stripe tells of some only later.
    if (what === "sync with late ones") this.sync((index) => (index + pick) % 3 !== 0);
    if (what === "sync by an older version") this.sync(() => true, new Set(["charge", "refund", "payout"]));
    if (what === "upgrade") this.upgrade();
  }

  /** What is heard of is posted; a version that lacks a type puts it where it can be looked at. */
  sync(hears: (index: number) => boolean, lacks: ReadonlySet<string> = new Set()): void {
    for (const [index, transaction] of this.account.movements.entries()) {
      if (!this.heard.has(transaction.id) && !hears(index)) continue;
      this.heard.add(transaction.id);
      const movement = readMovement(this.#expanded(transaction));
      for (const leg of legsOf(movement)) {
        this.ledger.post(lacks.has(movement.type) ? inSuspense(leg, classify(movement).counterpart) : leg);
      }
    }
  }

  /** Every correction that this version proposes is approved. */
  upgrade(): void {
    for (const transaction of this.account.movements) {
      if (!this.heard.has(transaction.id)) continue;
      for (const leg of legsOf(readMovement(this.#expanded(transaction)))) {
        const row = this.ledger.rows.get(leg.reference);
        if (row === undefined) throw new Error("It was heard of and not posted.");
        const misplaced = { from: row.from, to: row.to };
        const moves = movesOf({ leg, posted: false, differences: [], misplaced }, 1);
        for (const move of moves) this.ledger.post(move);
      }
    }
  }

  /** The proof. */
  expectEqual(): void {
    const later = this.account.movements
      .filter(({ id }) => !this.heard.has(id))
      .map(({ id, currency, net }) => ({ id, currency: currency.toUpperCase(), net: BigInt(net) }));
    const currencies = [...this.account.held.keys()].map((currency) => currency.toUpperCase());
    const balance = new Map(
      [...this.account.held].map(([currency, held]) => [
        currency.toUpperCase(),
        { available: BigInt(held), pending: 0n },
      ]),
    );
    const ledger: LedgerSide = new Map(
      currencies.map((currency) => [
        currency,
        { clearing: this.ledger.held("clearing", currency), fees: 0n, suspense: 0n },
      ]),
    );
    const rows = compareSides({
      stripe: { balance, before: later, meanwhile: [] },
      ledger,
      missing: new Map(),
    });
    expect(rows.filter(({ difference }) => difference?.minor !== "0")).toEqual([]);
    expect(allEqual(rows)).toBe(true);
    expect([...this.ledger.sums().values()].every((sum) => sum === 0n)).toBe(true);
  }

  #adjust(currency: string, amount: number, type: string, at: number): void {
    this.account.adjust({ amount, currency, type, reportingCategory: type, description: type }, at);
  }

  #expanded(transaction: Account["movements"][number]): Account["movements"][number] {
    const sources = [...this.account.charges, ...this.account.refunds, ...this.account.disputes];
    const source = sources.find(({ id }) => id === transaction.source);
    return source === undefined ? transaction : { ...transaction, source };
  }
}

function inSuspense(leg: Leg, counterpart: AccountRole): Leg {
  const moved = (key: AccountKey): AccountKey =>
    key.role === counterpart ? { ...key, role: "suspense" } : key;
  return { ...leg, from: moved(leg.from), to: moved(leg.to) };
}

test("what Stripe holds is what the ledger holds, at every watermark", () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 5, maxLength: 60 }), (happenings) => {
      const world = new World();
      for (const each of happenings) {
        world.play(each);
        world.expectEqual();
      }
      world.sync(() => true);
      world.upgrade();
      world.expectEqual();
      // All of it is where this version wants it.
      for (const currency of [...world.account.held.keys()].map((code) => code.toUpperCase())) {
        const unknown = world.account.movements
          .filter((one) => String(one.type) === "brand_new_type" && one.currency.toUpperCase() === currency)
          .reduce((sum, { net }) => sum + net, 0);
        expect(world.ledger.held("suspense", currency)).toBe(BigInt(-unknown));
      }
    }),
    { numRuns: 60 },
  );
});
