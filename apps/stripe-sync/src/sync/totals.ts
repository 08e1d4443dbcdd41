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
    /** One by one, where the currency that Stripe named is none, or is unknown: each may be of any. */
    readonly nameless?: readonly bigint[];
  }
>;

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
  type Sum = { amount: bigint; acknowledged: bigint; unreadable: boolean; nameless: readonly bigint[] };
  const missing = new Map<string, Sum>();
  const size = 500;
  let after: string | undefined;
  for (;;) {
    const page = await data.unsettled.list({ limit: size, ...(after === undefined ? {} : { after }) });
    for (const { key, value } of page) {
      const none: Sum = { amount: 0n, acknowledged: 0n, unreadable: false, nameless: [] };
      const sum = missing.get(value.currency) ?? none;
      const amount = BigInt(value.missing ?? "0");
      missing.set(value.currency, {
        amount: sum.amount + amount,
        acknowledged: sum.acknowledged + (amount !== 0n && (await isAcknowledged(data, key)) ? amount : 0n),
        unreadable: sum.unreadable || value.unreadable === true,
        nameless: stripeCurrencies.includes(value.currency) ? [] : [...sum.nameless, amount],
      });
    }
    after = page.at(-1)?.key;
    if (page.length < size) return missing;
  }
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
  return [...currencies].sort().map((currency) => compareIn(currency, { stripe, ledger, missing }));
}

function compareIn(currency: string, { stripe, ledger, missing }: Sides): CurrencyTotalJson {
  const booked =
    ledger === undefined ? undefined : (ledger.get(currency) ?? { clearing: 0n, fees: 0n, suspense: 0n });
  const lacking = missing.get(currency);
  const all = lacking?.amount ?? 0n;
  // What findings say is missing is missing; or what was acknowledged, or all of it, was booked by hand meanwhile.
  const own = [all, all - (lacking?.acknowledged ?? 0n), 0n];
  const ofAny = sumsOf([...missing].flatMap(([code, lacked]) => mayBeOfAny(code, lacked, stripe)));
  const lacks = own.flatMap((amount) => ofAny.map((more) => amount + more));
  const wanted = booked === undefined ? [] : lacks.map((amount) => booked.clearing + amount);
  const held = stripe === undefined ? undefined : heldAsOf(stripe, currency, wanted);
  const isKnown = held !== undefined && !held.undecided;
  const apart = isKnown && booked !== undefined ? held.amount - booked.clearing : 0n;
  const lacked = apart !== 0n && lacks.includes(apart) ? apart : all;
  const incomparable = lacking?.unreadable === true || held?.unreadable === true;
  const tooBusy = held?.undecided === true && !incomparable;
  const compared = booked !== undefined && held !== undefined && !incomparable && !tooBusy;
  return {
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
}

/** What Stripe holds in a currency that it names so is of that one, unknown as it may be. */
function mayBeOfAny(
  code: string,
  { nameless: amounts = [] }: { readonly nameless?: readonly bigint[] },
  stripe: StripeView | undefined,
): readonly bigint[] {
  return stripe?.balance.has(code) === true ? [] : amounts;
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
  return { available, pending, later, amount: held - later, unreadable: unknown, undecided };
}

/**
 * Whether some of these, of which not every choice was tried, may come to so much. No choice comes to less than all that
 * were paid out or to more than all that came in: a gap beyond those is a real difference, however busy it was.
 */
function mayComeTo(amounts: readonly bigint[], gap: bigint): boolean {
  if (amounts.length <= mostTriedTogether) return false;
  const least = amounts.reduce((sum, net) => (net < 0n ? sum + net : sum), 0n);
  const most = amounts.reduce((sum, net) => (net > 0n ? sum + net : sum), 0n);
  return least <= gap && gap <= most;
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
