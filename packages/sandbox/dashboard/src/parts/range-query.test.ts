import { expect, test } from "vitest";
import { amountConditions, dayConditions } from "./range-query.ts";

test("days are whole, in UTC, and both ends belong", () => {
  expect(dayConditions("effective_date", { from: "2026-01-05", to: "2026-01-06" })).toEqual({
    effective_date_gte: "2026-01-05T00:00:00Z",
    effective_date_lte: "2026-01-06T23:59:59.999999Z",
  });
});

test("amounts go out as they were written, to the last digit", () => {
  expect(amountConditions("amount", { from: "90071992547409931.25", to: "-0.5" })).toEqual({
    amount_gte: "90071992547409931.25",
    amount_lte: "-0.5",
  });
});

test.each(["", "12,5", "1e3", "abc", "."])("%j is no amount and asks for nothing", (text) => {
  expect(Object.values(amountConditions("amount", { from: text, to: text }))).toEqual([undefined, undefined]);
});

test.each(["", "2026-1-5", "05.01.2026"])("%j is no day and asks for nothing", (text) => {
  expect(Object.values(dayConditions("created_at", { from: text, to: text }))).toEqual([
    undefined,
    undefined,
  ]);
});
