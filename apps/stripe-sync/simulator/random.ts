/** Numbers that look random and depend on the seed alone, so that a seed names one account for ever. */

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export type Random = {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** An id of Stripe's form: `id("ch")` gives `ch_1` and 23 letters and digits. */
  id(prefix: string): string;
};

/**
 * @param seed any whole number; its lower 32 bits count.
 * @example
 * ```ts
 * seededRandom(7).between(1, 6) === seededRandom(7).between(1, 6); // true
 * ```
 */
export function seededRandom(seed: number): Random {
  const next = mulberry(seed);
  const below = (limit: number) => Math.floor((next() / 0x1_0000_0000) * limit);
  const between = (least: number, most: number) => least + below(most - least + 1);
  return {
    between,
    chance: (percent) => below(100) < percent,
    pick: (list) => list[below(list.length)] ?? list[0],
    id: (prefix) => `${prefix}_1${Array.from({ length: 23 }, () => letters[below(letters.length)]).join("")}`,
  };
}

/** The mulberry32 generator: 32 bits of state, a full period, and four lines. */
function mulberry(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
