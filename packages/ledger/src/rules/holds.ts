/**
 * "What may a hold still commit, and what does a void release?" (contract sections 10.2 to 10.6). All of the answer
 * stands in this file:
 *
 * - one hold, now: `decideAction`; while it still waits in the queue: `notPlaced`; at its expiry: `mayExpire`
 * - before an action is queued: `refusalToQueue` for one hold, `refusalToQueueGroup` for a batch or split
 * - a dry run: `refusalToPreview` for the row that was named, `decideDryAction` for each of its legs
 *
 * What was committed and whether it was voided is read by `holdFacts` in `store/posting.ts`, under the locks of both
 * balances; what taking it off hold makes of them is `settle` in `moving.ts`.
 */

import type { HoldActionKind, Refusal } from "./refusals.ts";
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

/** What is asked of a hold. */
export interface WantedAction {
  readonly kind: HoldActionKind;
  /** Minor units that a commit takes; 0 takes all that remains, as a void does whatever stands here. */
  readonly wanted: bigint;
}

/** What an action on a hold comes to. */
export type HoldDecision =
  | { readonly ok: true; readonly amount: bigint }
  | { readonly ok: false; readonly refusal: Refusal };

const refuse = (refusal: Refusal): HoldDecision => ({ ok: false, refusal });

/**
 * Decides a commit: the wanted amount, or all that remains when none is named (0).
 * Order of checks: voided, fully committed, negative, above the hold, above the remainder.
 */
export function decideCommit(hold: Hold, wanted: bigint): HoldDecision {
  if (hold.voided) return refuse({ code: "already_voided" });
  const remainder = remainderOf(hold);
  if (remainder <= 0n) return refuse({ code: "already_committed", action: "commit" });
  if (wanted < 0n) return refuse({ code: "commit_below_zero" });
  const { amount, currency, precision } = hold;
  if (wanted > amount) {
    return refuse({ code: "commit_above_hold", currency, precision, limit: amount, wanted });
  }
  if (wanted > remainder) {
    return refuse({ code: "commit_above_remainder", currency, precision, limit: remainder, wanted });
  }
  return { ok: true, amount: wanted === 0n ? remainder : wanted };
}

/** Decides a void: whatever remains, once. */
export function decideVoid(hold: Hold): HoldDecision {
  if (hold.voided) return refuse({ code: "already_voided" });
  const remainder = remainderOf(hold);
  return remainder <= 0n
    ? refuse({ code: "already_committed", action: "void" })
    : { ok: true, amount: remainder };
}

/** Decides what is asked of one hold. */
export function decideAction(hold: Hold, action: WantedAction): HoldDecision {
  return action.kind === "void" ? decideVoid(hold) : decideCommit(hold, action.wanted);
}

/** A hold that still waits in the queue has nothing on hold that could be taken; `have` is what its source has. */
export function notPlaced(hold: Hold, action: WantedAction, have: bigint): Refusal {
  const need = action.kind === "commit" && action.wanted > 0n ? action.wanted : hold.amount;
  return { code: "not_placed", action: action.kind, side: "debit", have, need };
}

/** Whether a hold that came through the queue is voided at its expiry: only while nothing was taken from it. */
export function mayExpire(hold: Hold): boolean {
  return hold.committed <= 0n;
}

/** Why an action on one hold is not queued. A void of what was committed is refused in the words of a commit. */
export function refusalToQueue(hold: Hold, action: WantedAction): Refusal | undefined {
  const decision = decideAction(hold, action);
  if (decision.ok) return undefined;
  const { refusal } = decision;
  return refusal.code === "already_committed" ? { ...refusal, action: "commit" } : refusal;
}

/** Why an action on a batch or split is not queued: one leg not fully committed is enough, voided or not. */
export function refusalToQueueGroup(
  legs: readonly Hold[],
  { kind: action }: WantedAction,
): Refusal | undefined {
  const isOpen = legs.some(({ committed, amount }) => committed !== amount);
  return isOpen ? undefined : { code: "already_committed", action };
}

/** Why a dry run does not come to the legs of the row that was named (contract section 15.3). */
export function refusalToPreview(hold: Hold): Refusal | undefined {
  return hold.voided ? { code: "already_voided" } : undefined;
}

/** Decides a leg of a dry run, which does not look at whether it was voided (contract section 15.3). */
export function decideDryAction(hold: Hold, action: WantedAction): HoldDecision {
  return decideAction({ ...hold, voided: false }, action);
}
