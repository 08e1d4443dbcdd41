/**
 * Whether two records match (contract section 15.1, Matching semantics). Amounts are major units as doubles,
 * as Core compares them; dates are milliseconds with fractions.
 */
import { isWithinEdits } from "./edit-distance.ts";
import type { MatchingCriterion, MatchingRule } from "./matching-rules.ts";

/** What of a record takes part in matching: a bank's row, a transaction, or a group of either. */
export interface Comparable {
  readonly amount: number;
  /** Milliseconds since 1970. */
  readonly date: number;
  /** Of a group: its members' texts joined with ` | `. */
  readonly reference: string;
  readonly description: string;
  /** Of a group with several: `MIXED`. */
  readonly currency: string;
}

/** Joins the texts of a group's members. */
export const partSeparator = " | ";
/** The currency of a group whose members differ; it matches every currency. */
export const mixedCurrency = "MIXED";

/** A record made ready to be compared often: its texts are folded once, when the first rule asks for them. */
export interface Ready {
  readonly amount: number;
  readonly date: number;
  readonly reference: ReadyText;
  readonly description: ReadyText;
  readonly currency: ReadyText;
}

/** Makes a record ready. */
export function ready(record: Comparable): Ready {
  return {
    amount: record.amount,
    date: record.date,
    reference: new ReadyText(record.reference),
    description: new ReadyText(record.description),
    currency: new ReadyText(record.currency),
  };
}

/** A text in small letters and how many bytes it has. */
export interface Lowered {
  readonly text: string;
  readonly bytes: number;
}

/** A text as the two ways of comparing see it: whole, and in parts if it is a group's. */
export class ReadyText {
  readonly text: string;
  #folded: string | undefined;
  #foldedParts: readonly string[] | undefined;
  #lowered: Lowered | undefined;
  #loweredParts: readonly Lowered[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get folded(): string {
    this.#folded ??= folded(this.text);
    return this.#folded;
  }

  get foldedParts(): readonly string[] {
    this.#foldedParts ??= this.text.split(partSeparator).map(folded);
    return this.#foldedParts;
  }

  get lowered(): Lowered {
    this.#lowered ??= lowered(this.text);
    return this.#lowered;
  }

  get loweredParts(): readonly Lowered[] {
    this.#loweredParts ??= this.text.split(partSeparator).map(lowered);
    return this.#loweredParts;
  }
}

/** True when any of the rules matches the pair. */
export function matchesAny(rules: readonly MatchingRule[], external: Ready, internal: Ready): boolean {
  return rules.some(({ criteria }) => criteria.every((criterion) => holds(criterion, external, internal)));
}

function holds(criterion: MatchingCriterion, external: Ready, internal: Ready): boolean {
  switch (criterion.field) {
    case "amount":
      return amountHolds(criterion, external.amount, internal.amount);
    case "date":
      return dateHolds(criterion, external.date, internal.date);
    case "reference":
      return textHolds(criterion, external.reference, internal.reference);
    case "description":
      return textHolds(criterion, external.description, internal.description);
    case "currency":
      return (
        internal.currency.text === mixedCurrency || textHolds(criterion, external.currency, internal.currency)
      );
    default:
      return false;
  }
}

function amountHolds(
  { operator, allowable_drift }: MatchingCriterion,
  external: number,
  internal: number,
): boolean {
  if (operator === "equals") return Math.abs(external - internal) <= Math.abs(internal) * allowable_drift;
  if (operator === "greater_than") return external > internal;
  return operator === "less_than" && external < internal;
}

function dateHolds(
  { operator, allowable_drift }: MatchingCriterion,
  external: number,
  internal: number,
): boolean {
  if (operator === "equals") return Math.abs(external - internal) / 1000 <= allowable_drift;
  if (operator === "greater_than") return external > internal;
  return operator === "less_than" && external < internal;
}

function textHolds(
  { operator, allowable_drift }: MatchingCriterion,
  external: ReadyText,
  internal: ReadyText,
): boolean {
  if (operator === "equals") return internal.foldedParts.includes(external.folded);
  const sought = external.lowered;
  return (
    operator === "contains" && internal.loweredParts.some((part) => isSimilar(sought, part, allowable_drift))
  );
}

/** A text for comparisons without regard to case, letter by letter: a long s is an s, a ß no ss. */
function folded(text: string): string {
  return mapped(text, (letter) => (letter === "ı" ? letter : (single(lower(upper(letter))) ?? letter)));
}

/** A text in small letters, each for itself: neither a final sigma nor a dot of its own comes of it. */
function lowered(written: string): Lowered {
  const text = mapped(written, (letter) => single(lower(letter)) ?? "i");
  return { text, bytes: Buffer.byteLength(text) };
}

const lower = (letter: string): string => letter.toLowerCase();
const upper = (letter: string): string => single(letter.toUpperCase()) ?? letter;

function single(letters: string): string | undefined {
  return [...letters].length === 1 ? letters : undefined;
}

function mapped(text: string, change: (letter: string) => string): string {
  return /^[\0-\x7F]*$/.test(text) ? text.toLowerCase() : Array.from(text, change).join("");
}

/** How many edits a drift allows: percent of the longer text's bytes. */
export function allowedEdits(bytes: number, drift: number): number {
  return Math.floor((bytes * drift) / 100);
}

/** One within the other, or so many edits apart as the drift (percent of the longer text's bytes) allows. */
function isSimilar(first: Lowered, second: Lowered, drift: number): boolean {
  if (first.text.includes(second.text) || second.text.includes(first.text)) return true;
  const allowed = allowedEdits(Math.max(first.bytes, second.bytes), drift);
  // A letter has four bytes at most: texts whose lengths lie further apart need no counting.
  if (allowed <= 0 || Math.abs(first.bytes - second.bytes) > 4 * allowed) return false;
  return isWithinEdits(first.text, second.text, allowed);
}
