import { describe, expect, it } from "vitest";
import { type Comparable, matchesAny as matchesReady, ready } from "./matching.ts";
import type { MatchingRule } from "./matching-rules.ts";

const matchesAny = (rules: readonly MatchingRule[], external: Comparable, internal: Comparable): boolean =>
  matchesReady(rules, ready(external), ready(internal));

const plain: Comparable = {
  amount: 100,
  date: Date.parse("2024-05-01T10:00:00Z"),
  reference: "INV-1",
  description: "Payment from Ann",
  currency: "USD",
};

function matches(
  field: string,
  operator: string,
  drift: number,
  external: Partial<Comparable>,
  internal: Partial<Comparable>,
): boolean {
  const criteria = [{ field, operator, value: "", pattern: "", allowable_drift: drift }];
  return matchesAny([{ criteria }], { ...plain, ...external }, { ...plain, ...internal });
}

const at = (seconds: number): { readonly date: number } => ({ date: plain.date + seconds * 1000 });

describe("one criterion", () => {
  it.each([
    ["amount", "equals", 0, { amount: 10.5 }, { amount: 10.5 }, true],
    ["amount", "equals", 0, { amount: 10.51 }, { amount: 10.5 }, false],
    ["amount", "equals", 0.01, { amount: 252 }, { amount: 250 }, true],
    ["amount", "equals", 0.01, { amount: 253 }, { amount: 250 }, false],
    ["amount", "equals", 0.01, { amount: -99 }, { amount: -100 }, true],
    ["amount", "greater_than", 0, { amount: 101 }, {}, true],
    ["amount", "greater_than", 0, { amount: 100 }, {}, false],
    ["amount", "less_than", 0, { amount: 99 }, {}, true],
    ["amount", "contains", 0, {}, {}, false],
    ["date", "equals", 0, {}, {}, true],
    ["date", "equals", 60, at(60), {}, true],
    ["date", "equals", 60, at(-60.001), {}, false],
    ["date", "greater_than", 0, at(1), {}, true],
    ["date", "less_than", 0, at(1), {}, false],
    ["date", "contains", 0, {}, {}, false],
    ["reference", "equals", 0, { reference: "inv-1" }, {}, true],
    ["reference", "equals", 0, { reference: "b" }, { reference: "A | B | C" }, true],
    ["reference", "equals", 0, { reference: "A | B" }, { reference: "A | B" }, false],
    ["reference", "equals", 0, { reference: "ÜſΣ" }, { reference: "üsς" }, true],
    ["reference", "equals", 0, { reference: "STRASSE" }, { reference: "Straße" }, false],
    ["reference", "equals", 0, { reference: "ı" }, { reference: "I" }, false],
    ["reference", "equals", 0, { reference: "İ" }, { reference: "i" }, false],
    ["reference", "contains", 0, { reference: "xİΑΣ" }, { reference: "iασ" }, true],
    ["reference", "contains", 0, { reference: "ſ" }, { reference: "S" }, false],
    ["reference", "contains", 0, { reference: "payment inv-1 of May" }, {}, true],
    ["reference", "contains", 0, { reference: "NV" }, {}, true],
    ["reference", "contains", 0, { reference: "INV-2" }, {}, false],
    ["reference", "contains", 20, { reference: "INV-2" }, {}, true],
    ["reference", "contains", 19, { reference: "INV-2" }, {}, false],
    ["reference", "greater_than", 0, { reference: "Z" }, {}, false],
    ["description", "contains", 0, { description: "from ann" }, {}, true],
    ["description", "equals", 0, { description: "payment FROM ann" }, {}, true],
    ["currency", "equals", 0, { currency: "EUR" }, {}, false],
    ["currency", "equals", 0, { currency: "EUR" }, { currency: "MIXED" }, true],
    ["currency", "greater_than", 0, {}, { currency: "MIXED" }, true],
    ["currency", "greater_than", 0, {}, {}, false],
    ["colour", "equals", 0, {}, {}, false],
  ] as const)(
    "%s %s with drift %s: %j and %j: %s",
    (field, operator, drift, external, internal, expected) => {
      expect(matches(field, operator, drift, external, internal)).toBe(expected);
    },
  );
});

describe("rules", () => {
  const sameReference = {
    field: "reference",
    operator: "equals",
    value: "",
    pattern: "",
    allowable_drift: 0,
  };
  const sameAmount = { ...sameReference, field: "amount" };
  const other = { ...plain, amount: 1 };

  it("match when all criteria of any of them do", () => {
    expect(matchesAny([{ criteria: [sameReference, sameAmount] }], other, plain)).toBe(false);
    expect(matchesAny([{ criteria: [sameAmount] }, { criteria: [sameReference] }], other, plain)).toBe(true);
    expect(matchesAny([], plain, plain)).toBe(false);
  });
});
