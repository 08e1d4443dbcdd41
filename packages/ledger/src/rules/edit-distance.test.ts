import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, isWithinEdits } from "./edit-distance.ts";

describe("edit distance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["flaw", "lawn", 2],
    ["ü", "u", 1],
    ["😀a", "😀b", 1],
  ])("%s → %s is %i", (first, second, distance) => {
    expect(editDistance(first, second)).toBe(distance);
  });

  it("is a distance", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, word, (first, second, third) => {
        expect(editDistance(first, second)).toBe(editDistance(second, first));
        expect(editDistance(first, second) === 0).toBe(first === second);
        expect(editDistance(first, third)).toBeLessThanOrEqual(
          editDistance(first, second) + editDistance(second, third),
        );
      }),
    );
  });

  it.each([
    ["xax", "a", 2],
    ["a", "xax", 2],
    ["abc", "abc", 0],
    ["", "ab", 2],
  ])("%j lies within as many edits from %j as it is longer or shorter", (first, second, distance) => {
    expect(isWithinEdits(first, second, distance)).toBe(true);
    expect(isWithinEdits(first, second, distance - 1)).toBe(false);
  });

  it("is within so many edits as it is, and not within one less", () => {
    // Few letters, so that many texts are alike; some of them two units long.
    const word = fc
      .array(fc.constantFrom("a", "b", "c", "ü", "😀"), { maxLength: 12 })
      .map((letters) => letters.join(""));
    fc.assert(
      fc.property(word, word, word, word, (before, one, other, after) => {
        const [first, second] = [before + one + after, before + other + after];
        const distance = editDistance(first, second);
        expect(isWithinEdits(first, second, distance)).toBe(true);
        if (distance > 0) expect(isWithinEdits(first, second, distance - 1)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
