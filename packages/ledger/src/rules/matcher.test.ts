import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMatcher } from "./matcher.ts";
import { type Comparable, matchesAny, ready } from "./matching.ts";
import type { MatchingRule } from "./matching-rules.ts";

const texts = fc.constantFrom(
  "",
  "a",
  "INV-1",
  "inv-1",
  "INV-10",
  "xINV-1 | b",
  "Straße",
  "STRASSE",
  "ſ",
  "s",
  "x | y",
);

const record: fc.Arbitrary<Comparable> = fc.record({
  amount: fc.constantFrom(0, -0, 1, 1.005, 99, 100, 101, -100, 1e-9, 1e20),
  date: fc.constantFrom(0, 1000, 1500, 2000, 1_714_557_600_000, 1_714_557_601_000.5),
  reference: texts,
  description: texts,
  currency: fc.constantFrom("USD", "usd", "EUR", "", "MIXED"),
});

const rule: fc.Arbitrary<MatchingRule> = fc.record({
  criteria: fc.array(
    fc.record({
      field: fc.constantFrom("amount", "date", "reference", "description", "currency", "colour"),
      operator: fc.constantFrom("equals", "greater_than", "less_than", "contains"),
      value: fc.constant(""),
      pattern: fc.constant(""),
      allowable_drift: fc.constantFrom(0, 0.01, 1, 30, 100),
    }),
    { maxLength: 3 },
  ),
});

describe("a matcher", () => {
  it("finds exactly what comparing each with each finds, in the same order", () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 3 }),
        fc.array(record, { maxLength: 40 }),
        record,
        (rules, many, one) => {
          const compared = many.flatMap((other, position) =>
            matchesAny(rules, ready(one), ready(other)) ? [position] : [],
          );
          expect(createMatcher(rules, many).matching(one)).toEqual(compared);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("finds texts that are alike, whatever their letters and lengths", () => {
    const word = fc.constantFrom(
      "Payment",
      "paiment",
      "of",
      "invoice",
      "1001",
      "1010",
      "2002",
      "ÄÖÜ",
      "😀",
      "|",
    );
    const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(" "));
    const alike = fc.record({
      texts: fc.array(text, { minLength: 1, maxLength: 30 }),
      // Letters of the first one that are others in what is sought.
      changed: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }),
      drift: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(alike, ({ texts, changed, drift }) => {
        const letters = [...(texts[0] ?? "")];
        const sought = letters.map((letter, place) => (changed.includes(place) ? "#" : letter)).join("");
        const criterion = { field: "description", operator: "contains", value: "", pattern: "" };
        const rules = [{ criteria: [{ ...criterion, allowable_drift: drift }] }];
        const having = (description: string): Comparable => ({
          ...{ amount: 1, date: 0, reference: "", currency: "USD" },
          description,
        });
        const compared = texts.flatMap((other, position) =>
          matchesAny(rules, ready(having(sought)), ready(having(other))) ? [position] : [],
        );
        expect(createMatcher(rules, texts.map(having)).matching(having(sought))).toEqual(compared);
      }),
      { numRuns: 1_000 },
    );
  });

  it("stops when it has enough of those that are wanted", () => {
    const same: MatchingRule = {
      criteria: [{ field: "amount", operator: "equals", value: "", pattern: "", allowable_drift: 0 }],
    };
    const one: Comparable = { amount: 1, date: 0, reference: "", description: "", currency: "USD" };
    const matcher = createMatcher(
      [same],
      Array.from({ length: 9 }, () => one),
    );
    expect(matcher.matching(one, 2, (position) => position % 2 === 1)).toEqual([1, 3]);
  });
});
