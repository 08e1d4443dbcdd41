/**
 * Distribution of a transaction over several sources or destinations (contract sections 9.1.1 to 9.1.3).
 * Every minor unit ends somewhere: what truncation leaves over goes to the largest share.
 */
import Big from "big.js";
import type { Distribution } from "./validation.ts";

/** One leg: who gets how many minor units. */
export interface Share {
  readonly identifier: string;
  readonly amount: bigint;
}

/** A definition that can't be distributed; `message` is the text of contract section 9.1.3. */
export class SplitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SplitError";
  }
}

const exact = Big();
const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

type Part =
  | { readonly kind: "fixed"; readonly identifier: string; readonly value: Big }
  | { readonly kind: "percent"; readonly identifier: string; readonly percent: Big }
  | { readonly kind: "left"; readonly identifier: string };

/**
 * Distributes `total` minor units.
 *
 * @returns legs in the order of their first item; empty when no item gets one
 * @throws SplitError
 * @example distribute([{ identifier: "a", distribution: "30%", … }, { identifier: "b", distribution: "left", … }], 101n, 100)
 */
export function distribute(
  items: readonly Distribution[],
  total: bigint,
  precision: number,
): readonly Share[] {
  if (total === 0n) return unique(items.map(({ identifier }) => ({ identifier, amount: 0n })));
  if (total === 1n) {
    return unique(items.map(({ identifier }, index) => ({ identifier, amount: index === 0 ? 1n : 0n })));
  }
  const parts = items.map((item) => classify(item, precision));
  const whole = new exact(total.toString());
  const fixed = takeFixed(parts, whole);
  const percentages = takePercentages(parts, whole);
  checkTotals(parts, fixed, whole);
  const shares = new Map<string, Big>([...fixed, ...percentages]);
  giveTheRest(parts, shares, whole, sum([...fixed.values(), ...percentages.values()]));
  return settle(inRequestOrder(items, shares), total);
}

function unique(shares: readonly Share[]): readonly Share[] {
  const byIdentifier = new Map<string, Share>();
  for (const share of shares) {
    if (!byIdentifier.has(share.identifier)) byIdentifier.set(share.identifier, share);
  }
  return [...byIdentifier.values()];
}

function classify(item: Distribution, precision: number): Part {
  const { identifier, distribution, precise_distribution: precise } = item;
  if (distribution.endsWith("%")) {
    return {
      kind: "percent",
      identifier,
      percent: decimal(distribution.slice(0, -1), "invalid percentage format"),
    };
  }
  if (distribution === "left" || precise === "left") return { kind: "left", identifier };
  return { kind: "fixed", identifier, value: fixedValue(distribution, precise, precision) };
}

function fixedValue(distribution: string, precise: string, precision: number): Big {
  if (precise !== "") return new exact(minorUnits(precise).toString());
  if (distribution === "") return new exact(0);
  return decimal(distribution, "invalid fixed amount format").times(String(precision));
}

function minorUnits(text: string): bigint {
  const problem = "invalid precise_distribution format: must be an integer value in minor units";
  if (!/^[+-]?\d+$/.test(text)) throw new SplitError(problem);
  const value = BigInt(text.replace("+", ""));
  if (value < int64.least || value > int64.most) throw new SplitError(problem);
  return value;
}

function decimal(text: string, problem: string): Big {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/.test(text)) throw new SplitError(problem);
  return new exact(text.replace(/^\+/, ""));
}

/** Fixed items in order, each within what is left; zero ones get nothing. */
function takeFixed(parts: readonly Part[], whole: Big): Map<string, Big> {
  const taken = new Map<string, Big>();
  let rest = whole;
  for (const part of parts) {
    if (part.kind !== "fixed" || part.value.eq(0)) continue;
    if (part.value.gt(rest)) throw new SplitError("fixed amount exceeds remaining transaction amount");
    rest = rest.minus(part.value);
    taken.set(part.identifier, part.value);
  }
  return taken;
}

/** Percentages of the whole; those below one minor unit fall to the largest of them. */
function takePercentages(parts: readonly Part[], whole: Big): Map<string, Big> {
  const taken = new Map<string, Big>();
  let wanted = new exact(0);
  for (const part of parts) {
    if (part.kind !== "percent") continue;
    const share = whole.times(part.percent).times("0.01");
    wanted = wanted.plus(share);
    taken.set(part.identifier, share.gt(0) && share.lt(1) ? new exact(0) : share);
  }
  const shortfall = wanted.minus(sum([...taken.values()]));
  const largest = largestOf(taken);
  if (largest !== undefined && !shortfall.eq(0)) {
    taken.set(largest, (taken.get(largest) ?? new exact(0)).plus(shortfall));
  }
  return taken;
}

function checkTotals(parts: readonly Part[], fixed: ReadonlyMap<string, Big>, whole: Big): void {
  const percent = sum(parts.flatMap((part) => (part.kind === "percent" ? [part.percent] : [])));
  if (percent.gt(100) || percent.lt(0) || sum([...fixed.values()]).gt(whole)) {
    throw new SplitError("total distributions exceed 100% or total amount");
  }
}

/** The first `left` item takes what is not spoken for; others get no leg. */
function giveTheRest(parts: readonly Part[], shares: Map<string, Big>, whole: Big, spoken: Big): void {
  const left = parts.filter((part) => part.kind === "left");
  const [first] = left;
  if (first === undefined) return;
  if (left.some((part) => shares.has(part.identifier))) {
    throw new SplitError("multiple identifiers with 'left' distribution");
  }
  shares.set(first.identifier, whole.minus(spoken));
}

function inRequestOrder(items: readonly Distribution[], shares: ReadonlyMap<string, Big>): readonly Share[] {
  const identifiers = new Set(items.map(({ identifier }) => identifier));
  return [...identifiers].flatMap((identifier) => {
    const share = shares.get(identifier);
    return share === undefined ? [] : [{ identifier, amount: truncated(share) }];
  });
}

function truncated(value: Big): bigint {
  return BigInt(value.round(0, exact.roundDown).toFixed());
}

/** The whole difference, up or down, goes to the largest share. */
function settle(shares: readonly Share[], total: bigint): readonly Share[] {
  const difference = shares.reduce((rest, { amount }) => rest - amount, total);
  if (difference === 0n || shares.length === 0) return shares;
  const largest = shares.reduce((best, share) => (share.amount > best.amount ? share : best));
  return shares.map((share) => (share === largest ? { ...share, amount: share.amount + difference } : share));
}

function largestOf(values: ReadonlyMap<string, Big>): string | undefined {
  let best: string | undefined;
  for (const [identifier, value] of values) {
    if (best === undefined || value.gt(values.get(best) ?? 0)) best = identifier;
  }
  return best;
}

function sum(values: readonly Big[]): Big {
  return values.reduce((total, value) => total.plus(value), new exact(0));
}
