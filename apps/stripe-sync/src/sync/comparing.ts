/** What is in the ledger under a leg's reference, held against the leg. Pure. */
import type { EnsuredTransaction, Transaction } from "@annex/client";
import { type AccountKey, accountName } from "../mapping/accounts.ts";
import type { Leg } from "../mapping/legs.ts";
import { precisionOf } from "../stripe/amounts.ts";
import type { Accounts } from "./accounts.ts";

/** One leg, and what the ledger has under its reference. */
export type SettledLeg = {
  readonly leg: Leg;
  readonly transaction?: Transaction;
  /** Whether it was posted now. */
  readonly posted: boolean;
  /** What is otherwise than it should be, as parts of sentences; empty where all is equal. */
  readonly differences: readonly string[];
  /** The sides it has, where it is ours and only stands in other accounts than this version would choose. */
  readonly misplaced?: { readonly from: AccountKey; readonly to: AccountKey };
  /** Why the ledger refused it, where it did. */
  readonly refusal?: string;
};

/** @param accounts with those that this posting made */
export function settledLeg(accounts: Accounts, leg: Leg, ensured: EnsuredTransaction): SettledLeg {
  if (ensured.outcome === "refused") {
    const refusal = ensured.refusal?.coreMessage ?? "the ledger took it and does not have it";
    return { leg, posted: false, differences: [], refusal };
  }
  const { transaction, outcome } = ensured;
  const posted = outcome === "posted";
  const misplaced = posted ? undefined : misplacedSides(accounts, leg, transaction);
  if (misplaced !== undefined) return { leg, transaction, posted, differences: [], misplaced };
  return { leg, transaction, posted, differences: differences(accounts, leg, transaction) };
}

/** Compares a leg with the transaction that has its reference. */
export function differences(accounts: Accounts, leg: Leg, transaction: Transaction): readonly string[] {
  return comparedFields(accounts, leg, transaction)
    .filter(([, there, wanted]) => there !== wanted)
    .map(([what, there, wanted]) => `its ${what} is ${there} and should be ${wanted}`);
}

type Compared = readonly [what: string, there: string, wanted: string];

function comparedFields(accounts: Accounts, leg: Leg, transaction: Transaction): readonly Compared[] {
  const side = (id: string | null | undefined) => sideName(accounts, id);
  return [
    ["amount", `${transaction.precise_amount}`, `${leg.amount}`],
    ["precision", `${transaction.precision}`, `${precisionOf(leg.to.currency)}`],
    ["currency", transaction.currency, leg.to.currency],
    ["source", side(transaction.source), keyName(leg.from)],
    ["destination", side(transaction.destination), keyName(leg.to)],
    ["status", transaction.status, "APPLIED"],
  ];
}

/**
 * The sides of a transaction of this app's own that is right in everything but its accounts: an older version took
 * them for something else. Undefined where it is right, or wrong in any other way.
 */
function misplacedSides(accounts: Accounts, leg: Leg, transaction: Transaction): SettledLeg["misplaced"] {
  if (!isOurs(transaction)) return undefined;
  const wrong = comparedFields(accounts, leg, transaction).filter(([, there, wanted]) => there !== wanted);
  if (wrong.length === 0 || wrong.some(([what]) => what !== "source" && what !== "destination"))
    return undefined;
  const from = accounts.keyOf.get(transaction.source ?? "");
  const to = accounts.keyOf.get(transaction.destination ?? "");
  // What Stripe holds is no matter of classification.
  const held = [leg.from.role, leg.to.role].filter(isHeld).join();
  if (from === undefined || to === undefined || [from.role, to.role].filter(isHeld).join() !== held)
    return undefined;
  return { from, to };
}

function isHeld(role: AccountKey["role"]): boolean {
  return role === "clearing" || role === "other_balances";
}

/** Whether this app posted it for the balance transaction that its reference names. */
export function isOurs({ meta_data, reference }: Transaction): boolean {
  const own = meta_data?.["stripe_sync"];
  if (typeof own !== "object" || own === null || !("balance_transaction" in own)) return false;
  const id = String(own.balance_transaction);
  return reference === id || reference.startsWith(`${id}-`);
}

/** By how much what Stripe holds is too small in the ledger, in minor units, because of these legs. */
export function missingFrom(accounts: Accounts, legs: readonly SettledLeg[]): bigint {
  let missing = 0n;
  for (const { leg, transaction } of legs) {
    missing += gainOf(leg.from.role === "clearing", leg.to.role === "clearing", leg.amount);
    // What is void, queued or in flight moved nothing yet.
    if (transaction?.status !== "APPLIED") continue;
    const { source, destination, precise_amount: amount } = transaction;
    const isClearing = (id: string | null | undefined) => {
      const key = accounts.keyOf.get(id ?? "");
      return key?.role === "clearing" && key.currency === leg.to.currency;
    };
    missing -= gainOf(isClearing(source), isClearing(destination), amount);
  }
  return missing;
}

function gainOf(isSource: boolean, isDestination: boolean, amount: bigint): bigint {
  return (isDestination ? amount : 0n) - (isSource ? amount : 0n);
}

function sideName(accounts: Accounts, balanceId: string | null | undefined): string {
  if (balanceId === null || balanceId === undefined || balanceId === "") return "missing";
  const key = accounts.keyOf.get(balanceId);
  return key === undefined ? balanceId : keyName(key);
}

function keyName({ role, currency }: AccountKey): string {
  return `${accountName(role)} ${currency}`;
}
