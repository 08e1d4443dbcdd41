import { describe, expect, it } from "vitest";
import type { DataFilter } from "./filters.ts";
import { isSpanOfTime, wholeDays } from "./whole-days.ts";

const filter = (operator: DataFilter["operator"], ...operands: readonly string[]): DataFilter => ({
  field: "created_at",
  operator,
  operands,
  written: "query",
});

describe("the days wholly within a span of time", () => {
  it.each([
    ["from midnight on", [filter("gte", "2026-03-05")], { from: "2026-03-05" }],
    ["from later on that day", [filter("gte", "2026-03-05T00:00:01Z")], { from: "2026-03-06" }],
    ["after midnight", [filter("gt", "2026-03-05")], { from: "2026-03-06" }],
    ["at the end of a month", [filter("gt", "2026-02-28T12:00:00Z")], { from: "2026-03-01" }],
    ["before a day", [filter("lt", "2026-03-05")], { to: "2026-03-05" }],
    ["up to a moment", [filter("lte", "2026-03-05T23:59:59Z")], { to: "2026-03-05" }],
    [
      "between days",
      [filter("between", "2026-03-05", "2026-03-09")],
      { from: "2026-03-05", to: "2026-03-09" },
    ],
    ["in another zone", [filter("gte", "2026-03-05T00:00:00+02:00")], { from: "2026-03-05" }],
    [
      "within several bounds",
      [filter("gte", "2026-03-01"), filter("gte", "2026-03-05"), filter("lt", "2026-04-01")],
      { from: "2026-03-05", to: "2026-04-01" },
    ],
    [
      "within one day",
      [filter("gte", "2026-03-05T01:00:00Z"), filter("lt", "2026-03-05T02:00:00Z")],
      undefined,
    ],
    ["before the year 1", [filter("gte", "0000-03-05")], undefined],
    ["none asked for", [], undefined],
  ])("%s", (_name, filters, days) => {
    expect(wholeDays(filters)).toEqual(days);
  });

  it("come from spans of the time a row was made at alone", () => {
    expect(isSpanOfTime(filter("gte", "2026-03-05"))).toBe(true);
    expect(isSpanOfTime(filter("eq", "2026-03-05"))).toBe(false);
    expect(isSpanOfTime({ ...filter("gte", "2026-03-05"), field: "effective_date" })).toBe(false);
  });
});
