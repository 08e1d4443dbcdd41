/**
 * Reading from Stripe: a page of balance transactions at a time, kept in the register before anything is posted. What
 * is settled already is not looked at again in the ledger, unless the run was asked to.
 */
import type { Stripe } from "stripe";
import { withKnown } from "../mapping/conversion.ts";
import { classify } from "../mapping/kinds.ts";
import { type Movement, readMovement } from "../mapping/movement.ts";
import type { ObjectState } from "../portal-types.ts";
import { accountText } from "./accounts.ts";
import { keepStored } from "./object-ids.ts";
import { waiting } from "./outcomes.ts";
import { lookAtPayouts } from "./payouts.ts";
import { isSettled, keyOf, type PageWriters, type StoredMovement } from "./register.ts";
import { entryOf } from "./run-objects.ts";
import { accountsOf } from "./settling.ts";
import type { Tally } from "./tally.ts";
import type { PageTools } from "./tools.ts";

/** What a step of reading or posting comes to. */
export type PageResult = {
  readonly next?: string;
  readonly tally: Tally;
  /** Accounts that what waits on this page needs, as `role/currency`. */
  readonly accounts?: readonly string[];
  /** When the newest object of this page came to be, in seconds since 1970. */
  readonly newest?: number;
  /** The keys of the events that this page dealt with. */
  readonly events?: readonly string[];
};

/** What a run reads: from when to when, and whether what is settled is looked at again. */
export type Reading = {
  readonly from?: number;
  readonly to?: number;
  readonly verify: boolean;
};

export async function readPage(
  tools: PageTools,
  { from, to, verify }: Reading,
  after: string | undefined,
): Promise<PageResult> {
  const page = await tools.stripe.movements({ from, to, after, signal: tools.signal });
  const result = await keepMovements(tools, page.items, verify);
  return page.next === undefined ? result : { ...result, next: page.next };
}

/** Puts balance transactions into the register and onto the run's list of work. */
export async function keepMovements(
  { data, keep, listWork }: Pick<PageTools, "data" | "keep" | "listWork">,
  transactions: readonly Stripe.BalanceTransaction[],
  verify: boolean,
): Promise<PageResult> {
  const read = transactions.map(readMovement);
  const known = await Promise.all(read.map((movement) => data.movements.get(keyOf(movement))));
  // A source may tell of more by now than it did of this one.
  const movements = read.map((movement, index) => withKnown(movement, known[index]?.movement.presented));
  const stored = movements.map(
    (movement, index): StoredMovement => ({ movement, outcome: known[index]?.outcome ?? waiting }),
  );
  const states = stored.map(({ outcome }) => stateFor(outcome.state, verify));
  await keepCustomersOfCharges(keep, movements);
  await keepDisputes(keep, movements);
  await lookAtPayouts(
    data,
    movements.filter((_movement, index) => known[index] === undefined).flatMap(payoutBroughtBack),
  );
  await keepStored(keep, stored, known);
  const tally = await listWork(
    movements.map((movement, index) => entryOf(movement, states[index] ?? "waiting")),
  );
  const waits = movements.filter((_movement, index) => states[index] === "waiting");
  const newest = movements.reduce((latest, { created }) => Math.max(latest, created), 0);
  return {
    tally,
    accounts: [...new Set(waits.flatMap(accountsOf).map(accountText))].sort(),
    ...(newest === 0 ? {} : { newest }),
  };
}

/** Banks send some back after many weeks, when no list of payouts reaches there any more. */
function payoutBroughtBack({ type, sourceId }: Movement): readonly string[] {
  const isBack = classify({ type, reportingCategory: "" }).kind === "payout" && type !== "payout";
  return isBack && sourceId !== undefined ? [sourceId] : [];
}

function stateFor(state: ObjectState, verify: boolean): ObjectState {
  if (verify || !isSettled(state)) return "waiting";
  return state === "nothing_to_post" ? state : "already_posted";
}

async function keepCustomersOfCharges(
  { chargeCustomers }: Pick<PageWriters, "chargeCustomers">,
  movements: readonly Movement[],
): Promise<void> {
  const entries = movements.flatMap(({ chargeId, customerId }) =>
    chargeId === undefined || customerId === undefined ? [] : [{ key: chargeId, value: customerId }],
  );
  await chargeCustomers.putMany(entries);
}

const waitingForAnswer = new Set(["needs_response", "warning_needs_response", "appeal_needs_response"]);

/** Money of a dispute that came back. */
export function isReversal({ reportingCategory }: Movement): boolean {
  return reportingCategory === "dispute_reversal";
}

/** Disputes that took money, with whether they wait for an answer as of now. */
export async function keepDisputes(
  { disputes }: Pick<PageWriters, "disputes">,
  movements: readonly Movement[],
): Promise<void> {
  const withdrawals = movements.filter(
    (movement) =>
      movement.disputeStatus !== undefined && !isReversal(movement) && classify(movement).kind === "dispute",
  );
  const entries = withdrawals.map((movement) => ({
    key: keyOf(movement),
    value: {
      id: movement.sourceId ?? movement.id,
      waits: waitingForAnswer.has(movement.disputeStatus ?? ""),
    },
  }));
  await disputes.putMany(entries);
}
