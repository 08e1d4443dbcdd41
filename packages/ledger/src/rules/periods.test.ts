import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dividePeriod, type Moment, rowsPerPeriod } from "./periods.ts";

const time = (index: number): string => `2026-01-01 00:00:00.${String(index).padStart(6, "0")}`;
const moment = (index: number, rows: number): Moment => ({
  at: time(index),
  next: time(index + 1),
  credit: BigInt(rows * 3),
  debit: BigInt(rows),
  rows,
});

describe("dividing a period", () => {
  it.each([
    ["nothing", [], [["-infinity", 0]]],
    ["few rows", [moment(1, 5), moment(2, 7)], [["-infinity", 12]]],
    [
      "more than fit",
      [moment(1, 600), moment(2, 600), moment(3, 600)],
      [
        ["-infinity", 600],
        [time(2), 600],
        [time(3), 600],
      ],
    ],
    [
      "a day that fills one alone",
      [moment(1, 10), moment(5, 5_000), moment(9, 10)],
      [
        ["-infinity", 10],
        [time(5), 5_000],
        [time(6), 10],
      ],
    ],
  ])("keeps what is of one time together: %s", (_, moments, expected) => {
    const periods = dividePeriod("-infinity", moments);
    expect(periods.map(({ startsAt, rows }) => [startsAt, rows])).toEqual(expected);
  });

  it("has no period to divide where all is of its first time", () => {
    const periods = dividePeriod(time(5), [moment(5, 5_000)]);
    expect(periods.map(({ startsAt, rows }) => [startsAt, rows])).toEqual([
      [time(5), 5_000],
      [time(6), 0],
    ]);
  });

  it("loses nothing, and no period that is over a thousand rows has two times", () => {
    const histories = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1_500 })));
    fc.assert(
      fc.property(histories, (steps) => {
        let at = 0;
        const moments = steps.map(([step, rows]) => {
          at += step;
          return moment(at, rows);
        });
        const periods = dividePeriod("-infinity", moments);
        const starts = periods.map(({ startsAt }) => startsAt);
        expect(new Set(starts).size).toBe(starts.length);
        for (const [index, period] of periods.entries()) {
          const inside = moments.filter(
            (each) => (index === 0 || each.at >= period.startsAt) && !(each.at >= (starts[index + 1] ?? "9")),
          );
          expect(period.rows).toBe(inside.reduce((sum, { rows }) => sum + rows, 0));
          expect(period.credit).toBe(inside.reduce((sum, { credit }) => sum + credit, 0n));
          if (period.rows > rowsPerPeriod) expect(inside.length).toBe(1);
        }
      }),
    );
  });
});
