/**
 * What one movement makes of the two books it touches, or why it can't be made (contract sections 8.5 and 10.5).
 * Posting and dry runs ask here: what is refused, and what it does to the books, is decided in one place.
 */
import { applied, type Book, fundsProblem, held, type OverdraftRule, type Pair } from "./funds.ts";
import type { HoldActionKind, Refusal } from "./refusals.ts";

/** A new row takes money from its source, at once or on hold. */
export interface Taking {
  readonly kind: "apply" | "hold";
  readonly overdraft: OverdraftRule;
}

/** A commit or void takes money off hold. */
export interface Settling {
  readonly kind: HoldActionKind;
}

/** Both books as a movement leaves them. */
export interface Moved {
  readonly pair: Pair;
  /** Why it is refused; absent when it is made. */
  readonly refusal?: Refusal;
}

/** Takes minor units from a source: the amount is looked at first, then the funds. */
export function take(pair: Pair, amount: bigint, { kind, overdraft }: Taking): Moved {
  if (amount <= 0n)
    return { pair, refusal: { code: amount < 0n ? "leg_below_zero" : "amount_not_positive" } };
  const refusal = fundsProblem(pair.source, amount, overdraft);
  if (refusal !== undefined) return { pair, refusal };
  return { pair: kind === "hold" ? held(pair, amount) : applied(pair, amount) };
}

/** Takes minor units off hold. The source is settled first, and stays settled when the destination cannot be. */
export function settle({ source, destination }: Pair, amount: bigint, { kind: action }: Settling): Moved {
  const moved = action === "commit" ? amount : 0n;
  const lacks = (side: "debit" | "credit", have: bigint): Refusal => ({
    code: "lacks_on_hold",
    action,
    side,
    have,
    need: amount,
  });
  if (source.inflightDebit < amount) {
    return { pair: { source, destination }, refusal: lacks("debit", source.inflightDebit) };
  }
  const debited: Book = {
    ...source,
    inflightDebit: source.inflightDebit - amount,
    debit: source.debit + moved,
  };
  if (destination.inflightCredit < amount) {
    return {
      pair: { source: debited, destination },
      refusal: lacks("credit", destination.inflightCredit),
    };
  }
  const credited: Book = {
    ...destination,
    inflightCredit: destination.inflightCredit - amount,
    credit: destination.credit + moved,
  };
  return { pair: { source: debited, destination: credited } };
}
