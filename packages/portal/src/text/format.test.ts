import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countOf,
  formatAgo,
  formatDuration,
  formatMoment,
  formatMoney,
  minorUnits,
  moneyParts,
  shortId,
} from "./format.ts";

describe("money", () => {
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

  test("takes texts, numbers and bigints of the wire, and refuses what is not exact", () => {
    expect(minorUnits(5)).toBe(5n);
    expect(minorUnits(90071992547409931n)).toBe(90071992547409931n);
    expect(minorUnits("-90071992547409931")).toBe(-90071992547409931n);
    for (const text of ["", "1.5", "0x10", " 1", "1e3"]) expect(() => minorUnits(text)).toThrow(RangeError);
    expect(() => minorUnits(1.5)).toThrow(RangeError);
    expect(() => minorUnits(2 ** 60)).toThrow(RangeError);
  });
});

test.each([
  [0, "0.0 s"],
  [-5, "0.0 s"],
  [9_990, "9.9 s"],
  [59_999, "59 s"],
  [65_000, "1 min 5 s"],
  [3_660_000, "1 h 1 min"],
])("%i ms lasts %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  ["2026-01-10T12:00:30Z", "just now"],
  ["2026-01-10T11:59:30Z", "just now"],
  ["2026-01-10T11:57:00Z", "3 minutes ago"],
  ["2026-01-10T10:00:00Z", "2 hours ago"],
  ["2026-01-09T11:00:00Z", "yesterday"],
])("%s seen at noon is %s", (moment, text) => {
  expect(formatAgo(new Date(moment), new Date("2026-01-10T12:00:00Z"), "en")).toBe(text);
});

test("a moment is written in UTC with its zone, and its seconds where they matter", () => {
  const moment = new Date("2026-01-10T13:00:37+01:00");
  expect(formatMoment(moment, true)).toBe("2026-01-10 12:00:37 UTC");
  expect(formatMoment(moment)).toBe("2026-01-10 12:00 UTC");
});

test("counts agree with their noun", () => {
  expect([0, 1, 1200].map((count) => countOf(count, "run", undefined, "en"))).toEqual([
    "0 runs",
    "1 run",
    "1,200 runs",
  ]);
  expect(countOf(2, "currency", "currencies", "en")).toBe("2 currencies");
});

test("long ids keep their kind and their end", () => {
  expect(shortId("txn_1")).toBe("txn_1");
  expect(shortId("txn_0f8b2c1e-1111-2222-3333-44445555abcd")).toBe("txn_0f8b2c1e…5abcd");
});
