/** Contract section 9.1 as tables. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UncountableNumber } from "./number-texts.ts";
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

const emptyItem = { identifier: "", distribution: "", precise_distribution: "", transaction_id: "" };

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
    ["with no share of a whole unit gives nobody anything", 2n, ["33%", "33%", "34%"], [0n, 0n, 0n]],
    ["below zero is left to fail when it is posted", 1000n, ["-10%"], [-100n]],
    ["reads numbers as Core does", 10_000n, ["1_0%", "0x1p3%", "+.5", "left"], [1000n, 800n, 50n, 8150n]],
  ])("%s", (_name, total, definitions, expected) => {
    expect(amounts(total, ...definitions)).toEqual(expected);
  });

  it.each<readonly [string, readonly string[]]>([
    ["fixed amount exceeds remaining transaction amount", ["11"]],
    ["invalid fixed amount format", ["abc"]],
    ["invalid precise_distribution format: must be an integer value in minor units", ["=1.5"]],
    ["invalid percentage format", ["x%"]],
    ["invalid percentage format", ["0x10%", "60%", "60%"]],
    ["invalid fixed amount format", ["x%", "1__0"]],
    ["invalid fixed amount format", ["1e400"]],
    ["total distributions exceed 100% or total amount", ["60%", "50%"]],
  ])("is refused: %s", (text, definitions) => {
    expect(() => amounts(1000n, ...definitions)).toThrow(new SplitError(text));
  });

  it("takes an identifier that comes again as its last item has it", () => {
    const [one, two] = items("1", "5").map((item) => ({ ...item, identifier: "same" }));
    const [rest] = items("left");
    if (one === undefined || two === undefined || rest === undefined) throw new Error("no items");
    expect(distribute([one, two], 1n, 100)).toEqual([{ identifier: "same", amount: 0n }]);
    expect(distribute([one, two, rest], 1000n, 100)).toEqual([
      { identifier: "same", amount: 600n },
      { identifier: "b0", amount: 400n },
    ]);
  });

  it("counts a rest before a percentage, and only the first rest", () => {
    const both = { ...emptyItem, identifier: "a", distribution: "50%", precise_distribution: "left" };
    const half = { ...emptyItem, identifier: "b", distribution: "10%" };
    const again = { ...emptyItem, identifier: "b", distribution: "left" };
    expect(distribute([both, half, again], 1000n, 100)).toEqual([
      { identifier: "a", amount: 900n },
      { identifier: "b", amount: 100n },
    ]);
  });

  it.each(["inf%", "NaN", "-Infinity"])("breaks down on %s", (distribution) => {
    expect(() => amounts(1000n, distribution)).toThrow(UncountableNumber);
  });

  it("adds up to the whole, or gives nobody anything", () => {
    const percent = fc.nat({ max: 3333 }).map((value) => `${value / 100}%`);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 10n ** 25n }),
        fc.array(percent, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (total, percentages, withRest) => {
          const shares = amounts(total, ...percentages, ...(withRest ? ["left"] : []));
          const sum = shares.reduce((rest, share) => rest + share, 0n);
          expect(sum).toBe(shares.some((share) => share > 0n) ? total : 0n);
        },
      ),
    );
  });
});
