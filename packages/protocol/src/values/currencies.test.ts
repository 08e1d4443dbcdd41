import { expect, test } from "vitest";
import { currencyDecimals } from "../index.ts";

test.each([
  ["USD", 2],
  ["HUF", 2],
  ["IDR", 2],
  ["JPY", 0],
  ["jpy", 0],
  // As a field of a file has it: a hundredfold of every amount, where it was none.
  [" JPY\t", 0],
  ["IQD", 3],
  ["KWD", 3],
  ["CLF", 4],
  ["USDT", 2],
  ["", 2],
])("%s has %i decimals", (currency, decimals) => {
  expect(currencyDecimals(currency)).toBe(decimals);
});
