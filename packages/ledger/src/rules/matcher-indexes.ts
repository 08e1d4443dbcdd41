/**
 * Which records can hold a criterion at all. An index may name some that do not, never leave out one that does:
 * whoever asks compares what it names.
 */
import { mixedCurrency, type Ready, type ReadyText } from "./matching.ts";
import type { MatchingCriterion } from "./matching-rules.ts";

/** Records that may match: how many, and where they stand. */
export interface Candidates {
  readonly count: number;
  positions(): Iterable<number>;
}

/** The candidates for the external side of a comparison; undefined when it could be any record. */
export type CriterionIndex = (external: Ready) => Candidates | undefined;

type TextField = "reference" | "description" | "currency";

/** The index of a criterion; undefined when it leaves nothing out, or compares by likeness. */
export function indexOf(criterion: MatchingCriterion, targets: readonly Ready[]): CriterionIndex | undefined {
  const { field, operator, allowable_drift: drift } = criterion;
  switch (field) {
    case "amount":
      return byOrder(
        targets,
        ({ amount }) => amount,
        operator,
        (amount) => amountsAround(amount, drift),
      );
    case "date":
      return byOrder(
        targets,
        ({ date }) => date,
        operator,
        (date) => [date - drift * 1000, date + drift * 1000],
      );
    case "reference":
    case "description":
    case "currency":
      if (operator === "equals") return byHash(targets, field);
      return operator === "contains" && drift <= 0 && field !== "currency"
        ? bySubstring(targets, field)
        : undefined;
    default:
      return undefined;
  }
}

function listed<Key>(lists: Map<Key, number[]>, key: Key, position: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [position]);
  else if (list.at(-1) !== position) list.push(position);
}

function byHash(targets: readonly Ready[], field: TextField): CriterionIndex {
  const positions = new Map<string, number[]>();
  const mixed: number[] = [];
  for (const [position, target] of targets.entries()) {
    const text: ReadyText = target[field];
    for (const part of text.foldedParts) listed(positions, part, position);
    if (field === "currency" && text.text === mixedCurrency) mixed.push(position);
  }
  return (external) => together([positions.get(external[field].folded) ?? [], mixed]);
}

function together(lists: readonly (readonly number[])[]): Candidates {
  return { count: lists.reduce((sum, list) => sum + list.length, 0), positions: () => lists.flat() };
}

/** A little more than what the comparison itself lets pass, since doubles are rounded. */
const slack = 1e-9;

/** The amounts that differ from one by no more than a share of themselves. */
function amountsAround(amount: number, drift: number): readonly [number, number] {
  if (drift >= 1) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ends = [amount / (1 + drift), amount / (1 - drift)];
  return [Math.min(...ends), Math.max(...ends)];
}

function byOrder(
  targets: readonly Ready[],
  measure: (target: Ready) => number,
  operator: string,
  around: (value: number) => readonly [number, number],
): CriterionIndex {
  if (!["equals", "greater_than", "less_than"].includes(operator)) return () => together([]);
  const order = Uint32Array.from(targets.keys()).sort((left, right) => at(left) - at(right));
  const values = Float64Array.from(order, at);
  function at(position: number): number {
    const target = targets[position];
    return target === undefined ? Number.NaN : measure(target);
  }
  return (external) => {
    const value = measure(external);
    const [from, to] = bounds(operator, value, around);
    const start = firstFrom(values, from - Math.abs(from) * slack);
    const end = firstFrom(values, to + Math.abs(to) * slack + Number.MIN_VALUE);
    return { count: Math.max(0, end - start), positions: () => order.subarray(start, end) };
  };
}

function bounds(
  operator: string,
  value: number,
  around: (value: number) => readonly [number, number],
): readonly [number, number] {
  if (operator === "equals") return around(value);
  return operator === "greater_than" ? [Number.NEGATIVE_INFINITY, value] : [value, Number.POSITIVE_INFINITY];
}

/** Where the first value stands that is no less than this one. */
function firstFrom(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const letters = 3;

function* triples(text: string): Generator<string> {
  for (let start = 0; start + letters <= text.length; start += 1) yield text.slice(start, start + letters);
}

/** Either text within the other: a longer target has all triples of the text, a shorter one stands in it whole. */
function bySubstring(targets: readonly Ready[], field: "reference" | "description"): CriterionIndex {
  const having = new Map<string, number[]>();
  const whole = wholeTexts();
  const short: number[] = [];
  for (const [position, target] of targets.entries()) {
    for (const { text } of target[field].loweredParts) {
      if (text.length < letters) short.push(position);
      else whole.add(text, position);
      for (const triple of triples(text)) listed(having, triple, position);
    }
  }
  return (external) => {
    const { text } = external[field].lowered;
    if (text.length < letters) return undefined;
    const longer = Array.from(triples(text), (triple) => having.get(triple) ?? []);
    const rarest = longer.reduce((few, list) => (list.length < few.length ? list : few));
    return together([rarest, short, ...whole.within(text)]);
  };
}

/** Texts that are looked up by a longer one: only in lengths that a text beginning with the same letters has. */
function wholeTexts() {
  const positions = new Map<string, number[]>();
  const lengths = new Map<string, Set<number>>();
  return {
    add(text: string, position: number): void {
      listed(positions, text, position);
      const beginning = text.slice(0, letters);
      lengths.set(beginning, (lengths.get(beginning) ?? new Set()).add(text.length));
    },
    *within(text: string): Generator<readonly number[]> {
      for (let start = 0; start + letters <= text.length; start += 1) {
        for (const length of lengths.get(text.slice(start, start + letters)) ?? []) {
          if (start + length > text.length) continue;
          const found = positions.get(text.slice(start, start + length));
          if (found !== undefined) yield found;
        }
      }
    },
  };
}
