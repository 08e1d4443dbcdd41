/** Contract section 9.1 as tables. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distribute, SplitError } from "./splits.ts";
import type { Distribution } from "./validation.ts";

function items(...definitions: readonly string[]): readonly Distribution[] {
  return definitions.map((distribution, index) => {
    const isPrecise = distribution.startsWith("=");
    return {
      identifier: `b${index}`,
      distribution: isPrecise ? "" : distribution,
      precise_distribution: isPrecise ? distribution.slice(1) : "",
      transaction_id: "",
    };
  });
}

const amounts = (total: bigint, ...definitions: readonly string[]) =>
  distribute(items(...definitions), total, 100).map(({ amount }) => amount);

describe("a distribution", () => {
  it.each<readonly [string, bigint, readonly string[], readonly bigint[]]>([
    ["by percentages", 1000n, ["20%", "80%"], [200n, 800n]],
    ["by fixed amounts", 24_023n, ["240.23"], [24_023n]],
    ["by minor units", 1000n, ["=250", "left"], [250n, 750n]],
    ["with the rest to one", 1000n, ["10%", "2.5", "left"], [100n, 250n, 650n]],
    ["that leaves a unit over gives it to the largest", 100n, ["33.33%", "66.67%"], [33n, 67n]],
    ["below the whole tops up the largest", 1000n, ["50%", "30%"], [700n, 300n]],
    ["above the whole shrinks the largest", 100n, ["0.5", "80%"], [50n, 50n]],
    ["of one unit gives it to the first", 1n, ["50%", "50%"], [1n, 0n]],
    ["of nothing gives nothing to each", 0n, ["50%", "50%"], [0n, 0n]],
    ["gives a zero fixed item no leg", 100n, ["0", "left"], [100n]],
    ["gives later rests no leg", 100n, ["left", "left"], [100n]],
    ["moves shares below one unit to the largest", 10n, ["5%", "95%"], [0n, 10n]],
  ])("%s", (_name, total, definitions, expected) => {
    expect(amounts(total, ...definitions)).toEqual(expected);
  });

  it.each<readonly [string, readonly string[]]>([
    ["fixed amount exceeds remaining transaction amount", ["11"]],
    ["invalid fixed amount format", ["abc"]],
    ["invalid precise_distribution format: must be an integer value in minor units", ["=1.5"]],
    ["invalid percentage format", ["x%"]],
    ["total distributions exceed 100% or total amount", ["60%", "50%"]],
  ])("is refused: %s", (text, definitions) => {
    expect(() => amounts(1000n, ...definitions)).toThrow(new SplitError(text));
  });

  it("always adds up to the whole", () => {
    const percent = fc.nat({ max: 3333 }).map((value) => `${value / 100}%`);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 10n ** 25n }),
        fc.array(percent, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (total, percentages, withRest) => {
          const shares = amounts(total, ...percentages, ...(withRest ? ["left"] : []));
          expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(total);
        },
      ),
    );
  });
});
