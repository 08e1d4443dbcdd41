import { expect, test } from "vitest";
import { numberInDigits } from "./digits.ts";

test.each([
  ["20", 20],
  ["007", 7],
  ["0x1", undefined],
  ["1e1", undefined],
  ["+1", undefined],
  ["1.0", undefined],
  [" 1", undefined],
  ["", undefined],
  ["١", undefined],
  [20, undefined],
])("%j is %s", (text, number) => {
  expect(numberInDigits(text)).toBe(number);
});
