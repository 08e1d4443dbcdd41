/**
 * What one movement makes of two books in a dry run (contract section 15.3). Unlike posting, a dry run looks
 * at a hold's balances alone: what other holds left on them counts as room for it.
 */
import { applied, type Book, fundsProblem, held, type OverdraftRule, type Pair } from "./funds.ts";

/** A new row needs funds. */
interface Taking {
  readonly kind: "apply" | "hold";
  readonly overdraft: OverdraftRule;
}

/** A commit or void needs a hold. */
interface Settling {
  readonly kind: "commit" | "void";
}

/** What a movement does. */
export type Change = Taking | Settling;

/** Both books as the movement leaves them. */
export interface Changed {
  readonly pair: Pair;
  /** Why it would be refused. */
  readonly problem?: string;
}

/** Makes a movement of minor units on two books. */
export function changed(pair: Pair, amount: bigint, change: Change): Changed {
  const result = "overdraft" in change ? taken(pair, amount, change) : settled(pair, amount, change);
  if (result.problem === undefined) return result;
  return { ...result, problem: `failed to apply transaction to balances: ${result.problem}` };
}

function taken(pair: Pair, amount: bigint, { kind, overdraft }: Taking): Changed {
  if (amount <= 0n) return { pair, problem: "transaction precise amount must be positive" };
  const problem = fundsProblem(pair.source, amount, overdraft);
  if (problem !== undefined) return { pair, problem };
  return { pair: kind === "hold" ? held(pair, amount) : applied(pair, amount) };
}

/** The source is settled first, and stays settled when the destination cannot be. */
function settled({ source, destination }: Pair, amount: bigint, { kind }: Settling): Changed {
  const moved = kind === "commit" ? amount : 0n;
  if (source.inflightDebit < amount) {
    return { pair: { source, destination }, problem: lacking(kind, "debit", source.inflightDebit, amount) };
  }
  const debited: Book = {
    ...source,
    inflightDebit: source.inflightDebit - amount,
    debit: source.debit + moved,
  };
  if (destination.inflightCredit < amount) {
    const problem = lacking(kind, "credit", destination.inflightCredit, amount);
    return { pair: { source: debited, destination }, problem };
  }
  const credited: Book = {
    ...destination,
    inflightCredit: destination.inflightCredit - amount,
    credit: destination.credit + moved,
  };
  return { pair: { source: debited, destination: credited } };
}

/** The text for a balance that has less on hold than is to be taken off it. */
export function lacking(
  kind: Settling["kind"],
  side: "debit" | "credit",
  have: bigint,
  need: bigint,
): string {
  return `${kind} inflight ${side} failed: insufficient inflight ${side} balance: have ${have}, need ${need}`;
}
