import { expect, test } from "vitest";
import { mostOfPage, toBeEnded } from "./browser-memory.ts";

test("what takes too much is ended, and of many together the largest until the rest may stay", () => {
  const half = mostOfPage / 2;
  expect(
    toBeEnded([
      { id: 1, size: half },
      { id: 2, size: mostOfPage + 1 },
    ]),
  ).toEqual([2]);
  const many = Array.from({ length: 6 }, (_, id) => ({ id, size: half + id }));
  expect(toBeEnded(many)).toEqual([5, 4, 3]);
  expect(toBeEnded(many.slice(0, 3))).toEqual([]);
});
