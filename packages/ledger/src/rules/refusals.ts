/**
 * Why something asked of the books is refused: a stable code with its facts, given where the refusal arises. Whoever
 * decides by a refusal decides by its code; Core's words are made of it here and nowhere else (contract sections 8.6,
 * 10.2, 10.4 and 11).
 */

import { nearestDouble, twoDecimals } from "./amounts.ts";

/** Commit or void. */
export type HoldActionKind = "commit" | "void";

/** One side of a balance that money is on hold on. */
type HeldSide = "debit" | "credit";

/** More than a hold may still commit. Amounts are minor units. */
interface Excess {
  readonly currency: string;
  readonly precision: number;
  readonly limit: bigint;
  readonly wanted: bigint;
}

/** Less on hold than is to be taken off it. Amounts are minor units. */
interface Shortage {
  readonly action: HoldActionKind;
  readonly side: HeldSide;
  readonly have: bigint;
  readonly need: bigint;
}

/** Why a movement was not made. */
export type Refusal =
  /** The source has not enough: trying again at once would be in vain (contract section 8.3). */
  | { readonly code: "insufficient_funds" }
  | { readonly code: "overdraft_limit" }
  | { readonly code: "amount_not_positive" }
  /** A leg of a split can be below zero (contract section 9.1.2). */
  | { readonly code: "leg_below_zero" }
  | { readonly code: "reference_used"; readonly reference: string }
  | { readonly code: "balance_missing"; readonly balanceId: string }
  | { readonly code: "side_missing"; readonly side: "source" | "destination" }
  | { readonly code: "same_balance"; readonly balanceId: string }
  /** A name that can't be looked up because the database can't hold it. */
  | { readonly code: "indicator_unreadable"; readonly side: "source" | "destination" }
  | { readonly code: "reference_unreadable" }
  | { readonly code: "balance_unreadable" }
  /** The database did not take the row. */
  | { readonly code: "not_recorded" }
  /** Somebody else kept the balances locked. */
  | { readonly code: "kept_locked" }
  | { readonly code: "impossible_split"; readonly reason: string }
  | { readonly code: "transaction_missing"; readonly id: string }
  | { readonly code: "not_inflight" }
  | { readonly code: "already_voided" }
  | { readonly code: "already_committed"; readonly action: HoldActionKind }
  | { readonly code: "commit_below_zero" }
  | ({ readonly code: "commit_above_hold" } & Excess)
  | ({ readonly code: "commit_above_remainder" } & Excess)
  | ({ readonly code: "lacks_on_hold" } & Shortage)
  /** The hold still waits in the queue, so that nothing of it is on hold. */
  | ({ readonly code: "not_placed" } & Shortage)
  | { readonly code: "already_refunded"; readonly id: string }
  | { readonly code: "refund_refused"; readonly refundId: string; readonly why: Refusal };

/** Core's generic code of an error that its database layer typed, and at what it happened. */
interface Typed {
  readonly code: "NOT_FOUND" | "CONFLICT" | "INTERNAL_SERVER_ERROR";
  /** Longer texts name it. */
  readonly during?: string;
}

const loading = "failed to get source and destination balances";
const persisting = "failed to persist transaction with balances";

/** How Core typed a refusal; undefined where it is but a text, whose words decide (contract section 3.3). */
export function typedAs(refusal: Refusal): Typed | undefined {
  switch (refusal.code) {
    case "balance_missing":
      return { code: "NOT_FOUND", during: loading };
    case "transaction_missing":
      return { code: "NOT_FOUND" };
    case "same_balance":
      return { code: "CONFLICT", during: persisting };
    case "not_recorded":
      return { code: "INTERNAL_SERVER_ERROR", during: persisting };
    case "balance_unreadable":
      return { code: "INTERNAL_SERVER_ERROR", during: loading };
    case "reference_unreadable":
      return { code: "INTERNAL_SERVER_ERROR", during: "transaction validation failed" };
    case "indicator_unreadable": {
      const during = `failed to resolve balance IDs: failed to resolve ${refusal.side} balance indicator`;
      return { code: "INTERNAL_SERVER_ERROR", during };
    }
    default:
      return undefined;
  }
}

const applying = "failed to apply transaction to balances: ";

/**
 * A refusal in Core's words.
 *
 * @example refusalMessage({ code: "insufficient_funds" })
 */
export function refusalMessage(refusal: Refusal): string {
  switch (refusal.code) {
    case "insufficient_funds":
      return `${applying}insufficient funds in source balance`;
    case "overdraft_limit":
      return `${applying}transaction exceeds overdraft limit`;
    case "amount_not_positive":
      return `${applying}transaction precise amount must be positive`;
    case "leg_below_zero":
      return `${applying}transaction amount must be positive`;
    case "reference_used":
      return `transaction validation failed: reference ${refusal.reference} has already been used`;
    case "balance_missing":
      return `Balance with ID '${refusal.balanceId}' not found`;
    case "side_missing":
      return `${refusal.side} is required`;
    case "same_balance":
      return `Optimistic locking failure: balance with ID '${refusal.balanceId}' may have been updated or deleted by another transaction`;
    case "indicator_unreadable":
      return "Database error occurred";
    case "reference_unreadable":
      return "Failed to check if transaction exists";
    case "balance_unreadable":
      return "Failed to scan balance data";
    case "not_recorded":
      return "Failed to record transaction";
    case "kept_locked":
      return "failed to acquire lock: failed to acquire all locks within the wait timeout";
    case "impossible_split":
      return `failed to split transaction: ${refusal.reason}`;
    case "transaction_missing":
      return `Transaction with ID '${refusal.id}' not found`;
    case "not_inflight":
      return "transaction is not in inflight status";
    case "already_voided":
      return "transaction has already been voided";
    case "already_committed":
      return `cannot ${refusal.action}. Transaction already committed`;
    case "commit_below_zero":
      return "commit amount cannot be negative";
    case "commit_above_hold":
      return exceeding("original transaction amount. Original", refusal);
    case "commit_above_remainder":
      return exceeding("remaining amount. Available", refusal);
    case "lacks_on_hold":
      return lacking(refusal);
    case "not_placed":
      return `saving transaction to db error: ${lacking(refusal)}`;
    case "already_refunded":
      return `transaction ${refusal.id} has already been refunded`;
    case "refund_refused":
      return `failed to queue refund transaction ${refusal.refundId}: ${refusalText(refusal.why)}`;
  }
}

/** A refusal inside a longer text: typed ones say at what it happened and show their generic code. */
export function refusalText(refusal: Refusal): string {
  const message = refusalMessage(refusal);
  const typed = typedAs(refusal);
  if (typed === undefined) return message;
  const during = typed.during === undefined ? "" : `${typed.during}: `;
  return `${during}${typed.code}: ${message}`;
}

function exceeding(what: string, { currency, precision, limit, wanted }: Excess): string {
  const money = (amount: bigint) => `${currency}${twoDecimals(nearestDouble(amount, precision))}`;
  return `cannot commit more than the ${what}: ${money(limit)}, Requested: ${money(wanted)}`;
}

function lacking({ action, side, have, need }: Shortage): string {
  return `${applying}${action} inflight ${side} failed: insufficient inflight ${side} balance: have ${have}, need ${need}`;
}
