import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalAmount, decimalsOf, exactInteger, groupedInteger, sumByCurrency } from "./amounts.ts";
import { containsPattern, counted, prettyJson, shortId } from "./text.ts";
import { durationText, momentOf, relativeTime, utcTime } from "./time.ts";

describe("amounts", () => {
  test.each([
    [123456n, 100n, "1,234.56"],
    [0n, 100n, "0.00"],
    [-5n, 1000n, "-0.005"],
    [500n, 1n, "500"],
    [3n, 5n, "0.6"],
    [7n, 3n, "7/3"],
    [90071992547409931234n, 100n, "900,719,925,474,099,312.34"],
    [-100n, 100n, "-1.00"],
  ])("%s minor units at precision %s are %s", (minorUnits, precision, text) => {
    expect(decimalAmount(minorUnits, precision)).toBe(text);
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

  test("no digit is lost or invented, whatever the amount", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 12 }), (minorUnits, decimals) => {
        const text = decimalAmount(minorUnits, 10n ** BigInt(decimals));
        expect(BigInt(text.replace(/[,.]/g, ""))).toBe(minorUnits);
        expect(text.split(".")[1]?.length ?? 0).toBe(decimals);
      }),
    );
  });

  test("integers are grouped from the right", () => {
    expect([1n, 999n, 1000n, -1234567n].map(groupedInteger)).toEqual(["1", "999", "1,000", "-1,234,567"]);
  });

  test("only exact integers are taken", () => {
    expect([12, 12n, "12", 1.5, 2 ** 53, "1.5", "", null, undefined].map(exactInteger)).toEqual([
      12n,
      12n,
      12n,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("sums never mix currencies or precisions", () => {
    const usd = { currency: "USD", precision: 100n };
    const fine = { currency: "USD", precision: 10000n };
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
});

describe("times", () => {
  const moment = new Date("2026-11-24T22:05:09.120Z");

  test("are shown in UTC, with the zone", () => {
    expect(utcTime(moment)).toBe("2026-11-24 22:05:09 UTC");
    expect(utcTime(moment, "milliseconds")).toBe("2026-11-24 22:05:09.120 UTC");
  });

  test.each([
    ["2026-11-24T22:05:09.12Z", "2026-11-24T22:05:09.120Z"],
    ["2026-11-24T23:05:09.120+01:00", "2026-11-24T22:05:09.120Z"],
    ["2026-11-24 22:05:09.120000", "2026-11-24T22:05:09.120Z"],
    ["0001-01-01T00:00:00Z", undefined],
    ["", undefined],
    ["yesterday", undefined],
    [null, undefined],
  ])("%s is read as %s", (text, wanted) => {
    expect(momentOf(text)?.toISOString()).toBe(wanted);
  });

  test.each([
    [0, "just now"],
    [-90, "1 minute ago"],
    [-3600, "1 hour ago"],
    [-86_400 * 3, "3 days ago"],
    [7200, "in 2 hours"],
    [-31_536_000 * 2, "2 years ago"],
  ])("%s seconds from now is %s", (seconds, text) => {
    expect(relativeTime(new Date(moment.getTime() + seconds * 1000), moment)).toBe(text);
  });

  test("durations", () => {
    expect([0, 12.4, 999, 1000, 10_004].map(durationText)).toEqual([
      "0 ms",
      "12 ms",
      "999 ms",
      "1.0 s",
      "10.0 s",
    ]);
  });
});

describe("texts", () => {
  test("long ids are shortened in the middle, short ones kept", () => {
    expect(shortId("txn_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f")).toBe("txn_5ce86029…4c4f");
    expect(shortId("general_ledger_id")).toBe("general_ledger_id");
  });

  test("counts agree with their noun", () => {
    expect(counted(1, "balance")).toBe("1 balance");
    expect(counted(1200, "identity", "identities")).toBe("1,200 identities");
  });

  test("JSON keeps every digit, other text is left alone", () => {
    expect(prettyJson('{"a":90071992547409931234}')).toBe('{\n  "a": 90071992547409931234\n}');
    expect(prettyJson("<html>")).toBe("<html>");
  });

  test("wildcards in a searched text are literal", () => {
    expect(containsPattern("50%_x")).toBe("%50\\%\\_x%");
  });
});
