import { expect, test } from "vitest";
import { compareValues, nextSorting } from "./sorting.ts";

test("bigints compare exactly, numbers inside texts as numbers", () => {
  expect(compareValues(9007199254740992n, 9007199254740993n)).toBe(-1);
  expect(compareValues(-1n, -1n)).toBe(0);
  expect(compareValues(3, 2)).toBe(1);
  expect(compareValues("run 10", "run 9")).toBeGreaterThan(0);
});

test("pressing a heading turns the direction, another column starts ascending", () => {
  const first = nextSorting(undefined, "net");
  const second = nextSorting(first, "net");
  expect([first.direction, second.direction, nextSorting(second, "net").direction]).toEqual([
    "ascending",
    "descending",
    "ascending",
  ]);
  expect(nextSorting(second, "fee")).toEqual({ column: "fee", direction: "ascending" });
});
