/**
 * Distribution of a transaction over several sources or destinations (contract sections 9.1.1 to 9.1.3).
 * Every minor unit ends somewhere: what truncation leaves over goes to the largest share.
 */
import Big from "big.js";
import { countableDouble, integerOf, toInt64 } from "./number-texts.ts";
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

/** What is made of items in their order, up to the first whose distribution is impossible. */
export function untilImpossible<Item, Made>(
  items: readonly Item[],
  make: (item: Item, index: number) => Made,
): { readonly made: readonly Made[]; readonly impossible?: SplitError } {
  const made: Made[] = [];
  for (const [index, item] of items.entries()) {
    try {
      made.push(make(item, index));
    } catch (error) {
      if (error instanceof SplitError) return { made, impossible: error };
      throw error;
    }
  }
  return { made };
}

/** Division keeps 16 fractional digits, half away from zero. */
const Exact = Big();
Exact.DP = 16;
Exact.RM = Exact.roundHalfUp;

const zero = new Exact(0);

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
  if (total === 0n) return oneByOne(items, () => 0n);
  // An identifier that comes again gets what its last item gets.
  if (total === 1n) return oneByOne(items, (index) => (index === 0 ? 1n : 0n));
  const whole = new Exact(total.toString());
  const fixed = takeFixed(items, whole, precision);
  const percentages = takePercentages(items, whole);
  if (percentages.percent.gt(100)) {
    throw new SplitError("total distributions exceed 100% or total amount");
  }
  const shares = new Map([...fixed.taken, ...percentages.taken]);
  giveTheRest(items, shares, fixed.rest.minus(sum(percentages.taken)));
  return settle(inRequestOrder(items, shares), total);
}

function oneByOne(items: readonly Distribution[], amountOf: (index: number) => bigint): readonly Share[] {
  const amounts = new Map(items.map(({ identifier }, index) => [identifier, amountOf(index)]));
  return [...amounts].map(([identifier, amount]) => ({ identifier, amount }));
}

type Kind = "left" | "percent" | "fixed";

function kindOf({ distribution, precise_distribution: precise }: Distribution): Kind {
  if (distribution === "left" || precise === "left") return "left";
  return distribution.endsWith("%") ? "percent" : "fixed";
}

function ofKind(items: readonly Distribution[], kind: Kind): readonly Distribution[] {
  return items.filter((item) => kindOf(item) === kind);
}

/** Fixed items in order, each within what is left; zero ones get nothing. */
function takeFixed(items: readonly Distribution[], whole: Big, precision: number) {
  const taken = new Map<string, Big>();
  let rest = whole;
  for (const item of ofKind(items, "fixed")) {
    const value = fixedValue(item, precision);
    if (value.eq(0)) continue;
    if (value.gt(rest)) throw new SplitError("fixed amount exceeds remaining transaction amount");
    rest = rest.minus(value);
    taken.set(item.identifier, value);
  }
  return { taken, rest };
}

function fixedValue(item: Distribution, precision: number): Big {
  if (item.precise_distribution !== "") return minorUnits(item.precise_distribution);
  if (item.distribution === "") return zero;
  return decimal(item.distribution, "invalid fixed amount format").times(toInt64(precision).toString());
}

function minorUnits(text: string): Big {
  const value = integerOf(text);
  if (value === undefined) {
    throw new SplitError("invalid precise_distribution format: must be an integer value in minor units");
  }
  return new Exact(value.toString());
}

/** Amounts and percentages go through a double, whose shortest decimal form counts. */
function decimal(text: string, problem: string): Big {
  const value = countableDouble(text);
  if (value === undefined) throw new SplitError(problem);
  return new Exact(String(value));
}

/** Percentages of the whole; what those below one minor unit miss goes to the largest of them. */
function takePercentages(items: readonly Distribution[], whole: Big) {
  const taken = new Map<string, Big>();
  let percent = zero;
  for (const { identifier, distribution } of ofKind(items, "percent")) {
    const part = decimal(distribution.slice(0, -1), "invalid percentage format");
    const share = whole.times(part).div(100);
    percent = percent.plus(part);
    taken.set(identifier, share.gt(0) && share.lt(1) ? zero : share);
  }
  const largest = largestOf(taken);
  if (largest !== undefined) {
    const shortfall = whole.times(percent).div(100).minus(sum(taken));
    taken.set(largest.identifier, largest.value.plus(shortfall));
  }
  return { taken, percent };
}

/** The first `left` item takes what is not spoken for; others get no leg. */
function giveTheRest(items: readonly Distribution[], shares: Map<string, Big>, rest: Big): void {
  const [first] = ofKind(items, "left");
  if (first === undefined) return;
  if (shares.has(first.identifier)) {
    throw new SplitError("multiple identifiers with 'left' distribution");
  }
  shares.set(first.identifier, rest);
}

function inRequestOrder(items: readonly Distribution[], shares: ReadonlyMap<string, Big>): readonly Share[] {
  const identifiers = new Set(items.map(({ identifier }) => identifier));
  return [...identifiers].flatMap((identifier) => {
    const share = shares.get(identifier);
    return share === undefined ? [] : [{ identifier, amount: truncated(share) }];
  });
}

function truncated(value: Big): bigint {
  return BigInt(value.round(0, Exact.roundDown).toFixed());
}

const nobody: Share = { identifier: "", amount: 0n };

/** The whole difference, up or down, goes to the largest share, if there is one above zero. */
function settle(shares: readonly Share[], total: bigint): readonly Share[] {
  const difference = shares.reduce((rest, { amount }) => rest - amount, total);
  const largest = shares.reduce((best, share) => (share.amount > best.amount ? share : best), nobody);
  return shares.map((share) => (share === largest ? { ...share, amount: share.amount + difference } : share));
}

/** The largest value above zero, the first of equal ones. */
function largestOf(values: ReadonlyMap<string, Big>) {
  let best: { readonly identifier: string; readonly value: Big } | undefined;
  for (const [identifier, value] of values) {
    if (value.gt(best?.value ?? 0)) best = { identifier, value };
  }
  return best;
}

function sum(values: ReadonlyMap<string, Big>): Big {
  return [...values.values()].reduce((total, value) => total.plus(value), zero);
}
