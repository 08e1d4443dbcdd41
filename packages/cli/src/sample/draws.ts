/** Draws that come out the same each time: nothing here is a secret. */

export type Draws = {
  /** A whole number from 0 to below the given one. */
  below(limit: number): number;
  oneOf<Value>(values: readonly [Value, ...Value[]] | readonly Value[]): Value;
};

const multiplier = 1_103_515_245;
const increment = 12_345;
const modulus = 2 ** 31;
/** The low bits of such a sequence have short periods. */
const lowBits = 2 ** 12;

/** A linear congruential sequence, as the C standard gives it for an example. */
export function createDraws(seed = 20_260_831): Draws {
  let state = seed;
  const below = (limit: number) => {
    state = Number((BigInt(state) * BigInt(multiplier) + BigInt(increment)) % BigInt(modulus));
    return Math.floor(state / lowBits) % limit;
  };
  return {
    below,
    oneOf: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new RangeError("There is nothing to draw from.");
      return value;
    },
  };
}
