/**
 * Payouts, reconciled with the balance transactions they paid out. Stripe ties an automatic payout to them once it is
 * complete: what it contains must add up to it, and all of it must be in the ledger, the payout's own posting too. A
 * payout by hand is tied to none. One that came back is held against the balance transaction that brought it back.
 */
import { isDeepStrictEqual } from "node:util";
import type { Stripe } from "stripe";
import { classify } from "../mapping/kinds.ts";
import { createdOf, currencyOf, isExact, isTime, type Movement, readMovement } from "../mapping/movement.ts";
import { storable } from "../mapping/texts.ts";
import type { FindingJson, ObjectKind, PayoutJson } from "../portal-types.ts";
import { amountText, exactAmount } from "../stripe/amounts.ts";
import { reportFindings, resolveFindings } from "./findings.ts";
import { money } from "./outcomes.ts";
import { isoTime, isSettled, keyOf, type PayoutAtRest, type SyncData, timeKey } from "./register.ts";
import type { SyncTools } from "./tools.ts";

/** For how long after it was made each run lists a payout again, in seconds. Older ones are looked at one by one. */
export const payoutsListedFor = 30 * 86_400;

export type PayoutPage = {
  readonly next?: string;
  readonly open: readonly OpenPayout[];
  /** How many findings it made. */
  readonly findings: number;
};
/** A payout that is to be held against its balance transactions. */
export type OpenPayout = {
  readonly key: string;
  readonly id: string;
  /** It failed or was cancelled: what counts is what brought it back. */
  readonly returned?: boolean;
};

type PayoutTools = Pick<SyncTools, "stripe" | "data" | "signal" | "runId" | "clock">;

/**
 * One page of payouts is kept as Stripe tells it; answers those that are to be reconciled.
 *
 * @param again whether also those that rest: a person asked for these days
 */
export async function payoutsPage(
  tools: PayoutTools,
  from: number | undefined,
  after: string | undefined,
  again = false,
): Promise<PayoutPage> {
  const { stripe, signal } = tools;
  const page = await stripe.payouts({ from, after, signal });
  const kept = await keepPayouts(tools, page.items, again);
  return page.next === undefined ? kept : { ...kept, next: page.next };
}

/** How many are read one by one in a step. */
const readAtOnce = 50;

/**
 * One page of those that are older than the list reaches and not at their end: read one by one. They did not add up,
 * lacked something in the ledger, or something was heard of them since.
 *
 * @param from from when on payouts were listed in this run; undefined where all were
 */
export async function oldPayoutsPage(
  tools: PayoutTools,
  from: number | undefined,
  after: string | undefined,
): Promise<PayoutPage> {
  const { stripe, data, signal } = tools;
  if (from === undefined) return { open: [], findings: 0 };
  if (after === undefined) await rememberOld(data, from);
  const page = await data.payoutsToLookAt.list({
    limit: readAtOnce,
    ...(after === undefined ? {} : { after }),
  });
  const old: Stripe.Payout[] = [];
  for (const { key: id, value } of page) {
    if (id === listedSince || madeAt(value) >= from || (await isAtRest(tools, value))) continue;
    const payout = await stripe.payout(id, { signal });
    if (payout === undefined) await data.payoutsToLookAt.delete(id);
    else old.push(payout);
  }
  const kept = await keepPayouts(tools, old, false);
  const last = page.length < readAtOnce ? undefined : page.at(-1)?.key;
  return last === undefined ? kept : { ...kept, next: last };
}

/** To be looked at by the next run, however old it is. */
export async function lookAtPayouts(data: SyncData, ids: readonly string[]): Promise<void> {
  await data.payoutsToLookAt.putMany(ids.map((id) => ({ key: id, value: unknownAge })));
}

/** When it was made is not known: it is read by its id in any case. */
const unknownAge = 0;

/** Stands beside their ids, with since when the last run listed payouts. */
const listedSince = "~all";

/** For how long one is not looked at again that is as it was, in seconds. */
const restsFor = 86_400;

/** It could not be added up or compared, and what could not be read once is read no better the next time. */
const forGood = Number.MAX_SAFE_INTEGER;

function madeAt(value: number | PayoutAtRest): number {
  return typeof value === "number" ? value : value.created;
}

async function isAtRest(
  { data, clock }: Pick<PayoutTools, "data" | "clock">,
  value: number | PayoutAtRest | undefined,
): Promise<boolean> {
  if (value === undefined || typeof value === "number" || isOver(value, clock() / 1000)) return false;
  return value.waitsFor === undefined || !(await isInLedger(data, value.waitsFor));
}

/** Also where it lasts for longer than any does: a clock that was ahead has written it. */
function isOver({ until }: PayoutAtRest, now: number): boolean {
  return now >= until || (until !== forGood && until > now + restsFor);
}

/**
 * Those that no list reaches any more since the last run, and that are not at their end: an older version notes none,
 * nor does this one where Stripe has not tied a payout yet.
 *
 * @param from from when on payouts were listed in this run
 */
async function rememberOld(data: SyncData, from: number): Promise<void> {
  const known = await data.payoutsToLookAt.get(listedSince);
  // Where more is listed now than was then, nothing is known of what is older.
  const since = typeof known === "number" && known <= from ? known : 0;
  const range = { from: timeKey(since, ""), to: timeKey(from, "") };
  const size = 500;
  let after: string | undefined;
  for (;;) {
    const page = await data.payouts.list({
      ...range,
      limit: size,
      ...(after === undefined ? {} : { after }),
    });
    const unsure = page.filter(({ value: { state } }) => state !== "reconciled" && state !== "manual");
    const noted = await Promise.all(unsure.map(({ value: { id } }) => data.payoutsToLookAt.get(id)));
    await data.payoutsToLookAt.putMany(
      unsure
        // Those that rest go on resting.
        .filter((_payout, index) => noted[index] === undefined)
        .map(({ value: { id, created_at } }) => ({ key: id, value: secondsOf(created_at) })),
    );
    after = page.at(-1)?.key;
    if (page.length < size) break;
  }
  await data.payoutsToLookAt.put(listedSince, from);
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}

async function keepPayouts(
  tools: PayoutTools,
  payouts: readonly Stripe.Payout[],
  again: boolean,
): Promise<Pick<PayoutPage, "open" | "findings">> {
  const { data, runId, clock } = tools;
  const now = new Date(clock());
  const open: OpenPayout[] = [];
  const unreadable: FindingJson[] = [];
  for (const currency of new Set(payouts.map(currencyOf)))
    if (currency !== "") await data.payoutCurrencies.put(currency, true);
  for (const payout of payouts) {
    const { id } = payout;
    const key = payoutKey(payout);
    const problem = problemIn(payout);
    if (problem !== undefined) {
      unreadable.push(problem);
      await data.payoutsToLookAt.delete(id);
      continue;
    }
    const before = await data.payouts.get(key);
    const kept = payoutJson(payout, before);
    await data.payouts.put(key, kept);
    await resolveFindings(data, id, now, [], isOfReading);
    const complete = payout.automatic && payout.reconciliation_status === "completed";
    const isAsBefore = !again && isDeepStrictEqual(kept, before);
    if (isAsBefore && (await isAtRest(tools, await data.payoutsToLookAt.get(id)))) continue;
    if (isReturned(payout)) open.push({ key, id, returned: true });
    else if (complete && before?.state !== "reconciled") open.push({ key, id });
    else await data.payoutsToLookAt.delete(id);
  }
  await reportFindings(
    data,
    runId,
    now,
    unreadable.map((finding) => ({ finding })),
  );
  return { open, findings: unreadable.length };
}

/** What makes a payout one that cannot be kept. */
function problemIn(payout: Stripe.Payout): FindingJson | undefined {
  const { id, amount, created } = payout;
  const next =
    "It is not among the payouts, and is not reconciled. Compare it with Stripe's dashboard, then acknowledge this.";
  if (!isExact(amount)) {
    const error = `The amount of the payout ${id} is no exact whole number, so it may have been rounded before it came here.`;
    return { object_id: id, code: "amount_unreadable", error, next };
  }
  if (currencyOf(payout) === "") {
    const error = `Stripe named no currency of the payout ${id}, so nobody can tell what its amount is.`;
    return { object_id: id, code: "unknown_currency", error, next };
  }
  if (isTime(created)) return undefined;
  const error = `What Stripe sent as \`created\` of the payout ${id} is no time, so it cannot be read.`;
  return { object_id: id, code: "time_unreadable", error, next };
}

function isOfReading(code: FindingJson["code"]): boolean {
  return code === "amount_unreadable" || code === "unknown_currency" || code === "time_unreadable";
}

function payoutKey(payout: Stripe.Payout): string {
  return timeKey(createdOf(payout), payout.id);
}

/** The money never arrived: it comes back to the balance, and there is nothing left to reconcile. */
function isReturned({ status }: Stripe.Payout): boolean {
  return status === "failed" || status === "canceled";
}

function payoutJson(payout: Stripe.Payout, before: PayoutJson | undefined): PayoutJson {
  const currency = currencyOf(payout);
  const idOf = (value: string | { id: string } | null) => (typeof value === "string" ? value : value?.id);
  const own = idOf(payout.balance_transaction);
  const returned = idOf(payout.failure_balance_transaction);
  const failure = payout.failure_message ?? payout.failure_code ?? undefined;
  const { created, arrival_date: arrival } = payout;
  return {
    state: payout.automatic ? "open" : "manual",
    ...(isReturned(payout) ? returning(before) : before),
    id: payout.id,
    key: payoutKey(payout),
    status: payout.status,
    automatic: payout.automatic,
    created_at: isoTime(created),
    arrival_date: isoTime(isTime(arrival) ? arrival : created),
    amount: money(exactAmount(payout.amount), currency),
    ...(typeof payout.description === "string" ? { description: storable(payout.description) } : {}),
    ...(failure === undefined ? {} : { failure: storable(`${failure}`) }),
    ...(own === undefined ? {} : { balance_transaction: own }),
    ...(returned === undefined ? {} : { returned_by: returned }),
  };
}

/** What it paid out is paid out by another one: what it came to is no matter any more. */
function returning(before: PayoutJson | undefined): Partial<PayoutJson> {
  const { sums: _sums, difference, ...rest } = before ?? {};
  // An amount that did not come back whole stays a difference until it is looked at again.
  const isOfReturn = before?.status === "failed" || before?.status === "canceled";
  return {
    ...rest,
    state: isOfReturn ? (before?.state ?? "open") : "open",
    ...(isOfReturn && difference !== undefined ? { difference } : {}),
  };
}

/** What was added up of a payout so far: plain JSON, kept between the steps. */
export type PayoutSums = {
  readonly count: number;
  readonly kinds: Readonly<Partial<Record<ObjectKind, string>>>;
  /** Of what is not in the ledger as it should be. */
  readonly unsettled: number;
  /** One of these, as a key of `movements`. */
  readonly waitsFor?: string;
  /** Of what no amount is known for certain: their own findings say so, and the sums say nothing. */
  readonly unreadable?: number;
  /** The payout's own balance transaction was among them. */
  readonly own?: boolean;
  /** What that one took from the balance; absent too in what an earlier version added up. */
  readonly taken?: Taken;
  /** The currency of the others. */
  readonly currency?: string;
  readonly next?: string;
};

/** What a payout's own balance transaction took, in minor units of the balance's currency. */
export type Taken = { readonly currency: string; readonly amount: string; readonly fee: string };

export const nothingPaidOut: PayoutSums = { count: 0, kinds: {}, unsettled: 0 };

/**
 * One more page of what a payout paid out. The payout's own balance transaction is among them: it is no part of the
 * sum, and must be in the ledger as they must.
 */
export async function contentsPage(
  { stripe, data, signal }: PayoutTools,
  { id }: OpenPayout,
  sums: PayoutSums,
): Promise<PayoutSums> {
  const page = await stripe.contentsOf(id, { after: sums.next, signal });
  const kinds: Partial<Record<ObjectKind, string>> = { ...sums.kinds };
  const add = (kind: ObjectKind, amount: string | bigint) => {
    kinds[kind] = `${BigInt(kinds[kind] ?? "0") + BigInt(amount)}`;
  };
  const contents: { readonly key: string; readonly value: string }[] = [];
  let { count, unsettled, waitsFor, unreadable = 0, own = false, taken, currency } = sums;
  for (const transaction of page.items) {
    const movement = readMovement(transaction);
    const key = keyOf(movement);
    if (!(await isInLedger(data, key))) {
      unsettled += 1;
      waitsFor ??= key;
    }
    if (movement.sourceId === id && movement.type === "payout") {
      own = true;
      taken = takenBy(movement);
      continue;
    }
    if (movement.unreadable !== undefined) unreadable += 1;
    count += 1;
    currency ??= movement.currency;
    add(classify(movement).kind, movement.amount);
    add("fee", -BigInt(movement.fee));
    contents.push({ key: `${id}/${key}`, value: key });
  }
  // Together: a payout of thousands would else be as many commits.
  await data.payoutContents.putMany(contents);
  return {
    count,
    unsettled,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    unreadable,
    own,
    ...(taken === undefined ? {} : { taken }),
    ...(currency === undefined ? {} : { currency }),
    kinds,
    ...(page.next === undefined ? {} : { next: page.next }),
  };
}

function takenBy({ currency, amount, fee, unreadable }: Movement): Taken | undefined {
  return unreadable === undefined ? { currency, amount, fee } : undefined;
}

async function isInLedger(data: SyncData, key: string): Promise<boolean> {
  return isSettled((await data.movements.get(key))?.outcome.state ?? "waiting");
}

/** What the contents come to. Answers whether it made a finding. */
export async function reconcile(tools: PayoutTools, { key }: OpenPayout, sums: PayoutSums): Promise<number> {
  const payout = await tools.data.payouts.get(key);
  if (payout === undefined) return 0;
  const own = sums.own === true ? undefined : await transactionOf(tools, payout.balance_transaction);
  const lacksOwn = own !== undefined && !(await isInLedger(tools.data, keyOf(own)));
  const unsettled = sums.unsettled + (lacksOwn ? 1 : 0);
  const taken = sums.taken ?? (own === undefined ? undefined : takenBy(own));
  const all = { ...sums, unsettled, ...(taken === undefined ? {} : { taken }) };
  const looked = reconciledPayout(payout, all);
  // What makes the contents unreadable has a finding of its own.
  if ((sums.unreadable ?? 0) > 0) return keepReconciled(tools, payout, looked, { until: forGood });
  if (isUntold(payout, all)) return keepUntold(tools, payout, looked);
  const waitsFor = lacksOwn ? keyOf(own) : sums.waitsFor;
  return keepReconciled(tools, payout, looked, restOf(tools, waitsFor));
}

/** Whether all of a payout that failed, or was called back, came back, and is in the ledger. Answers as `reconcile`. */
export async function reconcileReturned(tools: PayoutTools, { key }: OpenPayout): Promise<number> {
  const payout = await tools.data.payouts.get(key);
  if (payout === undefined) return 0;
  const back = await transactionOf(tools, payout.returned_by);
  const isIn = back !== undefined && (await isInLedger(tools.data, keyOf(back)));
  const waitsFor = back === undefined || isIn ? undefined : keyOf(back);
  const taken = await takenOf(tools, payout, back);
  const looked = returnedPayout(payout, isIn ? back : undefined, taken);
  if (isIn && isUntold(payout, { currency: back.currency, taken })) return keepUntold(tools, payout, looked);
  return keepReconciled(tools, payout, looked, restOf(tools, waitsFor));
}

/** What it took, where what came back is in another currency than the bank was sent. */
async function takenOf(
  tools: PayoutTools,
  { amount, balance_transaction: own }: PayoutJson,
  back: Movement | undefined,
): Promise<Taken | undefined> {
  if (back === undefined || back.currency === amount.currency) return undefined;
  const took = await transactionOf(tools, own);
  return took === undefined ? undefined : takenBy(took);
}

type Rest = Omit<PayoutAtRest, "created">;

function restOf({ clock }: PayoutTools, waitsFor: string | undefined): Rest {
  const until = Math.floor(clock() / 1000) + restsFor;
  return { until, ...(waitsFor === undefined ? {} : { waitsFor }) };
}

async function transactionOf(
  { stripe, signal }: PayoutTools,
  id: string | undefined,
): Promise<Movement | undefined> {
  const transaction = id === undefined ? undefined : await stripe.movement(id, { signal });
  return transaction === undefined ? undefined : readMovement(transaction);
}

/** Of one that nobody can compare, however often it is looked at: a person has to. */
function keepUntold(tools: PayoutTools, before: PayoutJson, payout: PayoutJson): Promise<number> {
  return keepReconciled(tools, before, payout, { until: forGood }, payoutUntold(payout));
}

/**
 * @param rest of one that is as it was `before` this look
 * @param untold of one that could not be compared
 */
async function keepReconciled(
  { data, runId, clock }: PayoutTools,
  before: PayoutJson,
  payout: PayoutJson,
  rest: Rest,
  untold?: FindingJson,
): Promise<number> {
  const { key, id, state, created_at } = payout;
  const now = new Date(clock());
  await data.payouts.put(key, payout);
  if (state === "reconciled" || state === "returned") await data.payoutsToLookAt.delete(id);
  else {
    const created = secondsOf(created_at);
    const isAsBefore = isDeepStrictEqual(payout, before);
    await data.payoutsToLookAt.put(id, isAsBefore ? { created, ...rest } : created);
  }
  const finding = state === "differs" ? payoutDiffers(payout) : untold;
  const found = finding === undefined ? [] : [finding];
  await resolveFindings(data, id, now, found);
  await reportFindings(
    data,
    runId,
    now,
    found.map((each) => ({ finding: each, objectKey: key })),
  );
  return found.length;
}

/**
 * Pure.
 *
 * @param back what came back and is in the ledger; undefined while nothing is
 * @param taken what it took from the balance, where that is in another currency than what the bank was sent
 */
export function returnedPayout(
  payout: PayoutJson,
  back: Pick<Movement, "amount" | "currency"> | undefined,
  taken?: Taken,
): PayoutJson {
  const { difference: _before, ...rest } = payout;
  if (back === undefined) return { ...rest, state: "open" };
  const { currency } = back;
  const sent = sentIn(payout, currency, taken);
  // What left and what came back are in two currencies: nobody can tell whether it is whole.
  if (sent === undefined) return { ...rest, state: "open" };
  const difference = BigInt(back.amount) - sent;
  if (difference === 0n) return { ...rest, state: "returned" };
  return { ...rest, state: "differs", difference: money(difference, currency) };
}

/** Pure. */
export function reconciledPayout(
  payout: PayoutJson,
  { count, kinds, unsettled, unreadable = 0, taken, currency = payout.amount.currency }: PayoutSums,
): PayoutJson {
  const paid = sentIn(payout, currency, taken);
  if (unreadable > 0 || paid === undefined) {
    const { sums: _unknown, difference: _none, ...rest } = payout;
    return { ...rest, state: "open", count };
  }
  // Of a payout that cost something, as much less reached the bank.
  const fee = `${BigInt(kinds.fee ?? "0") - BigInt(taken?.fee ?? "0")}`;
  const entries = Object.entries({ ...kinds, fee }) as [ObjectKind, string][];
  const sum = entries.reduce((total, [, amount]) => total + BigInt(amount), 0n);
  const difference = sum - paid;
  const state = difference !== 0n ? "differs" : unsettled > 0 ? "open" : "reconciled";
  return {
    ...payout,
    state,
    count,
    ...(currency === payout.amount.currency ? {} : { taken: money(paid, currency) }),
    sums: entries
      .filter(([, amount]) => amount !== "0")
      .map(([kind, amount]) => ({ kind, amount: money(amount, currency) })),
    difference: money(difference, currency),
  };
}

/** What was sent, in the currency that is asked for; undefined where Stripe does not tell. */
function sentIn({ amount }: PayoutJson, currency: string, taken: Taken | undefined): bigint | undefined {
  if (currency === amount.currency) return BigInt(amount.minor);
  return taken?.currency === currency ? -BigInt(taken.amount) : undefined;
}

/** Whether Stripe does not say what it took in the currency of what it is to be held against. Pure. */
function isUntold(
  payout: PayoutJson,
  { currency = payout.amount.currency, taken }: { currency?: string | undefined; taken?: Taken | undefined },
): boolean {
  return sentIn(payout, currency, taken) === undefined;
}

function payoutUntold({ id, amount, returned_by: back }: PayoutJson): FindingJson {
  const against = back === undefined ? "what it contains" : `what came back by ${back}`;
  return {
    object_id: id,
    code: "payout_incomparable",
    error: `The bank was sent ${amountText(amount)} by the payout ${id}, and Stripe does not say what that took from the balance, whose currency is another one: it cannot be held against ${against}.`,
    next: "Compare it by hand with Stripe's dashboard, then acknowledge this.",
  };
}

function payoutDiffers({
  id,
  amount: sent,
  taken,
  difference,
  count = 0,
  sums,
  returned_by: back,
}: PayoutJson): FindingJson {
  const about = {
    object_id: id,
    code: "payout_differs" as const,
    ...(difference === undefined ? {} : { amount: difference }),
  };
  const apart = difference === undefined ? "an unknown amount" : amountText(difference);
  const amount = taken ?? sent;
  if (sums === undefined) {
    return {
      ...about,
      error: `The payout ${id} of ${amountText(amount)} came back by ${back ?? "a balance transaction"}, which differs from it by ${apart}.`,
      next: "Compare both with Stripe's dashboard: the bank may have kept a part.",
    };
  }
  return {
    ...about,
    error: `The payout ${id} is ${amountText(amount)}; its ${count} balance transactions differ from it by ${apart}.`,
    next: "Compare the payout with Stripe's dashboard: part of it may come from what an earlier payout left behind.",
  };
}
