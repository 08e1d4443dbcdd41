/**
 * Payouts, reconciled with the balance transactions they paid out. Stripe ties an automatic payout to them once it is
 * complete: what it contains must add up to it, and all of it must be in the ledger. A payout by hand is tied to none.
 */
import type { Stripe } from "stripe";
import { classify } from "../mapping/kinds.ts";
import { currencyOf, isExact, readMovement } from "../mapping/movement.ts";
import type { FindingJson, ObjectKind, PayoutJson } from "../portal-types.ts";
import { exactAmount } from "../stripe/amounts.ts";
import { reportFindings, resolveFindings } from "./findings.ts";
import { money } from "./outcomes.ts";
import { isoTime, isSettled, keyOf, timeKey } from "./register.ts";
import type { SyncTools } from "./tools.ts";

/** How long after it was made a payout may still change, in seconds: banks send some back after weeks. */
export const payoutsChangeFor = 30 * 86_400;

export type PayoutPage = {
  readonly next?: string;
  readonly open: readonly OpenPayout[];
  /** How many findings it made. */
  readonly findings: number;
};
/** A payout whose contents are to be looked at. */
export type OpenPayout = { readonly key: string; readonly id: string };

/** One page of payouts is kept as Stripe tells it; answers those that are to be reconciled. */
export async function payoutsPage(
  tools: Pick<SyncTools, "stripe" | "data" | "signal" | "runId" | "clock">,
  from: number | undefined,
  after: string | undefined,
): Promise<PayoutPage> {
  const { stripe, data, signal, runId, clock } = tools;
  const page = await stripe.payouts({ from, after, signal });
  const now = new Date(clock());
  const open: OpenPayout[] = [];
  const unreadable: FindingJson[] = [];
  for (const currency of new Set(page.items.map(currencyOf))) await data.payoutCurrencies.put(currency, true);
  for (const payout of page.items) {
    const key = timeKey(payout.created, payout.id);
    if (!isExact(payout.amount)) {
      unreadable.push(amountUnreadable(payout));
      continue;
    }
    const before = await data.payouts.get(key);
    await data.payouts.put(key, payoutJson(payout, before));
    // Its amount can be read now, and of one that was returned there is nothing to reconcile any more.
    const isOver = (code: FindingJson["code"]) => isReturned(payout) || code === "amount_unreadable";
    await resolveFindings(data, payout.id, now, [], isOver);
    const complete = payout.automatic && payout.reconciliation_status === "completed";
    if (complete && !isReturned(payout) && before?.state !== "reconciled") open.push({ key, id: payout.id });
  }
  await reportFindings(
    data,
    runId,
    now,
    unreadable.map((finding) => ({ finding })),
  );
  const findings = unreadable.length;
  return page.next === undefined ? { open, findings } : { open, findings, next: page.next };
}

function amountUnreadable({ id }: Stripe.Payout): FindingJson {
  return {
    object_id: id,
    code: "amount_unreadable",
    error: `The amount of the payout ${id} is no exact whole number, so it may have been rounded before it came here.`,
    next: "It is not among the payouts, and is not reconciled. Compare it with Stripe's dashboard, then acknowledge this.",
  };
}

/** The money came back to the balance: there is nothing left to reconcile. */
function isReturned({ status }: Stripe.Payout): boolean {
  return status === "failed" || status === "canceled";
}

function payoutJson(payout: Stripe.Payout, before: PayoutJson | undefined): PayoutJson {
  const currency = currencyOf(payout);
  const idOf = (value: string | { id: string } | null) => (typeof value === "string" ? value : value?.id);
  const own = idOf(payout.balance_transaction);
  const returned = idOf(payout.failure_balance_transaction);
  const failure = payout.failure_message ?? payout.failure_code ?? undefined;
  return {
    state: payout.automatic ? "open" : "manual",
    ...before,
    ...(isReturned(payout) ? { state: "returned" as const } : {}),
    id: payout.id,
    key: timeKey(payout.created, payout.id),
    status: payout.status,
    automatic: payout.automatic,
    created_at: isoTime(payout.created),
    arrival_date: isoTime(payout.arrival_date),
    amount: money(exactAmount(payout.amount), currency),
    ...(payout.description === null ? {} : { description: payout.description }),
    ...(failure === undefined ? {} : { failure }),
    ...(own === undefined ? {} : { balance_transaction: own }),
    ...(returned === undefined ? {} : { returned_by: returned }),
  };
}

/** What was added up of a payout so far: plain JSON, kept between the steps. */
export type PayoutSums = {
  readonly count: number;
  readonly kinds: Readonly<Partial<Record<ObjectKind, string>>>;
  /** Of what is not in the ledger as it should be. */
  readonly unsettled: number;
  /** Of what no amount is known for certain: their own findings say so, and the sums say nothing. */
  readonly unreadable?: number;
  readonly next?: string;
};

export const nothingPaidOut: PayoutSums = { count: 0, kinds: {}, unsettled: 0 };

/** One more page of what a payout paid out. The payout's own balance transaction is among them, and left out. */
export async function contentsPage(
  { stripe, data, signal }: SyncTools,
  { id }: OpenPayout,
  sums: PayoutSums,
): Promise<PayoutSums> {
  const page = await stripe.contentsOf(id, { after: sums.next, signal });
  const kinds: Partial<Record<ObjectKind, string>> = { ...sums.kinds };
  const add = (kind: ObjectKind, amount: string | bigint) => {
    kinds[kind] = `${BigInt(kinds[kind] ?? "0") + BigInt(amount)}`;
  };
  const contents: { readonly key: string; readonly value: string }[] = [];
  let { count, unsettled, unreadable = 0 } = sums;
  for (const transaction of page.items) {
    const movement = readMovement(transaction);
    if (movement.sourceId === id && movement.type === "payout") continue;
    const key = keyOf(movement);
    const state = (await data.movements.get(key))?.outcome.state ?? "waiting";
    if (!isSettled(state)) unsettled += 1;
    if (movement.unreadable !== undefined) unreadable += 1;
    count += 1;
    add(classify(movement).kind, movement.amount);
    add("fee", -BigInt(movement.fee));
    contents.push({ key: `${id}/${key}`, value: key });
  }
  // Together: a payout of thousands would else be as many commits.
  await data.payoutContents.putMany(contents);
  return { count, unsettled, unreadable, kinds, ...(page.next === undefined ? {} : { next: page.next }) };
}

/** What the contents come to. Answers whether it made a finding. */
export async function reconcile(
  tools: SyncTools,
  { key, id }: OpenPayout,
  sums: PayoutSums,
): Promise<number> {
  const { data, runId } = tools;
  const payout = await data.payouts.get(key);
  if (payout === undefined) return 0;
  const now = new Date(tools.clock());
  const reconciled = reconciledPayout(payout, sums);
  await data.payouts.put(key, reconciled);
  if (reconciled.state !== "differs") {
    await resolveFindings(data, id, now);
    return 0;
  }
  await reportFindings(data, runId, now, [{ finding: payoutDiffers(reconciled), objectKey: key }]);
  return 1;
}

/** Pure. */
export function reconciledPayout(
  payout: PayoutJson,
  { count, kinds, unsettled, unreadable = 0 }: PayoutSums,
): PayoutJson {
  if (unreadable > 0) {
    const { sums: _unknown, difference: _none, ...rest } = payout;
    return { ...rest, state: "open", count };
  }
  const { currency } = payout.amount;
  const entries = Object.entries(kinds) as [ObjectKind, string][];
  const sum = entries.reduce((total, [, amount]) => total + BigInt(amount), 0n);
  const difference = sum - BigInt(payout.amount.minor);
  const state = difference !== 0n ? "differs" : unsettled > 0 ? "open" : "reconciled";
  return {
    ...payout,
    state,
    count,
    sums: entries
      .filter(([, amount]) => amount !== "0")
      .map(([kind, amount]) => ({ kind, amount: money(amount, currency) })),
    difference: money(difference, currency),
  };
}

function payoutDiffers({ id, amount, difference, count = 0 }: PayoutJson): FindingJson {
  return {
    object_id: id,
    code: "payout_differs",
    ...(difference === undefined ? {} : { amount: difference }),
    error: `The payout ${id} is ${amount.minor} ${amount.currency}, and its ${count} balance transactions add up to ${difference?.minor ?? "?"} more, in minor units.`,
    next: "Compare the payout with Stripe's dashboard: part of it may come from what an earlier payout left behind.",
  };
}
