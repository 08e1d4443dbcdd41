import fc from "fast-check";
import { expect, test } from "vitest";
import type { TransactionRecord } from "../api/types.ts";
import { courseOf, endOf, othersUpTo } from "./balance-course.ts";

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
  expect(courseOf(balance, rows, "none")).toEqual([
    { at: new Date("2026-01-02T00:00:00Z"), amount: 100n },
    { at: new Date("2026-01-03T00:00:00Z"), amount: 70n },
  ]);
});

test("a step is when it took effect, whenever it was booked", () => {
  const booked = { ...row(4, 70, "bln_2", "bln_1"), effective_date: "2025-11-09T00:00:00Z" };
  expect(courseOf(balance, [booked], "none")).toEqual([
    { at: new Date("2025-11-09T00:00:00Z"), amount: 70n },
  ]);
});

test.each([null, "0001-01-01T00:00:00Z"])("of %s as its date, a step is when it was booked", (date) => {
  const booked = { ...row(4, 70, "bln_2", "bln_1"), effective_date: date };
  expect(courseOf(balance, [booked], "none")).toEqual([
    { at: new Date("2026-01-04T00:00:00Z"), amount: 70n },
  ]);
});

test("a date that cannot be read ends the reckoning: nobody knows where its step is", () => {
  const unread = { ...row(4, 70, "bln_2", "bln_1"), effective_date: "last autumn" };
  expect(courseOf(balance, [unread], "none")).toBeUndefined();
});

test.each([
  ["2025-11-09T00:00:00Z", "older"],
  [null, "unknown"],
  ["0001-01-01T00:00:00Z", "unknown"],
  ["last autumn", "unknown"],
])("where the last of all took effect at %s, the others are %s", (effective_date, others) => {
  expect(othersUpTo({ effective_date })).toBe(others);
  expect(othersUpTo(undefined)).toBe("unknown");
});

test("a course whose transactions do not explain the balance is not drawn", () => {
  expect(courseOf(balance, [row(2, 100, "bln_2", "bln_1")], "none")).toBeUndefined();
  expect(courseOf(balance, [row(2, 100, "bln_2", "bln_1")], "older")).toHaveLength(1);
});

test("an amount that is not exact ends the reckoning", () => {
  expect(courseOf(balance, [row(2, 1.5, "bln_2", "bln_1")], "older")).toBeUndefined();
  expect(courseOf({ ...balance, balance: 2 ** 60 }, [], "older")).toBeUndefined();
});

test("no digit of a huge balance is lost", () => {
  const huge = { ...balance, balance: 90071992547409931234n };
  expect(courseOf(huge, [row(2, 90071992547409931234n, "bln_2", "bln_1")], "none")).toEqual([
    { at: new Date("2026-01-02T00:00:00Z"), amount: 90071992547409931234n },
  ]);
});

test("what may lie between the transactions at hand makes a course that nobody can reckon", () => {
  expect(courseOf(balance, [row(2, 70, "bln_2", "bln_1")], "unknown")).toBeUndefined();
  expect(courseOf(balance, [row(2, 70, "bln_2", "bln_3")], "older")).toBeUndefined();
});

test("the line ends today, or where the last of what is still to take effect is", () => {
  const course = courseOf(balance, [row(9, 70, "bln_2", "bln_1")], "none") ?? [];
  expect(endOf(course, new Date("2026-01-10T00:00:00Z"))).toEqual(new Date("2026-01-10T00:00:00Z"));
  expect(endOf(course, new Date("2026-01-02T00:00:00Z"))).toEqual(new Date("2026-01-09T00:00:00Z"));
});

test("in whatever order they come, a step is the sum of all that took effect by then", () => {
  const day = fc.integer({ min: 1, max: 9 });
  const transactions = fc.array(
    fc.record({
      created: day,
      effective: fc.option(day),
      amount: fc.bigInt(0n, 2n ** 80n),
      incoming: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(transactions, (drawn) => {
      const effects = drawn.map(({ created, effective, amount, incoming }) => ({
        day: effective ?? created,
        moved: incoming ? amount : -amount,
      }));
      const upTo = (last: number) =>
        effects.reduce((sum, effect) => (effect.day <= last ? sum + effect.moved : sum), 0n);
      const rows = drawn.map(({ created, effective, amount, incoming }) => ({
        ...row(created, amount, incoming ? "bln_2" : "bln_1", incoming ? "bln_1" : "bln_2"),
        effective_date: effective === null ? null : `2026-01-0${effective}T00:00:00Z`,
      }));
      const days = [...new Set(effects.map((effect) => effect.day))].toSorted();
      expect(courseOf({ ...balance, balance: upTo(9) }, rows, "none")).toEqual(
        days.map((one) => ({ at: new Date(`2026-01-0${one}T00:00:00Z`), amount: upTo(one) })),
      );
    }),
  );
});
