import { expect, test } from "vitest";
import type { TransactionRecord } from "../api/types.ts";
import { courseOf } from "./balance-course.ts";

const balance = { balance_id: "bln_1", balance: 70, created_at: "2026-01-01T00:00:00Z" };
const row = (day: number, amount: number | bigint, source: string, destination: string) =>
  ({
    created_at: `2026-01-0${day}T00:00:00Z`,
    precise_amount: amount,
    source,
    destination,
  }) as unknown as TransactionRecord;

test("each step is what the balance was from then on", () => {
  const rows = [row(3, 30, "bln_1", "bln_2"), row(2, 100, "bln_2", "bln_1")];
  expect(courseOf(balance, rows, true)).toEqual([
    { at: new Date("2026-01-02T00:00:00Z"), amount: 100n },
    { at: new Date("2026-01-03T00:00:00Z"), amount: 70n },
  ]);
});

test("a step is when it took effect, whenever it was booked", () => {
  const booked = { ...row(4, 70, "bln_2", "bln_1"), effective_date: "2025-11-09T00:00:00Z" };
  expect(courseOf(balance, [booked], true)).toEqual([{ at: new Date("2025-11-09T00:00:00Z"), amount: 70n }]);
});

test("a course whose transactions do not explain the balance is not drawn", () => {
  expect(courseOf(balance, [row(2, 100, "bln_2", "bln_1")], true)).toBeUndefined();
  expect(courseOf(balance, [row(2, 100, "bln_2", "bln_1")], false)).toHaveLength(1);
});

test("an amount that is not exact ends the reckoning", () => {
  expect(courseOf(balance, [row(2, 1.5, "bln_2", "bln_1")], false)).toBeUndefined();
  expect(courseOf({ ...balance, balance: 2 ** 60 }, [], false)).toBeUndefined();
});

test("no digit of a huge balance is lost", () => {
  const huge = { ...balance, balance: 90071992547409931234n };
  expect(courseOf(huge, [row(2, 90071992547409931234n, "bln_2", "bln_1")], true)).toEqual([
    { at: new Date("2026-01-02T00:00:00Z"), amount: 90071992547409931234n },
  ]);
});
