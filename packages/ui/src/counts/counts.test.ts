import { expect, test } from "vitest";
import { countOf } from "./counts.ts";

test("counts agree with their noun", () => {
  expect([0, 1, 1200].map((count) => countOf(count, "run", undefined, "en"))).toEqual([
    "0 runs",
    "1 run",
    "1,200 runs",
  ]);
  expect(countOf(2, "currency", "currencies", "en")).toBe("2 currencies");
});
