/** Contract section 7.3 and 7.4 as tables. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countedDigits, hashOf, plainDecimal, toMajorUnits, toMinorUnits } from "./amounts.ts";

describe("minor units of an amount", () => {
  it.each([
    [1.005, 100, 101n],
    [0.005, 100, 1n],
    [0.004, 100, 0n],
    [19.99, 100, 1999n],
    [12.5, 1, 13n],
    [-12.5, 1, -13n],
    [123.456, 1000, 123456n],
    [1, 1e18, 10n ** 18n],
    // 2^53 and more: a double is counted with to its last digit, not as it is printed.
    [1, Number(1_234_567_890_123_456_768n), 1_234_567_890_123_456_768n],
    [0.1, Number(1_234_567_890_123_456_768n), 123_456_789_012_345_677n],
    [0.1, 1e23, 9_999_999_999_999_999_161_139n],
  ])("%d at precision %d is %d", (amount, precision, expected) => {
    expect(toMinorUnits(amount, precision)).toBe(expected);
  });
});

describe("major units of minor ones", () => {
  it.each([
    [1n, 3, "0.3333333333333333"],
    [2n, 3, "0.6666666666666667"],
    [1n, 1e18, "0"],
    [189207535698279123n, 1e18, "0.1892075356982791"],
    [13n, 1, "13"],
    [10n ** 30n, 100, `1${"0".repeat(28)}`],
  ])("%d at precision %d is %s", (minor, precision, text) => {
    expect(toMajorUnits(minor, precision)).toEqual({ text, amount: Number(text) });
  });

  it("come back as the same minor units at any precision that is a power of ten", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.nat({ max: 9 }), (minor, exponent) => {
        const precision = 10 ** exponent;
        expect(toMinorUnits(toMajorUnits(minor, precision).amount, precision)).toBe(minor);
      }),
    );
  });
});

it.each([
  [1e21, "1000000000000000000000", 22],
  [1e-7, "0.0000001", 1],
  [123.45, "123.45", 5],
  [100, "100", 3],
  [0.5, "0.5", 1],
])("%d is %s in plain decimals, with %d counted digits", (value, plain, digits) => {
  expect([plainDecimal(value), countedDigits(value)]).toEqual([plain, digits]);
});

it("hashes amount, reference, currency and both sides, one after the other", () => {
  const hash = hashOf({ amount: 100, reference: "r", currency: "USD", source: "a", destination: "b" });
  // sha256("100rUSDab")
  expect(hash).toBe("2799d550e1f80963ca7b64ad326bd7c7c597689556fcf7dc3d666cd2ce3b7349");
});

describe("a double in plain decimals", () => {
  it.each([
    [0, "0"],
    [-0.5, "-0.5"],
    [1e21, "1000000000000000000000"],
    [1.5e21, "1500000000000000000000"],
    [-1e-7, "-0.0000001"],
    [1.25e-7, "0.000000125"],
    [123456789012345680000, "123456789012345680000"],
  ])("%d is %s", (number, text) => {
    expect(plainDecimal(number)).toBe(text);
  });

  it("is the same number again, without an exponent", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = plainDecimal(number);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});
