/** Was this transaction recorded? By its reference, which Core holds once; a split by the references of its legs. */
import { proxyDefaultPrecision } from "@annex/protocol/words";
import { toMinorUnits } from "../records/amounts.ts";
import type { Distribution, Transaction } from "../records/records.ts";

/** What of a new transaction tells whether a recorded one is the same. */
export interface Posting {
  readonly reference: string;
  readonly currency: string;
  readonly description: string;
  readonly amount?: string | undefined;
  readonly precise_amount?: bigint | undefined;
  readonly precision?: bigint | number | undefined;
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly sources?: readonly Leg[] | undefined;
  readonly destinations?: readonly Leg[] | undefined;
}

type Leg = { readonly identifier: string };

/** `unclear` where some legs of a split are there and others are not. */
export type TransactionSighting =
  | { readonly sight: "done"; readonly result: Transaction }
  | { readonly sight: "absent" | "unclear" };

/** How many legs a split can have; none for a transaction with one side each. */
export function legCount(posting: Posting): number {
  return posting.sources?.length ?? posting.destinations?.length ?? 0;
}

/** The references it can be recorded under: its own, or those of its legs, at once (`-1`) or queued (`_1`). */
export function referencesOf(posting: Posting): readonly string[] {
  const { reference } = posting;
  const numbers = Array.from({ length: legCount(posting) }, (_none, index) => index + 1);
  if (numbers.length === 0) return [reference];
  return numbers.flatMap((number) => [`${reference}-${number}`, `${reference}_${number}`]);
}

/**
 * Decides by the rows recorded under its references. A row with its reference and another content is another's.
 *
 * @param rows what Cloud has under `referencesOf(posting)`, others are left aside
 */
export function sightTransaction(posting: Posting, rows: readonly Transaction[]): TransactionSighting {
  const wanted = new Set(referencesOf(posting));
  const found = rows.filter((row) => wanted.has(row.reference));
  if (legCount(posting) > 0) return sightSplit(posting, found);
  const recorded = found.find((row) => differencesOf(posting, row).length === 0);
  return recorded === undefined ? { sight: "absent" } : { sight: "done", result: recorded };
}

function sightSplit(posting: Posting, legs: readonly Transaction[]): TransactionSighting {
  const [first] = legs;
  if (first === undefined) return { sight: "absent" };
  const total = legs.reduce((sum, leg) => sum + leg.precise_amount, 0n);
  if (total !== wantedMinorUnits(posting)) return { sight: "unclear" };
  return { sight: "done", result: asOne(posting, legs, first) };
}

/** The split as its own answer would have shown it: Core stores its legs only. */
function asOne(posting: Posting, legs: readonly Transaction[], first: Transaction): Transaction {
  const { amount_string: _amount, source: _source, destination: _destination, ...shared } = first;
  const [side, items] =
    posting.sources === undefined
      ? (["destinations", posting.destinations ?? []] as const)
      : (["sources", posting.sources] as const);
  return {
    ...shared,
    transaction_id: first.parent_transaction ?? "",
    parent_transaction: "",
    reference: posting.reference,
    precise_amount: wantedMinorUnits(posting),
    amount: posting.amount ?? inMajorUnits(wantedMinorUnits(posting), first.precision),
    ...(posting.source === undefined ? {} : { source: posting.source }),
    ...(posting.destination === undefined ? {} : { destination: posting.destination }),
    [side]: items.map((item) => withLeg(item, side, legs)),
  };
}

function withLeg(item: Leg, side: "sources" | "destinations", legs: readonly Transaction[]): Distribution {
  const leg = legs.find((row) => (side === "sources" ? row.source : row.destination) === item.identifier);
  return { ...item, ...(leg === undefined ? {} : { transaction_id: leg.transaction_id }) };
}

/** One field in which a recorded transaction is not what was asked for. Figures as text, in minor units. */
export interface TransactionDifference {
  readonly field: "precise_amount" | "precision" | "currency" | "description" | "source" | "destination";
  readonly recorded: string;
  readonly wanted: string;
}

/**
 * What is otherwise in a recorded transaction than was asked for; empty where it is the same. Sides are compared only
 * where neither is an indicator, the precision only where it was given.
 */
export function differencesOf(posting: Posting, recorded: Transaction): readonly TransactionDifference[] {
  const precision = recorded.precision === 0n ? undefined : posting.precision;
  const compared: readonly (readonly [TransactionDifference["field"], unknown, unknown])[] = [
    ["precise_amount", recorded.precise_amount, wantedMinorUnits(posting)],
    ["precision", recorded.precision, precision ?? recorded.precision],
    ["currency", recorded.currency, posting.currency],
    ["description", recorded.description ?? "", posting.description],
    ["source", recorded.source, comparableSide(posting.source, recorded.source)],
    ["destination", recorded.destination, comparableSide(posting.destination, recorded.destination)],
  ];
  return compared
    .map(([field, there, wanted]) => ({ field, recorded: String(there), wanted: String(wanted) }))
    .filter((difference) => difference.recorded !== difference.wanted);
}

/** The side that was asked for, where it can be compared: an indicator is recorded as the id of its balance. */
function comparableSide(wanted: string | undefined, recorded: string | null | undefined) {
  const cannotTell = wanted === undefined || !recorded || wanted.startsWith("@") || recorded.startsWith("@");
  return cannotTell ? recorded : wanted;
}

function wantedMinorUnits(posting: Posting): bigint {
  if (posting.precise_amount !== undefined) return posting.precise_amount;
  return toMinorUnits(posting.amount ?? "0", BigInt(posting.precision ?? proxyDefaultPrecision));
}

function inMajorUnits(minor: bigint, precision: bigint): string {
  const scale = precision > 0n ? precision : 1n;
  const digits = scale.toString().length - 1;
  const fraction = digits === 0 ? "" : `.${(minor % scale).toString().padStart(digits, "0")}`;
  return `${minor / scale}${fraction}`;
}
