import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAmount, parseAmount } from "./amounts.ts";

test.each([
  ["12.50", "USD", 1250n],
  ["12.5", "USD", 1250n],
  [" 1250 ", "JPY", 1250n],
  ["0.001", "KWD", 1n],
  ["-3", "EUR", -300n],
  ["−3", "EUR", -300n],
  ["0", "USD", 0n],
  ["007.10", "USD", 710n],
  // Beyond what a floating point number holds.
  ["90071992547409931.27", "USD", 9_007_199_254_740_993_127n],
])("%s %s is an amount", (text, currency, minor) => {
  expect(parseAmount(text, currency)).toBe(minor);
});

test.each([
  ["", "USD"],
  [" ", "USD"],
  ["1,250", "USD"],
  ["1.250,00", "EUR"],
  ["1 250", "EUR"],
  ["12.505", "USD"],
  ["12.500", "USD"],
  ["1.5", "JPY"],
  ["1.0", "JPY"],
  [".50", "USD"],
  ["12.", "USD"],
  ["1e3", "USD"],
  ["0x10", "USD"],
  ["+1", "USD"],
  ["--1", "USD"],
  ["1_000", "USD"],
  ["$12", "USD"],
  ["12 USD", "USD"],
  ["(12)", "USD"],
  ["NaN", "USD"],
  ["١٢", "USD"],
  ["12\n13", "USD"],
  ["9".repeat(39), "USD"],
])("%j %s is none, since it could mean another one or nothing", (text, currency) => {
  expect(parseAmount(text, currency)).toBeUndefined();
});

test.each([
  [5508n, "JPY", "5,508 JPY"],
  [-123_456n, "HUF", "-1,234.56 HUF"],
  [-741_000n, "IQD", "-741.000 IQD"],
  [12_345_678_901_234_567_890n, "USD", "123,456,789,012,345,678.90 USD"],
  [-5n, "USDT", "-0.05 USDT"],
  [0n, "USD", "0.00 USD"],
])("%d minor units of %s are written with the currency's decimals", (minor, currency, text) => {
  expect(formatAmount(minor, currency)).toBe(text);
});

test("what is written without its marks is read back digit by digit", () => {
  const currency = fc.constantFrom("USD", "JPY", "KWD", "CLF");
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), currency, (minor, code) => {
      const [number = ""] = formatAmount(minor, code).split(" ");
      expect(parseAmount(number.replaceAll(",", ""), code)).toBe(minor);
    }),
  );
});
