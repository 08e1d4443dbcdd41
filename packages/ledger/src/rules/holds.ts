/**
 * Holds: what may a hold still commit, and what does a void release? (contract sections 10.2 to 10.5) All of it
 * stands here: for one hold (`decideAction`), for what an id stands for when the action is to be queued
 * (`hasOpenHold`), and for a dry run (`decideDryAction`). What was committed and whether it was voided is read by
 * `holdFacts` in `store/posting.ts`, under the locks of both balances.
 */

import { nearestDouble, toMinorUnits, twoDecimals } from "./amounts.ts";
import type { TransactionRow } from "./rows.ts";

/** A hold and what became of it so far. Amounts are minor units. */
export interface Hold {
  readonly amount: bigint;
  readonly precision: number;
  readonly currency: string;
  /** Sum of the APPLIED rows whose parent it is. */
  readonly committed: bigint;
  /** It has a VOID row, or the QUEUED row that it came from has one: an expiry hangs on that (section 10.6). */
  readonly voided: boolean;
}

/** The row of a hold and what became of it. */
export interface HoldFacts {
  readonly row: TransactionRow;
  readonly hold: Hold;
}

/** What a hold may still commit, and what a void of it would release. */
export function remainderOf(hold: Hold): bigint {
  return hold.voided ? 0n : hold.amount - hold.committed;
}

/** A hold, or a queued row that is to become one. */
export function isHoldOrWaiting(row: TransactionRow): boolean {
  return row.status === "INFLIGHT" || (row.status === "QUEUED" && row.meta_data?.["inflight"] === true);
}

export const notInflight = "transaction is not in inflight status";
export const alreadyVoided = "transaction has already been voided";
export const commitAfterCommit = "cannot commit. Transaction already committed";
export const voidAfterCommit = "cannot void. Transaction already committed";
export const negativeCommit = "commit amount cannot be negative";

/** What is asked of a hold. */
export interface WantedAction {
  readonly kind: "commit" | "void";
  /** Minor units; wins over `amount`. */
  readonly preciseAmount: bigint | null;
  /** Major units of the hold's precision; 0 takes all that remains. */
  readonly amount: number;
}

/** The minor units an action names; 0 means all that remains. */
export function wantedAmount(
  { preciseAmount, amount }: Pick<WantedAction, "preciseAmount" | "amount">,
  precision: number,
): bigint {
  return preciseAmount ?? toMinorUnits(amount, precision);
}

/** What an action on a hold comes to. */
export type HoldDecision =
  | { readonly ok: true; readonly amount: bigint }
  | { readonly ok: false; readonly text: string };

const refuse = (text: string): HoldDecision => ({ ok: false, text });

/**
 * Decides a commit: the wanted amount, or all that remains when none is named (0).
 * Order of checks: voided, fully committed, negative, above the hold, above the remainder.
 */
export function decideCommit(hold: Hold, wanted: bigint): HoldDecision {
  if (hold.voided) return refuse(alreadyVoided);
  const remainder = remainderOf(hold);
  if (remainder <= 0n) return refuse(commitAfterCommit);
  if (wanted < 0n) return refuse(negativeCommit);
  if (wanted > hold.amount)
    return refuse(exceeds("original transaction amount. Original", hold, hold.amount, wanted));
  if (wanted > remainder) return refuse(exceeds("remaining amount. Available", hold, remainder, wanted));
  return { ok: true, amount: wanted === 0n ? remainder : wanted };
}

/** Decides a void: whatever remains, once. */
export function decideVoid(hold: Hold): HoldDecision {
  if (hold.voided) return refuse(alreadyVoided);
  const remainder = remainderOf(hold);
  return remainder <= 0n ? refuse(voidAfterCommit) : { ok: true, amount: remainder };
}

/** Decides what is asked of one hold. */
export function decideAction(hold: Hold, action: WantedAction): HoldDecision {
  return action.kind === "void" ? decideVoid(hold) : decideCommit(hold, wantedAmount(action, hold.precision));
}

/** The same for a dry run, which does not look at whether a leg was voided (contract section 15.3). */
export function decideDryAction(hold: Hold, action: WantedAction): HoldDecision {
  return decideAction({ ...hold, voided: false }, action);
}

/** Whether an action on a batch or split may be queued: one leg not fully committed is enough, voided or not. */
export function hasOpenHold(legs: readonly Hold[]): boolean {
  return legs.some(({ committed, amount }) => committed !== amount);
}

function exceeds(what: string, hold: Hold, limit: bigint, wanted: bigint): string {
  const money = (amount: bigint) => `${hold.currency}${twoDecimals(nearestDouble(amount, hold.precision))}`;
  return `cannot commit more than the ${what}: ${money(limit)}, Requested: ${money(wanted)}`;
}
