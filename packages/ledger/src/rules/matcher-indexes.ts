/**
 * Which records can hold a criterion at all. An index may name some that do not, never leave out one that does:
 * whoever asks compares what it names.
 */
import { byLikeness } from "./likeness-index.ts";
import { listed } from "./listed.ts";
import { type Lowered, mixedCurrency, type Ready, type ReadyText } from "./matching.ts";
import type { MatchingCriterion } from "./matching-rules.ts";
import { bySubstring } from "./substring-index.ts";

/** Records that may match: how many, and where they stand. */
export interface Candidates {
  readonly count: number;
  positions(): Iterable<number>;
}

/** The candidates for the external side of a comparison; undefined when it could be any record. */
export type CriterionIndex = (external: Ready) => Candidates | undefined;

type TextField = "reference" | "description" | "currency";

/** The index of a criterion; undefined when it leaves nothing out. */
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
      return operator === "contains" && field !== "currency" ? byLetters(targets, field, drift) : undefined;
    default:
      return undefined;
  }
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

/** One text within the other, or both alike: each text is looked at once, however many records have it. */
function byLetters(
  targets: readonly Ready[],
  field: "reference" | "description",
  drift: number,
): CriterionIndex {
  const positions = new Map<string, number[]>();
  const texts = new Map<string, Lowered>();
  for (const [position, target] of targets.entries()) {
    for (const part of target[field].loweredParts) {
      listed(positions, part.text, position);
      texts.set(part.text, part);
    }
  }
  const lists = [...positions.values()];
  const within = bySubstring([...texts.keys()]);
  const alike = drift > 0 ? byLikeness([...texts.values()], drift) : () => [];
  return (external) => {
    const { lowered } = external[field];
    const [contained, likely] = [within(lowered.text), alike(lowered)];
    if (contained === undefined || likely === undefined) return undefined;
    return together([...new Set([...contained, ...likely])].map((place) => lists[place] ?? []));
  };
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
