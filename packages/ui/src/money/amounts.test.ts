import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  amountParts,
  decimalsOf,
  exactInteger,
  formatMoney,
  minorUnits,
  moneyParts,
  plainAmount,
  sumByCurrency,
} from "./amounts.ts";
import { numeralsOf } from "./numerals.ts";

describe("money as text", () => {
  test.each([
    [123450n, 2, "EUR", "1,234.50 EUR"],
    [-5n, 2, "usd", "−0.05 USD"],
    [0n, 2, "EUR", "0.00 EUR"],
    [1234n, 0, "JPY", "1,234 JPY"],
    [1234n, 3, "KWD", "1.234 KWD"],
    [90071992547409931n, 2, "EUR", "900,719,925,474,099.31 EUR"],
  ])("%s minor units with %i decimals of %s", (minor, decimals, currency, text) => {
    expect(formatMoney(minor, decimals, currency, "en")).toBe(text);
  });

  test("follows the reader's marks", () => {
    expect(formatMoney(-123456789n, 2, "EUR", "de")).toBe("−1.234.567,89 EUR");
  });

  // The decimals were once left in Latin digits behind a whole part in the reader's own.
  test.each(["ar-EG", "fa-IR", "bn-BD", "mr-IN", "my-MM", "ne-NP", "de-CH", "en-IN", "ja"])(
    "one numeral system in an amount for %s",
    (locale) => {
      const { digits, decimalMark } = numeralsOf(locale);
      const text = formatMoney(-1234567n, 2, "usd", locale);
      const shown = [...text].filter((character) => /\p{Nd}/u.test(character));
      expect(shown).toEqual([..."1234567"].map((digit) => digits[Number(digit)]));
      expect(text).toContain(decimalMark);
      expect(text.endsWith(" USD")).toBe(true);
    },
  );

  test("no digit is ever lost or added", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 6 }), (minor, decimals) => {
        const { sign, whole, fraction } = moneyParts(minor, decimals, "en");
        const digits = `${whole.replaceAll(",", "")}${fraction.slice(1)}`;
        expect(BigInt(digits) * (sign === "" ? 1n : -1n)).toBe(minor);
        expect(fraction.length).toBe(decimals === 0 ? 0 : decimals + 1);
      }),
    );
  });
});

describe("amounts by precision", () => {
  test.each([
    [123456n, 100n, "1,234.56", "1234.56"],
    [0n, 100n, "0.00", "0.00"],
    [-5n, 1000n, "−0.005", "-0.005"],
    [500n, 1n, "500", "500"],
    [3n, 5n, "0.6", "0.6"],
    [-7n, 3n, "−7/3", "-7/3"],
    [90071992547409931234n, 100n, "900,719,925,474,099,312.34", "900719925474099312.34"],
  ])("%s minor units at precision %s are %s, and %s for a program", (minor, precision, text, plain) => {
    const { sign, whole, fraction } = amountParts(minor, precision, "en");
    expect(`${sign}${whole}${fraction}`).toBe(text);
    expect(plainAmount(minor, precision)).toBe(plain);
  });

  test.each([
    [1n, 0],
    [100n, 2],
    [1000n, 3],
    [8n, 3],
    [3n, undefined],
    [0n, undefined],
    [-100n, undefined],
  ])("precision %s has %s decimals", (precision, decimals) => {
    expect(decimalsOf(precision)).toBe(decimals);
  });

  test("what a program reads back is the amount", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 12 }), (minor, decimals) => {
        const text = plainAmount(minor, 10n ** BigInt(decimals));
        expect(BigInt(text.replace(".", ""))).toBe(minor);
        expect(text.split(".")[1]?.length ?? 0).toBe(decimals);
      }),
    );
  });
});

describe("integers of the wire", () => {
  test("only exact ones are taken", () => {
    expect([12, 12n, "12", "-90071992547409931"].map(exactInteger)).toEqual([
      12n,
      12n,
      12n,
      -90071992547409931n,
    ]);
    for (const value of [1.5, 2 ** 53, "1.5", "", " 1", "0x10", "1e3", null, undefined]) {
      expect(exactInteger(value)).toBeUndefined();
    }
  });

  test("what is not exact is refused where an amount is needed", () => {
    expect(minorUnits("-90071992547409931")).toBe(-90071992547409931n);
    for (const amount of ["", "1.5", 1.5, 2 ** 60]) expect(() => minorUnits(amount)).toThrow(RangeError);
  });
});

test("sums never mix currencies or precisions", () => {
  const usd = { currency: "USD", precision: 100n };
  const fine = { currency: "USD", precision: 10_000n };
  const yen = { currency: "JPY", precision: 1n };
  expect(
    sumByCurrency([
      { ...usd, minorUnits: 1n },
      { ...yen, minorUnits: 5n },
      { ...fine, minorUnits: 9n },
      { ...usd, minorUnits: 2n ** 70n },
    ]),
  ).toEqual([
    { ...usd, minorUnits: 1n + 2n ** 70n },
    { ...yen, minorUnits: 5n },
    { ...fine, minorUnits: 9n },
  ]);
});
