/** Ten weeks in the life of the shop, made from a seed: first a plan of what happens when, then played in order. */
import type { Stripe } from "stripe";
import { Account, type SaleFacts } from "./account.ts";
import { type CurrencyProfile, currencyProfiles, familyNames, givenNames, products } from "./business.ts";
import { type Random, seededRandom } from "./random.ts";

const day = 86_400;
/** 2026-09-01 and 2026-11-10, both at midnight UTC: fixed, so that a seed means the same account on any day. */
const opening = Date.UTC(2026, 8, 1) / 1000;
const closing = Date.UTC(2026, 10, 10) / 1000;

type Happening = { readonly at: number; readonly play: (account: Account, plan: Plan) => void };

/** Happenings in order of time; playing one may add later ones (a sale is refunded, a payout fails). */
class Plan {
  readonly #happenings: Happening[] = [];

  add(at: number, play: Happening["play"]): void {
    if (at < closing) this.#happenings.push({ at, play });
  }

  play(account: Account): void {
    for (let next = this.#takeEarliest(); next !== undefined; next = this.#takeEarliest())
      next.play(account, this);
  }

  #takeEarliest(): Happening | undefined {
    const earliest = this.#happenings.reduce<Happening | undefined>(
      (first, other) => (first === undefined || other.at < first.at ? other : first),
      undefined,
    );
    if (earliest !== undefined) this.#happenings.splice(this.#happenings.indexOf(earliest), 1);
    return earliest;
  }
}

/**
 * The account of a seed, some seven hundred objects.
 *
 * @example
 * ```ts
 * const account = createAccount(1);
 * account.held.get("usd"); // what Stripe owes in US dollars, in cents
 * ```
 */
export function createAccount(seed = 1): Account {
  const account = new Account(`acct_1TeapotHouse${seed}`, seededRandom(seed), closing);
  const customers = openWithCustomers(account);
  const plan = new Plan();
  for (const terms of currencyProfiles) {
    planSales(plan, account.random, terms, customers);
    planPayouts(plan, terms);
    planCorrections(plan, terms);
  }
  planForeignSales(plan, account.random);
  planTreasury(plan);
  planMarketSales(plan, account.random);
  plan.play(account);
  settlePayouts(account);
  return account;
}

/** Adds `count` more sales at the very end, as if they came in now: for trying what a later run brings. */
export function addSales(account: Account, count: number): readonly Stripe.Charge[] {
  return Array.from({ length: count }, (_, index) => {
    const terms = account.random.pick(currencyProfiles as [CurrencyProfile, ...CurrencyProfile[]]);
    return account.sell({ ...someSale(account.random, terms, account.customers), at: closing + index });
  });
}

function openWithCustomers(account: Account): readonly Stripe.Customer[] {
  const { random } = account;
  return Array.from({ length: 48 }, (_, index) => {
    const terms = random.pick(currencyProfiles as [CurrencyProfile, ...CurrencyProfile[]]);
    const name = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
    return account.addCustomer(name, countryOf(terms), terms.currency, opening - (48 - index) * 3600);
  });
}

function countryOf({ currency }: CurrencyProfile): string {
  return currency === "eur" ? "DE" : currency.slice(0, 2).toUpperCase();
}

type Sale = Omit<SaleFacts, "at">;

function someSale(random: Random, terms: CurrencyProfile, customers: readonly Stripe.Customer[]): Sale {
  const [least, most] = terms.sale;
  const amount = random.between(Math.ceil(least / terms.step), Math.floor(most / terms.step)) * terms.step;
  // One sale in six comes from a guest, who leaves no customer behind.
  const customer = random.chance(16) ? undefined : customers[random.between(0, customers.length - 1)];
  const bankDebit = terms.currency === "eur" && random.chance(25);
  return { terms, amount, customer, product: random.pick(products), bankDebit };
}

function planSales(
  plan: Plan,
  random: Random,
  terms: CurrencyProfile,
  customers: readonly Stripe.Customer[],
): void {
  for (let index = 0; index < terms.charges; index += 1) {
    const at = random.between(opening, closing - 1);
    const drawn = someSale(random, terms, customers);
    // The first that is refunded is a bank debit wherever there are any: chance alone leaves one account in 190 without.
    const sale = index === 1 && terms.currency === "eur" ? { ...drawn, bankDebit: true } : drawn;
    if (index % 17 === 16) plan.add(at, (account) => account.decline({ ...sale, at }));
    else plan.add(at, (account, later) => sellAndFollowUp(account, later, { ...sale, at }, index));
  }
  // One very large sale, early enough to be paid out: amounts this long must survive every step.
  const large: Sale = { terms, amount: 99_999_990, customer: customers[0], product: products[0] };
  if (terms.currency === "usd") {
    plan.add(opening + 9 * day, (account) => account.sell({ ...large, at: opening + 9 * day }));
  }
}

/** The fate of a sale goes by its number, so that every fate occurs in every currency whatever the seed. */
function sellAndFollowUp(account: Account, plan: Plan, sale: SaleFacts, index: number): void {
  const charge = account.sell(sale);
  const { terms } = sale;
  const wait = account.random.between(1, 12) * day + account.random.between(0, day - 1);
  // Sales of the first weeks meet their fate well before the account closes.
  const at = sale.at + wait < closing ? sale.at + wait : sale.at + 60;
  if (index % 9 === 1) plan.add(at, () => account.refund(charge, charge.amount, at));
  else if (index % 9 === 4) plan.add(at, () => refundInParts(account, plan, charge, terms, at));
  else if (index % 26 === 8) plan.add(at, () => refundInVain(account, plan, charge, at));
  else if (index % 8 === 3 && !charge.id.startsWith("py_")) {
    plan.add(at, () => disputeSale(account, plan, charge, terms, at, Math.floor(index / 8)));
  }
}

function refundInParts(
  account: Account,
  plan: Plan,
  charge: Stripe.Charge,
  terms: CurrencyProfile,
  at: number,
): void {
  const third = Math.max(terms.step, Math.floor(charge.amount / 3 / terms.step) * terms.step);
  account.refund(charge, third, at);
  const later = at + 2 * day;
  if (charge.amount > 2 * third) plan.add(later, () => account.refund(charge, third, later));
}

function refundInVain(account: Account, plan: Plan, charge: Stripe.Charge, at: number): void {
  const refund = account.refund(charge, charge.amount, at);
  const later = Math.min(at + 4 * day, closing - 1);
  plan.add(later, () => account.failRefund(refund, charge, later));
}

/** In turn: lost; won with Stripe keeping its fee; won with the fee given back; still open. */
function disputeSale(
  account: Account,
  plan: Plan,
  charge: Stripe.Charge,
  terms: CurrencyProfile,
  at: number,
  turn: number,
): void {
  const dispute = account.dispute(charge, terms.disputeFee, at);
  const decided = Math.min(at + 14 * day, closing - 1);
  if (turn % 4 === 0) plan.add(decided, () => account.loseDispute(dispute));
  else if (turn % 4 === 1) plan.add(decided, () => account.winDispute(dispute, charge, 0, decided));
  else if (turn % 4 === 2)
    plan.add(decided, () => account.winDispute(dispute, charge, terms.disputeFee, decided));
}

/** Every Monday at two in the morning; the fourth payout of each currency comes back. */
function planPayouts(plan: Plan, terms: CurrencyProfile): void {
  const monday = opening + 6 * day + 2 * 3600;
  for (let week = 0; monday + week * 7 * day < closing; week += 1) {
    const at = monday + week * 7 * day;
    plan.add(at, (account, later) => {
      const payout = account.payOut(terms.currency, at);
      if (payout !== undefined && week === 4) {
        later.add(at + 3 * day, () => account.failPayout(payout, at + 3 * day));
      }
      if (payout !== undefined && week === 6 && terms.currency === "gbp") {
        later.add(at + 3600, () => account.cancelPayout(payout, at + 3600));
      }
    });
  }
}

function settlePayouts(account: Account): void {
  for (const payout of account.payouts) {
    if (payout.status === "in_transit" && payout.arrival_date <= closing) account.arrive(payout);
  }
}

/** Stripe's monthly bill, a correction, one that moves nothing, and a type no client knows yet. */
function planCorrections(plan: Plan, { currency, step }: CurrencyProfile): void {
  const add = (days: number, amount: number, type: string, reportingCategory: string, description: string) =>
    plan.add(opening + days * day, (account) =>
      account.adjust({ amount, currency, type, reportingCategory, description }, opening + days * day),
    );
  add(30, -39 * step, "stripe_fee", "fee", "Billing - Usage Fee (2026-09)");
  add(60, -41 * step, "stripe_fee", "fee", "Billing - Usage Fee (2026-10)");
  add(41, 25 * step, "adjustment", "other_adjustment", "Correction of a processing fee");
  if (currency === "gbp") add(42, 0, "adjustment", "other_adjustment", "Fee waived");
  if (currency === "usd" || currency === "jpy") {
    add(50, 12 * step, "loyalty_settlement", "loyalty_settlement", "Network loyalty settlement");
    add(57, -7 * step, "loyalty_settlement", "loyalty_settlement", "Network loyalty settlement, corrected");
  }
}

/** What a larger business has beside sales: top-ups, reserves, and what Connect and tax bring. */
function planTreasury(plan: Plan): void {
  const add = (days: number, amount: number, type: string, reportingCategory: string, description: string) =>
    plan.add(opening + days * day, (account) =>
      account.adjust({ amount, currency: "usd", type, reportingCategory, description }, opening + days * day),
    );
  add(12, 250_000, "topup", "topup", "Top-up before the season");
  add(13, -100_000, "topup_reversal", "topup_reversal", "Part of the top-up returned");
  add(15, -60_000, "transfer", "transfer", "Transfer to the workshop's account");
  add(18, 10_000, "transfer_refund", "transfer_reversal", "Part of the transfer came back");
  add(19, 7_500, "application_fee", "platform_earning", "Fee of the market stall");
  add(21, -500, "application_fee_refund", "platform_earning_refund", "Fee given back");
  add(22, -40_000, "reserve_hold", "risk_reserved_funds", "Held in reserve");
  add(52, 40_000, "reserve_release", "risk_reserved_funds", "Released from reserve");
  add(31, -780, "tax_fee", "tax", "VAT on Stripe's fees");
}

/** Sales in Swiss francs, which the shop has no balance in: they settle in euros at the day's rate. */
function planForeignSales(plan: Plan, random: Random): void {
  const euro = currencyProfiles.find((terms) => terms.currency === "eur");
  if (euro === undefined) return;
  for (let index = 0; index < 4; index += 1) {
    const at = opening + random.between(1, 60) * day;
    const amount = random.between(2_000, 20_000);
    const rate = random.between(10_400, 10_900) / 10_000;
    const presented = { currency: "chf", amount, rate };
    const sale: SaleFacts = {
      terms: euro,
      amount: Math.round(amount * rate),
      at,
      product: products[4],
      presented,
    };
    plan.add(at, (account, later) => {
      const charge = account.sell(sale);
      const refunded = at + 5 * day;
      if (index === 1) later.add(refunded, () => account.refund(charge, Math.floor(amount / 2), refunded));
      if (index === 2) later.add(refunded, () => account.dispute(charge, euro.disputeFee, refunded));
      if (index === 3) later.add(refunded, () => refundInVain(account, later, charge, refunded));
    });
  }
}

/** Sales through a market place, whose own fee and the tax on Stripe's are parts of the fee. */
function planMarketSales(plan: Plan, random: Random): void {
  const dollars = currencyProfiles.find((terms) => terms.currency === "usd");
  if (dollars === undefined) return;
  for (let index = 0; index < 3; index += 1) {
    const at = opening + random.between(1, 60) * day;
    const amount = random.between(5_000, 20_000);
    const feeParts = (fee: number) => [
      { type: "stripe_fee", amount: fee - 40 },
      { type: "application_fee", amount: 25 },
      { type: "tax", amount: 15 },
    ];
    plan.add(at, (account) => account.sell({ terms: dollars, amount, at, product: products[2], feeParts }));
  }
}
