/** Contract section 2.4 as tables. */
import { describe, expect, it } from "vitest";
import {
  formatInstant,
  parseInstant,
  timestampToWire,
  toClockText,
  toTimestampText,
  tryParseInstant,
  wholeSeconds,
} from "./times.ts";

describe("times", () => {
  it.each([
    ["2024-11-26T08:36:36.238244338Z", "2024-11-26T08:36:36.238244338Z"],
    ["2024-11-26T08:36:36.500Z", "2024-11-26T08:36:36.5Z"],
    ["2024-11-26T08:36:36.000+00:00", "2024-11-26T08:36:36Z"],
    ["2090-06-01T10:00:00.25+02:00", "2090-06-01T10:00:00.25+02:00"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ["2024-01-15T1:00:00,5Z", "2024-01-15T01:00:00.5Z"],
    ["2024-01-15T10:00:00+24:00", "2024-01-15T10:00:00+24:00"],
  ])("%s prints as %s", (sent, printed) => {
    expect(formatInstant(parseInstant(sent))).toBe(printed);
  });

  it.each([
    // A half goes to the even microsecond.
    ["2024-01-01T00:00:00.0000005Z", "2024-01-01 00:00:00"],
    ["2024-01-01T00:00:00.0000015Z", "2024-01-01 00:00:00.000002"],
    ["2024-01-01T00:00:00.0000016Z", "2024-01-01 00:00:00.000002"],
    ["2024-01-01T02:00:00+02:00", "2024-01-01 00:00:00"],
  ])("%s is stored as %s", (sent, stored) => {
    expect(toTimestampText(parseInstant(sent))).toBe(stored);
  });

  it.each([
    "2024-06-01 10:00:00Z",
    "2024-06-01T10:00:00",
    "2024-13-01T00:00:00Z",
    "2024-02-30T00:00:00Z",
    "",
  ])("%s is no time", (text) => {
    expect(tryParseInstant(text)).toBeUndefined();
  });

  it.each([
    ["2024-01-15T10:00:00.5+02:00", "2024-01-15 10:00:00.5+02:00"],
    ["0000-05-05T00:00:00Z", "0001-05-05 00:00:00Z BC"],
  ])("%s keeps its clock as %s", (sent, clock) => {
    expect(toClockText(parseInstant(sent))).toBe(clock);
  });

  it.each([
    ["2024-01-15T10:00:00.7Z", "2024-01-15T10:00:00Z"],
    ["1969-12-31T23:59:58.7Z", "1969-12-31T23:59:58Z"],
  ])("%s in whole seconds is %s", (sent, whole) => {
    expect(formatInstant(wholeSeconds(parseInstant(sent)))).toBe(whole);
  });

  it.each([
    ["2026-11-24 20:34:12.142", "2026-11-24T20:34:12.142Z"],
    ["1990-05-04", "1990-05-04T00:00:00Z"],
    ["0001-05-05 BC", "0000-05-05T00:00:00Z"],
    [null, "0001-01-01T00:00:00Z"],
  ])("%s of a column is %s on the wire", (stored, wire) => {
    expect(timestampToWire(stored)).toBe(wire);
  });
});
