import { describe, expect, it } from "vitest";
import { matchingRuleFault } from "./matching-rules.ts";

function criterion(field: string, operator: string, drift = 0) {
  return { field, operator, value: "", pattern: "", allowable_drift: drift };
}

describe("a matching rule", () => {
  it.each([
    ["", [], "rule name is required"],
    ["x", [], "at least one matching criteria is required"],
    ["x", [criterion("amount", "")], "field and operator are required for each criteria"],
    ["x", [criterion("", "equals")], "field and operator are required for each criteria"],
    ["x", [criterion("amount", "after")], "invalid operator"],
    ["x", [criterion("amount", "Equals")], "invalid operator"],
    ["x", [criterion("colour", "equals")], "invalid field"],
    ["x", [criterion("reference", "equals"), criterion("colour", "equals")], "invalid field"],
    [
      "x",
      [criterion("amount", "equals", 1.5)],
      "drift for amount must be between 0 and 1 (fraction, e.g. 0.01 = 1%)",
    ],
    [
      "x",
      [criterion("amount", "equals", -0.1)],
      "drift for amount must be between 0 and 1 (fraction, e.g. 0.01 = 1%)",
    ],
    ["x", [criterion("date", "equals", -1)], "drift for date must be non-negative (seconds)"],
    ["x", [criterion("amount", "equals", 1)], undefined],
    ["x", [criterion("amount", "greater_than", 7)], undefined],
    ["x", [criterion("date", "less_than", -7)], undefined],
    [" ", [criterion("currency", "contains")], undefined],
  ] as const)("%j with %j: %s", (name, criteria, fault) => {
    expect(matchingRuleFault(name, criteria)).toBe(fault);
  });
});
