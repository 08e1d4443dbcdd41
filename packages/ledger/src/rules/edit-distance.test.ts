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

  it("is within so many edits exactly when it is no more", () => {
    // Few letters, so that many texts are alike; some of them two units long.
    const word = fc.array(fc.constantFrom("a", "b", "c", "ü", "😀"), { maxLength: 12 });
    fc.assert(
      fc.property(word, word, word, word, fc.nat({ max: 12 }), (before, one, other, after, most) => {
        const [first, second] = [one, other].map((middle) => [...before, ...middle, ...after].join(""));
        const distance = editDistance(first ?? "", second ?? "");
        expect(isWithinEdits(first ?? "", second ?? "", most)).toBe(distance <= most);
      }),
      { numRuns: 2_000 },
    );
  });
});
