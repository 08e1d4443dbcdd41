/**
 * A sheet of the journal: what was loaded for one commit, and what is to be written by it. Rules decide on
 * it movement by movement, so each sees what the ones before it changed.
 */

import type { Book, Pair } from "../rules/funds.ts";
import type { HoldFacts } from "../rules/holds.ts";
import type { TransactionRow } from "../rules/rows.ts";
import type { Annotation, Writes } from "../store/posting.ts";
import type { NewWork, WorkRefusal, WorkStep } from "../store/work.ts";

/** What a commit starts from. */
export interface Loaded {
  readonly books: ReadonlyMap<string, Book>;
  readonly usedReferences: ReadonlySet<string>;
  readonly holds: ReadonlyMap<string, HoldFacts>;
  /** Balance ids of indicators, by `indicatorKey`. */
  readonly indicators: Pick<ReadonlyMap<string, string>, "get">;
}

export function indicatorKey(indicator: string, currency: string): string {
  return `${currency}\u0000${indicator}`;
}

/** A working copy over what was loaded. */
export class Sheet {
  readonly loaded: Loaded;
  readonly #books = new Map<string, Book>();
  readonly #references = new Set<string>();
  readonly #holds = new Map<string, HoldFacts>();
  readonly #rows: TransactionRow[] = [];
  readonly #work: NewWork[] = [];
  readonly #steps: WorkStep[] = [];
  readonly #refusals: WorkRefusal[] = [];
  readonly #annotations: Annotation[] = [];
  readonly #resolved = new Set<string>();

  constructor(loaded: Loaded) {
    this.loaded = loaded;
  }

  /** The balance id a side stands for: itself, or the internal balance of an indicator. */
  resolve(side: string, currency: string): string {
    if (!side.startsWith("@")) return side;
    const balanceId = this.loaded.indicators.get(indicatorKey(side, currency)) ?? side;
    this.#resolved.add(balanceId);
    return balanceId;
  }

  /** Whether a movement that was attempted named this internal balance. */
  hasResolved(balanceId: string): boolean {
    return this.#resolved.has(balanceId);
  }

  book(balanceId: string): Book | undefined {
    return this.#books.get(balanceId) ?? this.loaded.books.get(balanceId);
  }

  isUsed(reference: string): boolean {
    return this.#references.has(reference) || this.loaded.usedReferences.has(reference);
  }

  hold(targetId: string): HoldFacts | undefined {
    return this.#holds.get(targetId) ?? this.loaded.holds.get(targetId);
  }

  setHold(targetId: string, facts: HoldFacts): void {
    this.#holds.set(targetId, facts);
  }

  /** Takes both books of a movement; each counts one version on. */
  move({ source, destination }: Pair): void {
    for (const book of [source, destination]) {
      this.#books.set(book.balanceId, { ...book, version: book.version + 1 });
    }
  }

  addRow(row: TransactionRow): void {
    this.#rows.push(row);
    if (row.reference !== null) this.#references.add(row.reference);
  }

  addWork(work: readonly NewWork[]): void {
    this.#work.push(...work);
  }

  annotate(annotations: readonly Annotation[]): void {
    this.#annotations.push(...annotations);
  }

  /** Takes a step on a piece of work; the last one finishes it. */
  advance(step: WorkStep): void {
    this.#steps.push(step);
  }

  /** Puts on record why an action that had been accepted was not carried out. */
  refuse(refusal: WorkRefusal): void {
    this.#refusals.push(refusal);
  }

  writes(): Writes {
    const books = [...this.#books].map(([balanceId, after]) => ({
      before: this.loaded.books.get(balanceId) ?? after,
      after,
    }));
    return {
      rows: this.#rows,
      books,
      work: this.#work,
      steps: this.#steps,
      refusals: this.#refusals,
      annotations: this.#annotations,
    };
  }
}
