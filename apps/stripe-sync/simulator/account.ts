/**
 * The account itself: what can happen to it (a sale, a refund, a dispute, a payout …), each keeping its objects and
 * its money in step. `held` is counted from what happened, not from the balance transactions, so that a test can
 * hold the one against the other.
 */
import type { Stripe } from "stripe";
import { type CurrencyProfile, processingFee } from "./business.ts";
import type { Random } from "./random.ts";
import {
  chargeOf,
  customerOf,
  disputeOf,
  type FeePart,
  type Movement,
  type MovementFacts,
  movementOf,
  payoutOf,
  refundOf,
} from "./shapes/index.ts";

const day = 86_400;

export type SaleFacts = {
  readonly terms: CurrencyProfile;
  readonly amount: number;
  readonly at: number;
  readonly customer?: Stripe.Customer | undefined;
  readonly product: string;
  readonly bankDebit?: boolean;
  /** A sale in another currency than the one it settles in. */
  readonly presented?: { readonly currency: string; readonly amount: number; readonly rate: number };
  /** How the fee is split; Stripe's alone unless given. */
  readonly feeParts?: (fee: number) => readonly FeePart[];
  /** What the card was asked for, in the currency of the sale, where only a part was taken of it. */
  readonly authorized?: number;
};

/** A sale in a currency the shop holds no balance in: what it settles in, and at which rate. */
type Settlement = { readonly currency: string; readonly rate: number };

export class Account {
  /** `acct_…` */
  readonly id: string;
  readonly random: Random;
  /** Seconds since 1970 at which this account stands still; what becomes available later is pending. */
  readonly now: number;
  readonly customers: Stripe.Customer[] = [];
  readonly charges: Stripe.Charge[] = [];
  readonly refunds: Stripe.Refund[] = [];
  readonly disputes: Stripe.Dispute[] = [];
  readonly payouts: Stripe.Payout[] = [];
  readonly movements: Movement[] = [];
  /** Which balance transactions an automatic payout paid out. */
  readonly payoutContents = new Map<string, ReadonlySet<string>>();
  /** What Stripe owes the shop, by currency, in minor units. */
  readonly held = new Map<string, number>();
  readonly #unpaid = new Map<string, Set<Movement>>();
  readonly #settlements = new Map<string, Settlement>();
  #requests = 0;

  constructor(id: string, random: Random, now: number) {
    this.id = id;
    this.random = random;
    this.now = now;
  }

  /** Counted, not drawn: what is asked of the account must not change what happens to it. */
  requestId(): string {
    this.#requests += 1;
    return `req_${String(this.#requests).padStart(14, "0")}`;
  }

  addCustomer(name: string, country: string, currency: string, created: number): Stripe.Customer {
    const email = `${name
      .normalize("NFD")
      .replace(/[^A-Za-z ]/g, "")
      .replace(/ +/g, ".")
      .toLowerCase()}@example.com`;
    const id = this.random.id("cus").replace("cus_1", "cus_T");
    const customer = customerOf({ id, name, email, country, currency, created });
    this.customers.push(customer);
    return customer;
  }

  sell(sale: SaleFacts): Stripe.Charge {
    const { terms, at } = sale;
    const id = this.random.id(sale.bankDebit === true ? "py" : "ch");
    const fee = processingFee(terms, sale.amount);
    const kind = sale.bankDebit === true ? "payment" : "charge";
    const movement = this.#move({
      amount: sale.amount,
      fee,
      currency: terms.currency,
      created: at,
      availableOn: at + terms.daysToAvailable * day,
      type: kind,
      reportingCategory: "charge",
      source: id,
      description: sale.product,
      ...(sale.presented === undefined ? {} : { exchangeRate: sale.presented.rate }),
      ...(sale.feeParts === undefined ? {} : { feeParts: sale.feeParts(fee) }),
    });
    if (sale.presented !== undefined) {
      this.#settlements.set(id, { currency: terms.currency, rate: sale.presented.rate });
    }
    this.#hold(terms.currency, sale.amount - fee);
    const { amount, currency } = sale.presented ?? { amount: sale.amount, currency: terms.currency };
    const charge = chargeOf({ ...this.#chargeFacts(sale), id, amount, currency, movement: movement.id });
    if (sale.authorized !== undefined)
      Object.assign(charge, { amount: sale.authorized, amount_captured: amount });
    this.charges.push(charge);
    return charge;
  }

  decline(sale: SaleFacts): Stripe.Charge {
    const { currency } = sale.terms;
    const id = this.random.id("ch");
    const charge = chargeOf({
      ...this.#chargeFacts(sale),
      id,
      amount: sale.amount,
      currency,
      movement: undefined,
    });
    this.charges.push(charge);
    return charge;
  }

  refund(charge: Stripe.Charge, amount: number, at: number): Stripe.Refund {
    const bankDebit = charge.id.startsWith("py_");
    const id = this.random.id(bankDebit ? "pyr" : "re");
    const settled = this.#settled(charge, -amount);
    const movement = this.#move({
      ...settled,
      fee: 0,
      created: at,
      availableOn: at,
      type: bankDebit ? "payment_refund" : "refund",
      reportingCategory: "refund",
      source: id,
      description: `REFUND FOR CHARGE (${charge.description ?? ""})`,
    });
    this.#hold(settled.currency, settled.amount);
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount_captured;
    const refund = refundOf({ id, charge, amount, created: at, movement: movement.id });
    this.refunds.push(refund);
    return refund;
  }

  /** The customer's bank sent a refund back: the money returns to the balance. */
  failRefund(refund: Stripe.Refund, charge: Stripe.Charge, at: number): void {
    const settled = this.#settled(charge, refund.amount);
    const movement = this.#move({
      ...settled,
      fee: 0,
      created: at,
      availableOn: at,
      type: "refund_failure",
      reportingCategory: "refund_failure",
      source: refund.id,
      description: "REFUND FAILURE",
    });
    this.#hold(settled.currency, settled.amount);
    Object.assign(refund, {
      status: "failed",
      failure_balance_transaction: movement.id,
      failure_reason: "expired_or_canceled_card",
    });
    charge.amount_refunded -= refund.amount;
    charge.refunded = false;
  }

  dispute(charge: Stripe.Charge, fee: number, at: number): Stripe.Dispute {
    const id = this.random.id("du");
    const movement = this.#disputeMovement(charge, -charge.amount_captured, fee, "dispute", id, at);
    this.#hold(movement.currency, movement.net);
    charge.disputed = true;
    const dispute = disputeOf({ id, charge, created: at, movement });
    this.disputes.push(dispute);
    return dispute;
  }

  loseDispute(dispute: Stripe.Dispute): void {
    dispute.status = "lost";
  }

  /**
   * The bank decided for the shop: the amount comes back, and with it `fee`, which is zero where Stripe keeps it.
   *
   * @param won how much of the amount; all of it unless given
   */
  winDispute(
    dispute: Stripe.Dispute,
    charge: Stripe.Charge,
    fee: number,
    at: number,
    won = charge.amount_captured,
  ): void {
    const movement = this.#disputeMovement(charge, won, 0 - fee, "dispute_reversal", dispute.id, at);
    this.#hold(movement.currency, movement.net);
    dispute.balance_transactions.push(movement);
    dispute.status = "won";
    dispute.evidence_details = { ...dispute.evidence_details, has_evidence: true, submission_count: 1 };
  }

  /** Pays out what has become available by then; nothing where that is not positive. */
  payOut(currency: string, at: number): Stripe.Payout | undefined {
    const contents = [...this.#unpaidOf(currency)].filter((movement) => movement.available_on <= at);
    const amount = contents.reduce((sum, movement) => sum + movement.net, 0);
    if (amount <= 0) return undefined;
    const payout = this.#pay(currency, amount, at);
    const unpaid = this.#unpaidOf(currency);
    for (const paid of contents) unpaid.delete(paid);
    const own = String(payout.balance_transaction);
    this.payoutContents.set(payout.id, new Set([own, ...contents.map((paid) => paid.id)]));
    return payout;
  }

  /** Takes from the bank what the balance is below zero by; nothing where it is not. */
  debit(currency: string, at: number): Stripe.Payout | undefined {
    const held = this.held.get(currency) ?? 0;
    if (held >= 0) return undefined;
    const payout = this.#pay(currency, held, at);
    this.#unpaidOf(currency).clear();
    return payout;
  }

  arrive(payout: Stripe.Payout): void {
    Object.assign(payout, {
      status: "paid",
      reconciliation_status: "completed",
      trace_id: { status: "supported", value: payout.id.slice(-12).toUpperCase() },
    });
  }

  failPayout(payout: Stripe.Payout, at: number): void {
    const movement = this.#move({
      amount: payout.amount,
      fee: 0,
      currency: payout.currency,
      created: at,
      availableOn: at,
      type: "payout_failure",
      reportingCategory: "payout_reversal",
      source: payout.id,
      description: "PAYOUT FAILURE REFUND",
    });
    this.#hold(payout.currency, payout.amount);
    Object.assign(payout, {
      status: "failed",
      failure_balance_transaction: movement.id,
      failure_code: "account_closed",
      failure_message: "The bank account has been closed.",
    });
  }

  /** Called back before it left: the money returns to the balance. */
  cancelPayout(payout: Stripe.Payout, at: number): void {
    const movement = this.#move({
      amount: payout.amount,
      fee: 0,
      currency: payout.currency,
      created: at,
      availableOn: at,
      type: "payout_cancel",
      reportingCategory: "payout_reversal",
      source: payout.id,
      description: "PAYOUT CANCELED",
    });
    this.#hold(payout.currency, payout.amount);
    Object.assign(payout, { status: "canceled", failure_balance_transaction: movement.id });
  }

  /** Anything else that moves money: Stripe's own bills, corrections, types that came after this was written. */
  adjust(
    facts: Pick<MovementFacts, "amount" | "currency" | "type" | "reportingCategory" | "description"> &
      Partial<Pick<MovementFacts, "fee">>,
    at: number,
  ) {
    const { fee = 0 } = facts;
    const movement = this.#move({ ...facts, fee, created: at, availableOn: at, source: null });
    this.#hold(facts.currency, facts.amount - fee);
    return movement;
  }

  /** @param amount below zero where it is taken from the bank */
  #pay(currency: string, amount: number, at: number): Stripe.Payout {
    const id = this.random.id("po");
    const movement = this.#move({
      amount: -amount,
      fee: 0,
      currency,
      created: at,
      availableOn: at,
      type: "payout",
      reportingCategory: "payout",
      source: id,
      description: "STRIPE PAYOUT",
    });
    this.#hold(currency, -amount);
    this.#unpaidOf(currency).delete(movement);
    const payout = payoutOf({ id, amount, currency, created: at, movement: movement.id });
    this.payouts.push(payout);
    return payout;
  }

  /** An amount of a charge as it changes the balance: in the currency that the charge has settled in. */
  #settled(charge: Stripe.Charge, amount: number) {
    const { currency, rate } = this.#settlements.get(charge.id) ?? { currency: charge.currency, rate: 1 };
    // As much comes back as went: rounded the same way in both directions.
    const settled = Math.sign(amount) * Math.round(Math.abs(amount) * rate);
    return { amount: settled, currency, ...(rate === 1 ? {} : { exchangeRate: rate }) };
  }

  #chargeFacts(sale: SaleFacts) {
    const last4 = String(this.random.between(0, 9999)).padStart(4, "0");
    const { at: created, customer, product: description, bankDebit = false } = sale;
    return { created, customer, description, bankDebit, last4 };
  }

  #disputeMovement(
    charge: Stripe.Charge,
    amount: number,
    fee: number,
    reportingCategory: string,
    source: string,
    at: number,
  ): Movement {
    const description = `Chargeback ${amount < 0 ? "withdrawal" : "reversal"} for ${charge.id}`;
    return this.#move({
      ...this.#settled(charge, amount),
      fee,
      created: at,
      availableOn: at,
      type: "adjustment",
      reportingCategory,
      source,
      description,
      feeDescription: "Dispute fee",
    });
  }

  #move(facts: Omit<MovementFacts, "id">): Movement {
    const movement = movementOf({ ...facts, id: this.random.id("txn") });
    movement.status = movement.available_on <= this.now ? "available" : "pending";
    this.movements.push(movement);
    this.#unpaidOf(facts.currency).add(movement);
    return movement;
  }

  #hold(currency: string, amount: number): void {
    this.held.set(currency, (this.held.get(currency) ?? 0) + amount);
  }

  #unpaidOf(currency: string): Set<Movement> {
    const known = this.#unpaid.get(currency) ?? new Set<Movement>();
    this.#unpaid.set(currency, known);
    return known;
  }
}
