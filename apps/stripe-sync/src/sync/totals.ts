/**
 * Both sides of the truth, currency by currency: what Stripe says it holds for us, and what the ledger says, as of the
 * same balance transaction.
 *
 * Stripe tells only what it holds now, and sales go on while a run works. So the newest balance transactions are listed
 * right before and right after the balance is asked for: what is not in the ledger yet is taken out of Stripe's balance.
 * Those that only the second list has may or may not be in it. They are listed by the second in which they came, and two
 * of one second in any order: so some of them, whichever, must fit. Where they are too many to tell, nothing is said.
 */
import { feeRoles } from "../mapping/accounts.ts";
import { balanceTypeOf, createdOf, currencyOf, isExact, netOf } from "../mapping/movement.ts";
import type { CurrencyTotalJson } from "../portal-types.ts";
import type { StripeAccess, StripeRange } from "../stripe/access.ts";
import { exactAmount, stripeCurrencies } from "../stripe/amounts.ts";
import { accountText, findLedger, type HeldAccounts, heldBy, loadLedgerAccounts } from "./accounts.ts";
import { findingId } from "./findings.ts";
import { money } from "./outcomes.ts";
import { keyOf, positionOf, type SyncData } from "./register.ts";
import type { LedgerTools } from "./tools.ts";

/** Minor units by currency, in upper case. */
export type StripeSide = ReadonlyMap<
  string,
  {
    readonly available: bigint;
    readonly pending: bigint;
    /** One of the amounts is no exact whole number; it is left out. */
    readonly unreadable?: boolean;
    /** So much came in meanwhile that nobody could tell how much it was. */
    readonly undecided?: boolean;
  }
>;
export type LedgerSide = ReadonlyMap<
  string,
  {
    readonly clearing: bigint;
    readonly fees: bigint;
    readonly suspense: bigint;
    /** Of the balance that `clearing` is. */
    readonly balanceId?: string | undefined;
  }
>;

/** A balance transaction that Stripe has and the ledger does not have yet. */
export type Later = {
  readonly id: string;
  readonly currency: string;
  readonly net: bigint;
  /** Its amount is no exact whole number; a finding says so once it is imported. */
  readonly unreadable?: boolean;
};

/** What Stripe says: its balance, and what came since the ledger was last brought up to date. */
export type StripeView = {
  readonly balance: StripeSide;
  /** Oldest first; all of it was there before the balance was asked for. */
  readonly before: readonly Later[];
  /** Oldest first; came while it was asked for. */
  readonly meanwhile: readonly Later[];
};

/** What findings say is not in the ledger as it should be, by currency. */
export type Missing = ReadonlyMap<
  string,
  {
    readonly amount: bigint;
    /** The part of it whose findings somebody has acknowledged, and may have booked by hand. */
    readonly acknowledged?: bigint;
    readonly unreadable: boolean;
    /** Where the currency that Stripe named is none, or is unknown: each amount may be of any. */
    readonly nameless?: Nameless;
  }
>;

/** Amounts of which nobody knows the currency. */
export type Nameless = {
  /** One by one; no more of them than show that they are too many to be tried together. */
  readonly amounts: readonly bigint[];
  /** What those that are negative come to, however many they are. */
  readonly least: bigint;
  /** … and those that are positive. */
  readonly most: bigint;
};

/** What a comparison needs. */
type Sides = {
  readonly stripe: StripeView | undefined;
  readonly ledger: LedgerSide | undefined;
  readonly missing: Missing;
};

/** Lists of the newest are asked from so long before the last that was read, in seconds: they may come late. */
const usualLateness = 60;

type AskStripe = {
  readonly stripe: StripeAccess;
  readonly data: SyncData;
  readonly signal?: AbortSignal | undefined;
  readonly once?: boolean;
};

/** @throws AppError where Stripe cannot be asked. */
export async function viewStripe(tools: AskStripe): Promise<StripeView> {
  const since = (await positionOf(tools.data))?.readThrough;
  const from = since === undefined ? undefined : Math.max(0, since - usualLateness);
  const before = from === undefined ? [] : await notInLedger(tools, { from });
  const balance = await stripeSide(tools);
  const after = from === undefined ? [] : await notInLedger(tools, { from });
  const known = new Set(before.map(({ id }) => id));
  return { balance, before, meanwhile: after.filter(({ id }) => !known.has(id)) };
}

/**
 * What Stripe listed too late for `viewStripe`, oldest first.
 *
 * @throws AppError where Stripe cannot be asked.
 */
export async function viewLate(tools: AskStripe, lateness: number): Promise<readonly Later[]> {
  const since = (await positionOf(tools.data))?.readThrough;
  if (since === undefined) return [];
  const range = { from: Math.max(0, since - lateness), to: Math.max(0, since - usualLateness) };
  return notInLedger(tools, range);
}

async function notInLedger(tools: AskStripe, range: StripeRange): Promise<readonly Later[]> {
  const { stripe, data, signal, once } = tools;
  const later: Later[] = [];
  let after: string | undefined;
  do {
    const call = { signal, ...(once === undefined ? {} : { once }) };
    const page = await stripe.movements({ ...range, after, ...call });
    for (const transaction of page.items) {
      const key = keyOf({ id: transaction.id, created: createdOf(transaction) });
      const state = (await data.movements.get(key))?.outcome.state;
      if ((state !== undefined && state !== "waiting") || balanceTypeOf(transaction) !== "payments") continue;
      const { id } = transaction;
      const net = netOf(transaction);
      const currency = currencyOf(transaction);
      later.push(net === undefined ? { id, currency, net: 0n, unreadable: true } : { id, currency, net });
    }
    after = page.next;
  } while (after !== undefined);
  return later.reverse();
}

async function stripeSide({ stripe, signal, once }: AskStripe): Promise<StripeSide> {
  const { available, pending } = await stripe.balance({ signal, ...(once === undefined ? {} : { once }) });
  const amounts = new Map<string, { available: bigint; pending: bigint; unreadable?: boolean }>();
  const add = (part: "available" | "pending", entry: { currency: string; amount: number } | null) => {
    const code = currencyOf(entry ?? {});
    const amount = code === "" ? undefined : entry?.amount;
    const sum = amounts.get(code) ?? { available: 0n, pending: 0n };
    amounts.set(
      code,
      isExact(amount) ? { ...sum, [part]: sum[part] + exactAmount(amount) } : { ...sum, unreadable: true },
    );
  };
  for (const entry of available) add("available", entry);
  for (const entry of pending) add("pending", entry);
  return amounts;
}

/** Nothing where nobody has made the ledger yet: one of an earlier installation is found. @throws CloudError where the ledger cannot be asked. */
export async function viewLedger(tools: LedgerTools, ledgerId: string | undefined): Promise<LedgerSide> {
  const known = ledgerId ?? (await findLedger(tools))?.ledger_id;
  return known === undefined ? new Map() : ledgerSide(await loadLedgerAccounts(tools, known));
}

function ledgerSide(accounts: HeldAccounts): LedgerSide {
  const currencies = new Set([...accounts.keyOf.values()].map(({ currency }) => currency));
  return new Map(
    [...currencies].map((currency) => [
      currency,
      {
        clearing: heldBy(accounts, { role: "clearing", currency }),
        fees: feeRoles.reduce((sum, role) => sum + heldBy(accounts, { role, currency }), 0n),
        suspense: heldBy(accounts, { role: "suspense", currency }),
        balanceId: accounts.idOf.get(accountText({ role: "clearing", currency })),
      },
    ]),
  );
}

/** The currency of what Stripe named none of. */
const nameless = "";

export async function missingOf(data: SyncData): Promise<Missing> {
  type Sum = { amount: bigint; acknowledged: bigint; unreadable: boolean; nameless?: Nameless };
  const missing = new Map<string, Sum>();
  const size = 500;
  let after: string | undefined;
  for (;;) {
    const page = await data.unsettled.list({ limit: size, ...(after === undefined ? {} : { after }) });
    for (const { key, value } of page) {
      const sum = missing.get(value.currency) ?? { amount: 0n, acknowledged: 0n, unreadable: false };
      const amount = BigInt(value.missing ?? "0");
      sum.amount += amount;
      if (amount !== 0n && (await isAcknowledged(data, key))) sum.acknowledged += amount;
      if (value.unreadable === true) sum.unreadable = true;
      if (!stripeCurrencies.includes(value.currency))
        sum.nameless = withNameless(sum.nameless ?? noneNameless, [amount]);
      missing.set(value.currency, sum);
    }
    after = page.at(-1)?.key;
    if (page.length < size) return missing;
  }
}

const noneNameless: Nameless = { amounts: [], least: 0n, most: 0n };

function withNameless(known: Nameless, more: readonly bigint[]): Nameless {
  const amounts = [...known.amounts, ...more.filter((amount) => amount !== 0n)];
  return { ...together(known, rangeOf(more)), amounts: amounts.slice(0, mostTriedTogether + 1) };
}

/** The least and the most that some amounts may come to: all that were paid out, all that came in. */
type Range = { readonly least: bigint; readonly most: bigint };

const noRange: Range = { least: 0n, most: 0n };

function rangeOf(amounts: readonly bigint[]): Range {
  return {
    least: amounts.reduce((sum, amount) => (amount < 0n ? sum + amount : sum), 0n),
    most: amounts.reduce((sum, amount) => (amount > 0n ? sum + amount : sum), 0n),
  };
}

function together(one: Range, other: Range = noRange): Range {
  return { least: one.least + other.least, most: one.most + other.most };
}

function isWithin({ least, most }: Range, gap: bigint): boolean {
  return least <= gap && gap <= most;
}

async function isAcknowledged(data: SyncData, key: string): Promise<boolean> {
  const stored = await data.movements.get(key);
  const code = stored?.outcome.finding?.code;
  if (stored === undefined || code === undefined) return false;
  const finding = await data.findings.get(findingId({ object_id: stored.movement.id, code }));
  return finding?.status === "acknowledged";
}

/**
 * One row a currency, in the order of their codes; the difference is the ledger's amount minus Stripe's. A side that
 * is undefined could not be asked and is left out; a currency that one side does not have counts as zero there. Pure.
 */
export function compareSides({ stripe, ledger, missing }: Sides): readonly CurrencyTotalJson[] {
  const currencies = new Set([...(stripe?.balance.keys() ?? []), ...(ledger?.keys() ?? [])]);
  for (const { currency } of [...(stripe?.before ?? []), ...(stripe?.meanwhile ?? [])])
    if (currency !== nameless) currencies.add(currency);
  let ofAny = namelessIn(missing, stripe);
  return [...currencies].sort().map((currency) => {
    const { row, left } = compareIn(currency, { stripe, ledger, missing, ofAny });
    ofAny = left;
    return row;
  });
}

/** What may be of any currency. What Stripe holds in a currency that it names so is of that one, unknown as it may be. */
function namelessIn(missing: Missing, stripe: StripeView | undefined): Nameless {
  const all = [...missing].flatMap(([code, lacking]) =>
    lacking.nameless === undefined || stripe?.balance.has(code) === true ? [] : [lacking.nameless],
  );
  const amounts = all.flatMap((lacking) => lacking.amounts);
  return { ...withNameless(noneNameless, amounts), ...all.reduce<Range>(together, noRange) };
}

/** A currency's row, and of what may be of any currency that which is not of this one. */
type Compared = { readonly row: CurrencyTotalJson; readonly left: Nameless };

function compareIn(
  currency: string,
  { stripe, ledger, missing, ofAny }: Sides & { readonly ofAny: Nameless },
): Compared {
  const booked =
    ledger === undefined ? undefined : (ledger.get(currency) ?? { clearing: 0n, fees: 0n, suspense: 0n });
  const lacking = missing.get(currency);
  const all = lacking?.amount ?? 0n;
  // What findings say is missing is missing; or what was acknowledged, or all of it, was booked by hand meanwhile.
  const own = [all, all - (lacking?.acknowledged ?? 0n), 0n];
  const isTried = ofAny.amounts.length <= mostTriedTogether;
  const choices = isTried ? choicesOf(ofAny.amounts) : [[]];
  const lacks = own.flatMap((amount) =>
    choices.map((taken) => ({ taken, sum: taken.reduce((sum, each) => sum + each, amount) })),
  );
  const wanted = booked === undefined ? [] : lacks.map(({ sum }) => booked.clearing + sum);
  const held = stripe === undefined ? undefined : heldAsOf(stripe, currency, wanted);
  const isKnown = held !== undefined && !held.undecided;
  const apart = isKnown && booked !== undefined ? held.amount - booked.clearing : 0n;
  const found = apart === 0n ? undefined : lacks.find(({ sum }) => sum === apart);
  const lacked = found?.sum ?? all;
  // Some of very many may be of this currency, and nobody can tell which.
  const isUntold =
    !isTried &&
    apart !== 0n &&
    found === undefined &&
    own.some((amount) => isWithin(together(ofAny, held?.perhaps), apart - amount));
  const incomparable = lacking?.unreadable === true || held?.unreadable === true || isUntold;
  const tooBusy = held?.undecided === true && !incomparable;
  const compared = booked !== undefined && held !== undefined && !incomparable && !tooBusy;
  const row: CurrencyTotalJson = {
    currency,
    decimals: money(0n, currency).decimals,
    // Of what cannot be read or told, no part is shown as if it were all.
    ...(held === undefined || held.unreadable || tooBusy
      ? {}
      : {
          stripe: money(held.amount, currency),
          stripe_available: money(held.available, currency),
          stripe_pending: money(held.pending, currency),
          ...(held.later === 0n ? {} : { later: money(held.later, currency) }),
        }),
    ...(booked === undefined
      ? {}
      : {
          ledger: money(booked.clearing, currency),
          ledger_fees: money(booked.fees, currency),
          ledger_suspense: money(booked.suspense, currency),
        }),
    ...(lacked === 0n ? {} : { missing: money(lacked, currency) }),
    ...(incomparable ? { incomparable: true } : {}),
    ...(tooBusy ? { too_busy: true } : {}),
    ...(compared ? { difference: money(booked.clearing - held.amount, currency) } : {}),
  };
  return { row, left: without(ofAny, found?.taken ?? []) };
}

/** Every choice of some of these, none of them first. */
function choicesOf(amounts: readonly bigint[]): readonly (readonly bigint[])[] {
  const choices: (readonly bigint[])[] = [[]];
  for (const amount of amounts) choices.push(...choices.map((some) => [...some, amount]));
  return choices;
}

/** Each amount is of one currency: what explains a difference in this one explains none in another. */
function without(ofAny: Nameless, taken: readonly bigint[]): Nameless {
  if (taken.length === 0) return ofAny;
  const left = [...ofAny.amounts];
  for (const amount of taken) left.splice(left.indexOf(amount), 1);
  return withNameless(noneNameless, left);
}

/** Of more than these it is not tried which are in the balance: some would fit any difference by chance. */
const mostTriedTogether = 8;

/**
 * What Stripe held when the ledger was last brought up to date: its balance without what came later. Of what came
 * while the balance was asked for, those are taken that make the sides equal, if any of them do.
 */
function heldAsOf({ balance, before, meanwhile }: StripeView, currency: string, wanted: readonly bigint[]) {
  const side = balance.get(currency) ?? { available: 0n, pending: 0n };
  const { available, pending, unreadable = false } = side;
  const held = available + pending;
  const ofCurrency = (later: readonly Later[]) => later.filter((one) => one.currency === currency);
  const certain = ofCurrency(before).reduce((sum, { net }) => sum + net, 0n);
  const ofAny = [...before, ...meanwhile].filter((one) => one.currency === nameless);
  const perhaps = [...ofCurrency(meanwhile), ...ofAny].map(({ net }) => net);
  const sums = sumsOf(perhaps);
  const gaps = wanted.map((amount) => held - certain - amount);
  const fitting = gaps.find((gap) => sums.includes(gap));
  const later = certain + (fitting ?? 0n);
  const isUntold = fitting === undefined && gaps.some((gap) => mayComeTo(perhaps, gap));
  const unknown = unreadable || ofCurrency([...before, ...meanwhile]).some((one) => one.unreadable === true);
  const undecided = side.undecided === true || isUntold;
  return {
    available,
    pending,
    later,
    amount: held - later,
    unreadable: unknown,
    undecided,
    perhaps: rangeOf(perhaps),
  };
}

/**
 * Whether some of these, of which not every choice was tried, may come to so much. No choice comes to less than all that
 * were paid out or to more than all that came in: a gap beyond those is a real difference, however busy it was.
 */
function mayComeTo(amounts: readonly bigint[], gap: bigint): boolean {
  if (amounts.length <= mostTriedTogether) return false;
  return isWithin(rangeOf(amounts), gap);
}

/** What some of these come to, none of them first; oldest first where they are too many for every choice. */
function sumsOf(amounts: readonly bigint[]): readonly bigint[] {
  const everyChoice = amounts.length <= mostTriedTogether;
  const sums = [0n];
  for (const net of amounts) sums.push(...(everyChoice ? sums : sums.slice(-1)).map((sum) => sum + net));
  return sums;
}

/** Whether both sides are equal in every currency. */
export function allEqual(totals: readonly CurrencyTotalJson[]): boolean {
  return totals.every(({ difference }) => difference?.minor === "0");
}

/**
 * By how much the sides differ without a finding that says why; zero where they need not be looked at, and where they
 * are equal: what findings say is missing was booked by hand then.
 */
export function unexplained({ difference, missing }: CurrencyTotalJson): bigint {
  if (difference === undefined || difference.minor === "0") return 0n;
  return BigInt(difference.minor) + BigInt(missing?.minor ?? "0");
}
