/**
 * Whatever happens at Stripe, in whatever order it is heard of: at every watermark what Stripe holds is what the ledger
 * holds, to the last unit in every currency, but for what it was not told of or would not take. The account counts what
 * it holds from what happened, not from its balance transactions, so the one can be held against the other. What is read,
 * posted, compared and corrected is so by what a run does it with.
 */
import type { Balance } from "@annex/client";
import fc from "fast-check";
import type { Stripe } from "stripe";
import { expect, test } from "vitest";
import { Account } from "../../simulator/account.ts";
import { currencyProfiles } from "../../simulator/business.ts";
import { seededRandom } from "../../simulator/random.ts";
import { payoutOf } from "../../simulator/shapes/index.ts";
import { books, Died, emptyLedger, nothingAtStripe, stripeOn, toolsOn } from "../../test/books-on-paper.ts";
import { dataOnPaper } from "../../test/data-on-paper.ts";
import { type AccountRole, accountName, type InternalRole, indicatorOf } from "../mapping/accounts.ts";
import { classificationVersion, knownTypes } from "../mapping/kinds.ts";
import type { CurrencyTotalJson, FindingJson, PayoutJson } from "../portal-types.ts";
import type { StripeAccess, StripeList } from "../stripe/access.ts";
import { accountOfText, accountText, ensureAccounts, loadAccounts, nameAccounts } from "./accounts.ts";
import { checkStep } from "./checking.ts";
import { postCorrections } from "./corrections.ts";
import { eventsPage, forgetEvents, type Told } from "./events.ts";
import { resolveFindings } from "./findings.ts";
import type { SyncInput } from "./input.ts";
import {
  contentsPage,
  nothingPaidOut,
  type OpenPayout,
  oldPayoutsPage,
  type PayoutSums,
  payoutsListedFor,
  payoutsPage,
  reconcile,
  reconcileReturned,
} from "./payouts.ts";
import { positionAfter, readingOf } from "./position.ts";
import { type PageResult, type Reading, readPage } from "./reading.ts";
import { keepPosition, type Position, positionOf } from "./register.ts";
import type { PageTools } from "./tools.ts";
import { unexplained } from "./totals.ts";
import { postPage, reclassifyPage, retryPage, standsRight } from "./working.ts";

const start = 1_790_000_000;
const day = 86_400;

/** What can happen, and what the app does about it. `pick` chooses among what is there. */
const happening = fc.record({
  what: fc.constantFrom(
    "sale",
    "foreign sale",
    "foreign sale",
    "market sale",
    "refund",
    "refund fails",
    "dispute",
    "dispute won",
    "dispute won in part",
    "dispute lost",
    "payout",
    "payout arrives",
    "payout arrives",
    "payout fails",
    "payout fails that had arrived",
    "payout in another currency",
    "instant payout",
    "instant payout fails",
    "payout cancelled",
    "sale in yen, kept in dinars",
    "sale in dinars, kept in yen",
    "sale captured in part",
    "foreign sale captured in part",
    "many in one second",
    "payout fails after weeks",
    "the bank is debited",
    "dispute won after it was lost",
    "other movement",
    "other movement",
    "other movement",
    "other movement",
    "other movement",
    "movement of another balance",
    "the largest amount",
    "an amount that no double holds",
    "a currency that nobody knows",
    "unknown type",
    "movement without money",
    "fee of a charge corrected",
    "the ledger refuses one",
    "Stripe tells of one",
    "sync",
    "sync with late ones",
    "sync that dies",
    "sync by an older version",
    "upgrade",
    "upgrade that dies",
  ),
  pick: fc.nat(999),
  amount: fc.integer({ min: 1, max: 90_000 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

/** What else Stripe books: its type, and the account that its money comes from. */
const others: readonly (readonly [type: string, role: AccountRole, sign: 1 | -1])[] = [
  ["transfer", "transfers", -1],
  ["transfer_refund", "transfers", 1],
  ["transfer_cancel", "transfers", 1],
  ["application_fee", "application_fees", 1],
  ["application_fee_refund", "application_fees", -1],
  ["tax_fee", "tax", -1],
  ["contribution", "contributions", -1],
  ["topup", "topups", 1],
  ["topup_reversal", "topups", -1],
  ["reserve_transaction", "reserves", -1],
  ["reserve_hold", "reserves", -1],
  ["reserve_release", "reserves", 1],
  ["payment_network_reserve_hold", "reserves", -1],
  ["stripe_fee", "billing", -1],
  ["adjustment", "adjustments", 1],
  ["adjustment", "adjustments", -1],
  ["connect_collection_transfer", "transfers", 1],
  ["advance", "financing", 1],
  ["anticipation_repayment", "financing", -1],
  ["advance_funding", "financing", 1],
  ["payment", "payins", 1],
  ["payment_unreconciled", "payins", 1],
  ["payment_refund", "refunds", -1],
  ["payment_failure_refund", "refunds", -1],
  ["payment_reversal", "refunds", -1],
  ["refund_failure", "refunds", 1],
  ["transfer_failure", "transfers", 1],
  ["obligation_outbound", "transfers", -1],
  ["obligation_reversal_inbound", "transfers", 1],
  ["inbound_transfer", "topups", 1],
  ["inbound_transfer_reversal", "topups", -1],
  ["payment_network_reserve_release", "reserves", 1],
  ["payout_minimum_balance_hold", "reserves", -1],
  ["payout_minimum_balance_release", "reserves", 1],
  ["reserved_funds", "reserves", -1],
  ["stripe_fx_fee", "billing", -1],
  ["fee_credit_funding", "billing", 1],
  ["stripe_balance_payment_debit", "billing", -1],
  ["stripe_balance_payment_debit_reversal", "billing", 1],
  ["tax_fund", "tax", 1],
  ["climate_order_purchase", "contributions", -1],
  ["climate_order_refund", "contributions", 1],
  ["issuing_authorization_hold", "issuing", -1],
  ["issuing_authorization_release", "issuing", 1],
  ["issuing_transaction", "issuing", -1],
  ["issuing_dispute", "issuing", 1],
  ["issuing_dispute_provisional_credit", "issuing", 1],
  ["issuing_dispute_provisional_credit_reversal", "issuing", -1],
];
/** What `account` plays by itself; with these, the table has every type that this app knows. */
const played = new Set(["charge", "refund", "payout", "payout_cancel", "payout_failure"]);
/** Nothing else happens in these, so that sums stay as exact as a double, and one that is not stops no other. */
const ofLargest = "idr";
const ofUnreadable = "brl";
/** All of it is in balances that Stripe keeps apart from what is available and pending. */
const ofOtherBalances = "sek";
/** In no table of decimals: it is not posted, and a finding says so. */
const ofNobody = "xts";

/** What an older version had no account for, or another one; some of these in each. */
const lackedByOlder: readonly AccountRole[] = [
  "disputes",
  "adjustments",
  "refunds",
  "transfers",
  "tax",
  "payouts",
  "topups",
];
/** … and where it put them: where they can be looked at, or among what it took them for. */
const insteadOfThem = ["suspense", "connect_fees"] as const;

const upper = (currency: string) => currency.toUpperCase();

/** A shop, with the app and the ledger beside it. */
class World {
  readonly account = new Account(books.account, seededRandom(1), start);
  readonly ledger = emptyLedger();
  readonly #data = dataOnPaper();
  #at = start;
  #runs = 0;
  /** Stripe does not list these for now. */
  #late: ReadonlySet<string> = new Set();
  /** Each is late once. */
  readonly #wereLate = new Set<string>();
  /** Some were late without a difference of their own, so that nobody looked further back for them. */
  #hidLate = false;
  #lateBefore: ReadonlyMap<string, bigint> = new Map();
  /** What accounts must hold, by `role/currency`. */
  readonly #wanted = new Map<string, bigint>();

  async play({ what, pick, amount }: Happening): Promise<void> {
    const { account } = this;
    this.#at += 3600 + pick;
    if (what === "payout") this.#at += 6 * day;
    const at = this.#at;
    const terms = currencyProfiles[pick % currencyProfiles.length] as (typeof currencyProfiles)[number];
    const chosen = <Item>(items: readonly Item[]) =>
      items.length === 0 ? undefined : items[pick % items.length];
    const charge = chosen(account.charges);
    const refundable = chosen(account.charges.filter((one) => one.amount_refunded < one.amount_captured));
    const disputable = chosen(account.charges.filter((one) => !one.disputed));
    const chargeOf = (about: { readonly charge: unknown } | undefined) =>
      account.charges.find(({ id }) => id === about?.charge);
    const sale = { terms, amount: amount * terms.step, at, product: "a teapot" };
    const paidIn = (one: Stripe.Charge) => upper(one.currency);
    if (what === "sale") this.#want("payins", upper(terms.currency), -account.sell(sale).amount);
    const foreign = (paid: string, kept: string, rate: number, authorized?: number) => {
      const presented = { currency: paid, amount: amount + 7, rate };
      const settled = Math.round(presented.amount * rate);
      const profile = currencyProfiles.find(({ currency }) => currency === kept) ?? terms;
      const part = authorized === undefined ? {} : { authorized };
      account.sell({ ...sale, terms: profile, amount: settled, presented, ...part });
      // Where nothing is left of it, it is nobody's money in the other currency either.
      if (settled !== 0) this.#want("payins", upper(paid), -presented.amount);
    };
    if (what === "foreign sale") foreign("chf", terms.currency, 1.07);
    // A yen has no decimals, a dinar three: Stripe's rate is between their smallest units.
    if (what === "sale in yen, kept in dinars") foreign("jpy", "kwd", 2.0437);
    if (what === "sale in dinars, kept in yen") foreign("kwd", "jpy", 0.48931);
    if (what === "foreign sale captured in part") foreign("chf", terms.currency, 1.07, amount * 2 + 7);
    if (what === "sale captured in part") {
      const { amount_captured: taken } = account.sell({ ...sale, authorized: sale.amount + pick });
      this.#want("payins", upper(terms.currency), -taken);
    }
    if (what === "many in one second") {
      for (let number = 0; number < 2 + (pick % 7); number += 1)
        this.#want("payins", upper(terms.currency), -account.sell(sale).amount);
    }
    if (what === "other movement") this.#other(terms.currency, pick, amount);
    if (what === "movement of another balance") {
      const kept = this.#adjust(ofOtherBalances, pick % 2 === 0 ? amount : -amount, "issuing_transaction");
      kept.balance_type = pick % 3 === 0 ? "risk_reserved" : "issuing";
      account.held.delete(ofOtherBalances);
      this.#want("other_balances", upper(ofOtherBalances), kept.net);
      this.#want("issuing", upper(ofOtherBalances), -kept.net);
    }
    if (what === "the largest amount") {
      const held = account.held.get(ofLargest) ?? 0;
      this.#adjust(ofLargest, held > 0 ? -held : Number.MAX_SAFE_INTEGER, "adjustment");
    }
    if (what === "an amount that no double holds")
      this.#adjust(ofUnreadable, 2 ** 53 + 2 * pick, "adjustment");
    if (what === "a currency that nobody knows")
      this.#adjust(ofNobody, pick % 2 === 0 ? amount : -amount, "adjustment");
    const paidOut = chosen(account.payouts.filter(({ status }) => status === "in_transit"));
    if (what === "payout arrives" && paidOut !== undefined && paidOut.amount > 0) account.arrive(paidOut);
    if (what === "payout in another currency" && paidOut !== undefined && paidOut.amount > 0) {
      const sent = Math.round(paidOut.amount * 1.07) + 1;
      Object.assign(paidOut, { currency: "chf", amount: sent });
      account.arrive(paidOut);
    }
    const arrived = chosen(account.payouts.filter(isWithTheBank));
    if (what === "payout fails that had arrived" && arrived !== undefined) account.failPayout(arrived, at);
    if (what === "instant payout") this.#payOutAtOnce(terms.currency, amount, pick % 50);
    const sentByHand = chosen(account.payouts.filter((one) => !one.automatic && one.status !== "failed"));
    if (what === "instant payout fails" && sentByHand !== undefined) account.failPayout(sentByHand, at);
    if (what === "payout fails after weeks" && paidOut !== undefined) {
      this.#at += 40 * day;
      account.failPayout(paidOut, this.#at);
    }
    if (what === "the bank is debited") account.debit(terms.currency, at);
    const lost = chosen(account.disputes.filter(({ status }) => status === "lost"));
    const lostCharge = chargeOf(lost);
    if (what === "dispute won after it was lost" && lost !== undefined && lostCharge !== undefined) {
      account.winDispute(lost, lostCharge, 0, at);
      this.#want("disputes", paidIn(lostCharge), -lostCharge.amount_captured);
    }
    if (what === "market sale") {
      const feeParts = (fee: number) => [
        { type: "stripe_fee", amount: fee - 3 },
        { type: "application_fee", amount: 2 },
        { type: "tax", amount: 1 },
      ];
      this.#want("payins", upper(terms.currency), -account.sell({ ...sale, feeParts }).amount);
    }
    if (what === "refund" && refundable !== undefined) {
      const part = 1 + (pick % (refundable.amount_captured - refundable.amount_refunded));
      const { amount: returned } = account.refund(refundable, part, at);
      this.#wantOfLast("refunds", paidIn(refundable), returned);
    }
    const refund = chosen(account.refunds.filter(({ status }) => status === "succeeded"));
    const refunded = chargeOf(refund);
    if (what === "refund fails" && refund !== undefined && refunded !== undefined) {
      account.failRefund(refund, refunded, at);
      this.#wantOfLast("refunds", paidIn(refunded), -refund.amount);
    }
    if (what === "dispute" && disputable !== undefined) {
      account.dispute(disputable, terms.disputeFee, at);
      this.#want("disputes", paidIn(disputable), disputable.amount_captured);
    }
    const dispute = chosen(account.disputes.filter(({ status }) => status === "needs_response"));
    if (dispute !== undefined && what === "dispute lost") account.loseDispute(dispute);
    const disputed = chargeOf(dispute);
    if (dispute !== undefined && disputed !== undefined && what === "dispute won") {
      account.winDispute(dispute, disputed, pick % 2 === 0 ? 0 : terms.disputeFee, at);
      this.#want("disputes", paidIn(disputed), -disputed.amount_captured);
    }
    if (dispute !== undefined && disputed !== undefined && what === "dispute won in part")
      this.#winInPart(dispute, disputed, pick % 2 === 0);
    if (what === "payout") account.payOut(terms.currency, at);
    const payout = chosen(account.payouts.filter(({ status }) => status === "in_transit"));
    if (payout !== undefined && what === "payout fails") account.failPayout(payout, at);
    if (payout !== undefined && what === "payout cancelled") account.cancelPayout(payout, at);
    if (what === "unknown type") this.#adjust(terms.currency, amount, "brand_new_type");
    if (what === "movement without money") this.#adjust(terms.currency, 0, "adjustment");
    if (what === "fee of a charge corrected" && charge !== undefined) {
      this.#adjust(terms.currency, -25, "adjustment").source = charge.id;
      this.#want("adjustments", upper(terms.currency), 25);
    }
    const one = chosen(account.movements);
    if (what === "the ledger refuses one" && one !== undefined) this.ledger.refused.add(one.id);
    if (what === "Stripe tells of one" && one !== undefined) {
      const told: Told = { movements: [one.id], customers: [] };
      await this.#data.collection<Told>("events").put(`${at}`, told);
    }
    if (what === "sync") await this.sync();
    if (what === "sync with late ones") await this.#syncWithLateOnes(pick);
    if (what === "sync that dies") await this.#dying(pick % 9, () => this.sync());
    if (what === "sync by an older version") await this.#syncByAnOlderVersion(pick);
    if (what === "upgrade") await this.upgrade();
    if (what === "upgrade that dies") await this.#dying(pick % 9, () => this.upgrade());
  }

  /** Of what came to nothing where it settled, such as a refund of a thousandth of a dinar in yen, nothing is booked. */
  #wantOfLast(role: AccountRole, currency: string, amount: number): void {
    if (this.account.movements.at(-1)?.amount !== 0) this.#want(role, currency, amount);
  }

  async sync(days: Pick<SyncInput, "from" | "to"> = {}): Promise<void> {
    const tools = this.#tools();
    const position = await this.#position();
    const isUpgrade = position.classification !== classificationVersion;
    const reading = readingOf(days, position);
    const events: string[] = [];
    const read = [
      await all((after) => readPage(tools, reading, after)),
      await all((after) => eventsPage(tools, this.#data, after), events),
      await all((after) => retryPage(tools, after)),
      ...(isUpgrade ? [await all((after) => reclassifyPage(tools, after))] : []),
    ];
    const wanted = read.flatMap(({ accounts }) => accounts).map(accountOfText);
    const ledger = {
      ledgerId: position.ledgerId,
      accounts: await ensureAccounts(tools, position.ledgerId, wanted),
    };
    await all((after) => postPage(tools, ledger, after));
    await nameAccounts(tools, await loadAccounts(tools, position.ledgerId));
    await reconcileAll(tools, reading);
    const newest = Math.max(...read.map((pages) => pages.newest));
    const next = positionAfter(position, reading, newest, this.#at);
    const checked = await checkStep(tools, { ...next, classification: classificationVersion }, reading);
    await forgetEvents(this.#data, events);
    const isRange = days.from !== undefined;
    if (!isRange || next.readThrough !== undefined) await this.#expectTruth(checked.currencies);
  }

  /** Every correction that is proposed is approved. */
  async upgrade(): Promise<void> {
    await this.sync();
    const tools = this.#tools();
    for (const { value: finding } of await tools.data.findings.list()) {
      if (finding.code !== "reclassify" || finding.status === "resolved") continue;
      await postCorrections(tools, (await this.#position()).ledgerId, finding, "user_1");
      await standsRight(tools.data, finding.object_key ?? "");
      await resolveFindings(tools.data, finding.object_id ?? "", new Date(tools.clock()));
    }
  }

  /** Nothing is late, and nothing refused any more: everything comes in, stands where it belongs, and ties. */
  async expectEverythingIn(): Promise<void> {
    this.ledger.refused.clear();
    await this.sync();
    // What was late by more than the overlap is looked for because of the difference that it makes.
    await this.sync();
    await this.upgrade();
    if (!this.#hidLate) this.#expectAccounts();
    // Two late ones that made no other difference than was looked for before are found by the days that a person asks for.
    await this.sync({ from: 0 });
    await this.upgrade();
    this.#expectAccounts();
    const findings = (await this.#tools().data.findings.list()).map(({ value }) => value);
    const open = findings.filter(({ status }) => status !== "resolved");
    const about = (code: FindingJson["code"]) =>
      open.filter((one) => one.code === code).map(({ object_id: id = "" }) => id);
    const idsIn = (wanted: string) =>
      this.account.movements.filter(({ currency }) => currency === wanted).map(({ id }) => id);
    const unread = idsIn(ofUnreadable);
    expect(about("amount_unreadable").sort()).toEqual(
      unread.length === 0 ? [] : [upper(ofUnreadable), ...unread].sort(),
    );
    expect(about("unknown_currency").sort()).toEqual(idsIn(ofNobody).sort());
    const said = new Set(["amount_unreadable", "unknown_currency", "unknown_type", "conversion_unknown"]);
    expect(open.map(({ code }) => code).filter((code) => !said.has(code))).toEqual([]);
    const states = (await this.#tools().data.payouts.list()).map(({ value: { id, state } }) => [id, state]);
    const wanted = this.account.payouts.map((payout) => [payout.id, stateOf(payout)]);
    expect(states.sort()).toEqual(wanted.sort());
  }

  /** In the currency that a customer paid in, or was paid back in: from what happened. */
  #expectAccounts(): void {
    const ofKnown = this.account.movements
      .filter(({ currency }) => currency !== ofNobody)
      .map(({ id }) => id);
    expect(this.#notIn().filter((id) => ofKnown.includes(id))).toEqual([]);
    for (const [name, amount] of this.#wanted) {
      const { role, currency } = accountOfText(name);
      expect([name, this.#held(role, currency)]).toEqual([name, amount]);
    }
  }

  #other(currency: string, pick: number, amount: number): void {
    const [type, role, sign] = others[pick % others.length] as (typeof others)[number];
    const fee = pick % 4 === 0 ? Math.min(amount, 35) : 0;
    this.#adjust(currency, sign * amount, type, fee);
    this.#want(role, upper(currency), -sign * amount);
  }

  /** By hand, and for a fee: Stripe tells nobody what such a one paid out. */
  #payOutAtOnce(currency: string, amount: number, fee: number): void {
    const own = this.#adjust(currency, -amount, "payout", fee);
    const id = own.id.replace("txn_", "po_");
    own.source = id;
    const facts = { id, amount, currency, created: this.#at, movement: own.id };
    const byHand = { automatic: false, method: "instant", status: "paid" };
    const notTied = { reconciliation_status: "not_applicable" };
    this.account.payouts.push(Object.assign(payoutOf(facts), byHand, notTied));
  }

  /** What is under way ends in the middle, and whoever did it never hears of what it did last. */
  async #dying(after: number, work: () => Promise<void>): Promise<void> {
    this.ledger.diesAfter = after + 1;
    await work().catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
    this.ledger.diesAfter = undefined;
  }

  #want(role: AccountRole, currency: string, gain: number): void {
    const name = accountText({ role, currency });
    this.#wanted.set(name, (this.#wanted.get(name) ?? 0n) + BigInt(gain));
  }

  /**
   * Stripe may say of the dispute how much of it was won, and then no more how much it took at first, which the app has
   * booked by then. Where it does not say, only what came back in the end is known.
   */
  #winInPart(dispute: Stripe.Dispute, charge: Stripe.Charge, maySay: boolean): void {
    const [taken] = dispute.balance_transactions;
    const says = maySay && this.ledger.transactions.some(({ reference }) => reference === taken?.id);
    const part = Math.ceil(charge.amount_captured / 3);
    this.account.winDispute(dispute, charge, 0, this.#at, part);
    if (says) dispute.amount = part;
    const back = this.account.movements.at(-1);
    const isKnown = says || part === charge.amount_captured || back?.currency === charge.currency;
    if (isKnown) this.#want("disputes", upper(charge.currency), -part);
    else this.#want("disputes", upper(back?.currency ?? ""), -(back?.amount ?? 0));
  }

  /** What the app says of both sides, held against what happened and what the ledger has. */
  async #expectTruth(currencies: readonly CurrencyTotalJson[]): Promise<void> {
    const lacking = (ids: readonly string[], currency: string) =>
      this.account.movements
        .filter((one) => upper(one.currency) === currency && ids.includes(one.id))
        .filter((one) => one.balance_type === "payments")
        .reduce((sum, { net }) => sum + BigInt(net), 0n);
    const notIn = this.#notIn();
    const known = await this.#known();
    const neverHeardOf = notIn.filter((id) => !known.has(id));
    for (const row of currencies) {
      const { currency, difference } = row;
      if (currency === upper(ofUnreadable)) {
        expect([row.incomparable, difference, this.#held("clearing", currency)]).toEqual([
          true,
          undefined,
          0n,
        ]);
        continue;
      }
      expect([currency, difference?.minor]).toEqual([currency, `${-lacking(notIn, currency)}`]);
      const wanted = lacking(notIn, currency) === 0n ? 0n : -lacking(neverHeardOf, currency);
      expect([currency, unexplained(row)]).toEqual([currency, wanted]);
      const held = BigInt(this.account.held.get(currency.toLowerCase()) ?? 0);
      expect([currency, this.#held("clearing", currency)]).toEqual([
        currency,
        held - lacking(notIn, currency),
      ]);
    }
    const sums = new Map<string, bigint>();
    for (const { currency, balance } of this.ledger.balances)
      sums.set(currency, (sums.get(currency) ?? 0n) + balance);
    expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
  }

  /** What Stripe has listed to some run, also to one that died. */
  async #known(): Promise<ReadonlySet<string>> {
    return new Set((await this.#tools().data.movements.list()).map(({ value }) => value.movement.id));
  }

  /** What moved money and is not in the ledger, but for what nobody can read. */
  #notIn(): readonly string[] {
    const references = new Set(this.ledger.transactions.map(({ reference }) => reference));
    return this.account.movements
      .filter(({ currency, net, fee }) => currency !== ofUnreadable && (net !== 0 || fee !== 0))
      .filter(({ id }) => !references.has(id))
      .map(({ id }) => id);
  }

  #held(role: AccountRole, currency: string): bigint {
    const isIt = (balance: Balance) =>
      balance.currency === currency &&
      (balance.indicator === indicatorOf(books, role as InternalRole) || roleOf(balance) === role);
    return this.ledger.balances.find(isIt)?.balance ?? 0n;
  }

  async #syncWithLateOnes(pick: number): Promise<void> {
    const listed = await this.#known();
    const fresh = this.#notIn().filter((id) => !this.#wereLate.has(id) && !listed.has(id));
    this.#late = new Set(fresh.filter((_id, index) => (index + pick) % 3 === 0));
    for (const id of this.#late) this.#wereLate.add(id);
    await this.sync();
    const late = new Map<string, bigint>();
    for (const { id, currency, net } of this.account.movements)
      if (this.#late.has(id)) late.set(currency, (late.get(currency) ?? 0n) + BigInt(net));
    if ([...late].some(([currency, net]) => net === 0n || this.#lateBefore.get(currency) === net))
      this.#hidLate = true;
    this.#lateBefore = late;
    this.#late = new Set();
  }

  /** What it posts stands where the older version would have put it, which knew fewer types. */
  async #syncByAnOlderVersion(pick: number): Promise<void> {
    const lacked = new Set(lackedByOlder.filter((_role, index) => (pick >> index) % 2 === 1));
    const took = insteadOfThem[pick % 2] as (typeof insteadOfThem)[number];
    const before = this.ledger.transactions.length;
    await this.sync();
    const tools = this.#tools();
    const posted = this.ledger.transactions.slice(before);
    for (const role of lacked) {
      for (const side of ["source", "destination"] as const) {
        for (const transaction of posted) {
          const there = this.ledger.balances.find(({ balance_id: id }) => id === transaction[side]);
          if (there?.indicator !== indicatorOf(books, role as InternalRole)) continue;
          const { currency, precise_amount: amount } = transaction;
          const key = { role: took, currency } as const;
          const { ledgerId } = await this.#position();
          const other = (await ensureAccounts(tools, ledgerId, [key])).idOf.get(accountText(key));
          const instead = this.ledger.balances.find(({ balance_id: id }) => id === other);
          if (instead === undefined) throw new Error("It was made.");
          const gain = side === "source" ? -amount : amount;
          Object.assign(there, { balance: there.balance - gain });
          Object.assign(instead, { balance: instead.balance + gain });
          Object.assign(transaction, { [side]: other });
        }
      }
    }
    const references = new Set(posted.map(({ reference }) => reference));
    const renamed = (name: string) =>
      [...lacked].some((role) => accountName(role) === name) ? accountName(took) : name;
    for (const { key, value } of await tools.data.movements.list()) {
      const legs = value.outcome.legs.map((leg) =>
        references.has(leg.reference) ? { ...leg, from: renamed(leg.from), to: renamed(leg.to) } : leg,
      );
      await tools.data.movements.put(key, { ...value, outcome: { ...value.outcome, legs } });
    }
    await keepPosition(tools.data, { ...(await this.#position()), classification: "older" });
  }

  async #position(): Promise<Position> {
    const known = await positionOf(this.#tools().data);
    return known ?? { ledgerId: "ldg_1", classification: classificationVersion };
  }

  #tools(): PageTools {
    this.#runs += 1;
    const all = this.account.movements.map(this.#expanded);
    const newestFirst = all
      .filter(({ id }) => !this.#late.has(id))
      .reverse()
      .sort((one, other) => other.created - one.created);
    const amounts = [...this.account.held].map(([currency, amount]) => ({ currency, amount }));
    const stripe = {
      ...nothingAtStripe(),
      movements: newestFirst,
      payouts: this.account.payouts,
      balance: { available: amounts as Stripe.Balance["available"], pending: [] },
    };
    const paper = { stripe, ledger: this.ledger };
    const tools = toolsOn({ context: { data: this.#data } }, paper, `run_${this.#runs}`);
    const movement = async (wanted: string) => all.find(({ id }) => id === wanted);
    const movements = inPages(stripeOn(stripe).movements);
    const contentsOf = inPages(async ({ payout = "" }: StripeList & { readonly payout?: string } = {}) => ({
      items: all.filter(({ id }) => this.account.payoutContents.get(payout)?.has(id)),
    }));
    return {
      ...tools,
      clock: () => this.#at * 1000,
      stripe: {
        ...stripeOn(stripe),
        movement,
        movements,
        contentsOf: (payout, list) => contentsOf({ ...list, payout }),
      },
    };
  }

  #adjust(currency: string, amount: number, type: string, fee = 0) {
    const facts = { amount, fee, currency, type, reportingCategory: type, description: type };
    return this.account.adjust(facts, this.#at);
  }

  #expanded = (transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction => {
    const sources = [...this.account.charges, ...this.account.refunds, ...this.account.disputes];
    const source = sources.find(({ id }) => id === transaction.source);
    return source === undefined ? transaction : { ...transaction, source };
  };
}

function roleOf({ meta_data }: Balance): unknown {
  return Reflect.get(Object(meta_data?.["stripe_sync"]), "role");
}

/** A page ends anywhere, also among those of one second. */
const pageSize = 7;

type ListOf<Asked> = (asked?: Asked) => ReturnType<StripeAccess["movements"]>;

function inPages<Asked extends StripeList>(list: ListOf<Asked>): ListOf<Asked> {
  return async (asked = {} as Asked) => {
    const { items } = await list(asked);
    const start = asked.after === undefined ? 0 : items.findIndex(({ id }) => id === asked.after) + 1;
    const page = items.slice(start, start + pageSize);
    const next = start + pageSize < items.length ? page.at(-1)?.id : undefined;
    return next === undefined ? { items: page } : { items: page, next };
  };
}

/** All pages of a phase. */
async function all(work: (after: string | undefined) => Promise<PageResult>, events: string[] = []) {
  const accounts = new Set<string>();
  let newest = 0;
  let after: string | undefined;
  do {
    const result = await work(after);
    for (const account of result.accounts ?? []) accounts.add(account);
    events.push(...(result.events ?? []));
    newest = Math.max(newest, result.newest ?? 0);
    after = result.next;
  } while (after !== undefined);
  return { accounts: [...accounts], newest };
}

/** As the job does it. */
async function reconcileAll(tools: PageTools, { from, verify }: Reading): Promise<void> {
  const since = from === undefined ? undefined : Math.max(0, from - payoutsListedFor);
  for (const list of [payoutsPage, oldPayoutsPage]) {
    let after: string | undefined;
    do {
      const page = await list(tools, since, after, verify);
      for (const payout of page.open) {
        if (payout.returned === true) await reconcileReturned(tools, payout);
        else await reconcile(tools, payout, await contentsOfAll(tools, payout));
      }
      after = page.next;
    } while (after !== undefined);
  }
}

async function contentsOfAll(tools: PageTools, payout: OpenPayout): Promise<PayoutSums> {
  let sums = await contentsPage(tools, payout, nothingPaidOut);
  while (sums.next !== undefined) sums = await contentsPage(tools, payout, sums);
  return sums;
}

function isWithTheBank({ automatic, status, currency }: Stripe.Payout): boolean {
  return automatic && status === "paid" && currency !== "chf";
}

/** What a payout comes to once everything is in. */
function stateOf({ automatic, status }: Stripe.Payout): PayoutJson["state"] {
  if (status === "failed" || status === "canceled") return "returned";
  if (!automatic) return "manual";
  return status === "paid" ? "reconciled" : "open";
}

test("every type that this app knows happens", () => {
  const types = new Set([...others.map(([type]) => type), ...played]);
  expect(knownTypes.filter((type) => !types.has(type))).toEqual([]);
});

/** More with `ANNEX_HISTORIES=1000`. */
const lives = Number(process.env["ANNEX_HISTORIES"] ?? 200);

test("what Stripe holds is what the ledger holds, at every watermark", {
  timeout: 30_000 + 100 * lives,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 60 }), async (happenings) => {
      const world = new World();
      for (const each of happenings) await world.play(each);
      await world.expectEverythingIn();
    }),
    { numRuns: lives },
  );
});
