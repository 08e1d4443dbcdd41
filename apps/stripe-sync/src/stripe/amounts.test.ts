import { describe, expect, test } from "vitest";
import {
  amountText,
  decimalsOf,
  exactAmount,
  precisionOf,
  stripeCurrencies,
  UnknownCurrency,
} from "./amounts.ts";

describe("Stripe's own table of decimals", () => {
  test.each([
    ["usd", 2, 100],
    ["eur", 2, 100],
    ["jpy", 0, 1],
    ["krw", 0, 1],
    ["kwd", 3, 1000],
    ["tnd", 3, 1000],
    // Where Stripe and ISO 4217 part: ISO says 2, 0, 0.
    ["mga", 0, 1],
    ["isk", 2, 100],
    ["ugx", 2, 100],
    // Whole units in payouts only; amounts have two decimals.
    ["huf", 2, 100],
    ["twd", 2, 100],
  ])("%s has %i decimals", (currency, decimals, precision) => {
    expect(decimalsOf(currency)).toBe(decimals);
    expect(decimalsOf(currency.toUpperCase())).toBe(decimals);
    expect(precisionOf(currency)).toBe(precision);
  });

  test("an unknown code is an error, never two decimals", () => {
    for (const currency of ["", "XYZ", "USDC", "EURO"]) {
      expect(() => decimalsOf(currency)).toThrow(UnknownCurrency);
    }
  });

  test("no code stands twice or misspelt", () => {
    expect(stripeCurrencies.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    expect(stripeCurrencies.length).toBe(new Set(stripeCurrencies).size);
  });
});

test("an amount a double may have rounded is refused", () => {
  expect(exactAmount(-99_999_999)).toBe(-99_999_999n);
  for (const amount of [1.5, Number.NaN, 2 ** 53]) expect(() => exactAmount(amount)).toThrow(RangeError);
});

test.each([
  ["-101665076", "USD", 2, "-1,016,650.76 USD"],
  ["5508", "JPY", 0, "5,508 JPY"],
  ["7", "KWD", 3, "0.007 KWD"],
  ["105050", "XYZ", 0, "105,050 minor units of XYZ"],
  ["123456789012345678901", "EUR", 2, "1,234,567,890,123,456,789.01 EUR"],
])("%s of %s reads as people write it", (minor, currency, decimals, text) => {
  expect(amountText({ minor, currency, decimals })).toBe(text);
});
