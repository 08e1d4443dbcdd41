import { describe, expect, test } from "vitest";
import { formatAgo, formatDuration, formatLatency, formatMoment, formatSince, momentOf } from "./moments.ts";

const moment = new Date("2026-11-24T23:05:09.120+01:00");

test("a moment is written in UTC with its zone, as exactly as asked", () => {
  expect(formatMoment(moment)).toBe("2026-11-24 22:05 UTC");
  expect(formatMoment(moment, "seconds")).toBe("2026-11-24 22:05:09 UTC");
  expect(formatMoment(moment, "milliseconds")).toBe("2026-11-24 22:05:09.120 UTC");
  expect(formatMoment(moment, "days")).toBe("2026-11-24");
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

describe("distance from now", () => {
  test.each([
    [0, "just now"],
    [30, "just now"],
    [-59, "just now"],
    [-90, "1 minute ago"],
    [-3600, "1 hour ago"],
    [-86_400 - 3600, "yesterday"],
    [-86_400 * 3, "3 days ago"],
    [7200, "in 2 hours"],
    [-31_536_000 * 2, "2 years ago"],
  ])("%s seconds from now is %s", (seconds, text) => {
    expect(formatAgo(new Date(moment.getTime() + seconds * 1000), moment, "en")).toBe(text);
  });
});

test.each([
  [-90, "1 minute ago"],
  [59, "just now"],
  // The clock of who wrote it is ahead: what has happened is not said to come.
  [60, "2026-11-24 22:06:09 UTC"],
  [86_400 * 3, "2026-11-27 22:05:09 UTC"],
])("what happened %s seconds from now by another clock is said as %s", (seconds, text) => {
  expect(formatSince(new Date(moment.getTime() + seconds * 1000), moment, "en")).toBe(text);
});

test.each([
  [0, "under 0.1 s"],
  [-5, "under 0.1 s"],
  [99, "under 0.1 s"],
  [100, "0.1 s"],
  [9_990, "9.9 s"],
  [59_999, "59 s"],
  [65_000, "1 min 5 s"],
  [3_660_000, "1 h 1 min"],
])("%i ms lasts %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("a call's time is in milliseconds below a second", () => {
  expect([0, 12.4, 999, 1000, 10_004].map(formatLatency)).toEqual([
    "0 ms",
    "12 ms",
    "999 ms",
    "1.0 s",
    "10.0 s",
  ]);
});
