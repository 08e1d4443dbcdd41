/**
 * Balances and what may be taken from them (contract section 8.5). All amounts are minor units.
 */
import { limitInMinorUnits } from "./amounts.ts";
import type { Refusal } from "./refusals.ts";

/** A balance's amounts, as posting sees them. */
export interface Book {
  readonly balanceId: string;
  readonly version: number;
  readonly credit: bigint;
  readonly debit: bigint;
  readonly inflightCredit: bigint;
  readonly inflightDebit: bigint;
  readonly currency: string;
  readonly tracked: boolean;
}

export function balanceOf(book: Book): bigint {
  return book.credit - book.debit;
}

export function inflightBalanceOf(book: Book): bigint {
  return book.inflightCredit - book.inflightDebit;
}

/** What can be spent: holds on it count, money on hold for it does not. */
export function availableOf(book: Book): bigint {
  return balanceOf(book) - book.inflightDebit;
}

/** How far below zero a transaction may take its source. */
export interface OverdraftRule {
  readonly allowOverdraft: boolean;
  /** Major units of the transaction's own precision. */
  readonly overdraftLimit: number;
  readonly precision: number;
}

/** Why `amount` may not leave `source`, or undefined when it may. */
export function fundsProblem(source: Book, amount: bigint, rule: OverdraftRule): Refusal | undefined {
  const available = availableOf(source);
  if (available >= amount) return undefined;
  if (rule.overdraftLimit > 0) {
    return available - amount >= -limitOf(rule) ? undefined : { code: "overdraft_limit" };
  }
  return rule.allowOverdraft && rule.overdraftLimit === 0 ? undefined : { code: "insufficient_funds" };
}

/** The limit in minor units; Core keeps 64 bits of it, so one beyond them allows something else. */
function limitOf({ overdraftLimit, precision }: OverdraftRule): bigint {
  return BigInt.asIntN(64, limitInMinorUnits(overdraftLimit, precision));
}

/** Both books of a movement. */
export interface Pair {
  readonly source: Book;
  readonly destination: Book;
}

/** Moves money at once. */
export function applied({ source, destination }: Pair, amount: bigint): Pair {
  return {
    source: { ...source, debit: source.debit + amount },
    destination: { ...destination, credit: destination.credit + amount },
  };
}

/** Puts money on hold. */
export function held({ source, destination }: Pair, amount: bigint): Pair {
  return {
    source: { ...source, inflightDebit: source.inflightDebit + amount },
    destination: { ...destination, inflightCredit: destination.inflightCredit + amount },
  };
}
