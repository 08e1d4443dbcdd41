import { describe, expect, it } from "vitest";
import { parameterText, timeSpan, UnusableValue } from "./values.ts";

describe("a JSON value as a parameter", () => {
  it.each([
    ["x", "x"],
    [5, "5"],
    [true, "true"],
    [null, null],
    [undefined, null],
  ])("%j is %j", (json, text) => {
    expect(parameterText(json)).toBe(text);
  });

  it.each([[[]], [{}]])("%j can't be one", (json) => {
    expect(() => parameterText(json)).toThrow(UnusableValue);
  });
});

describe("the span of a written time", () => {
  it.each([
    ["2024-02-29", "2024-02-29 00:00:00", "2024-03-01 00:00:00"],
    ["2024-02-05T10:30", "2024-02-05 10:30:00", "2024-02-05 10:31:00"],
    ["2024-02-05 10:30:59", "2024-02-05 10:30:59", "2024-02-05 10:31:00"],
    ["2024-02-05T10:30:59.5Z", "2024-02-05 10:30:59.500000", "2024-02-05 10:30:59.600000"],
    ["2024-02-05T10:30:59.123456Z", "2024-02-05 10:30:59.123456", "2024-02-05 10:30:59.123457"],
    ["1969-12-31T23:59:59.999999Z", "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00.000000"],
    ["2024-02-05T10:30:00+02:00", "2024-02-05 10:30:00", "2024-02-05 10:30:01"],
  ])("%s goes from %s to %s", (raw, start, end) => {
    expect(timeSpan(raw)).toEqual({ start, end });
  });

  it("is moved to UTC where the offset counts", () => {
    expect(timeSpan("2024-02-05T10:30:00+02:00", "converted")?.start).toBe("2024-02-05 08:30:00");
    expect(timeSpan("2024-02-05T22:30:00-02:30", "converted")?.start).toBe("2024-02-06 01:00:00");
  });

  it.each(["2023-02-29", "2024-13-01", "2024-1-1", "20240101", "2024-01-01T24:30:00Z", "10:00", "now"])(
    "%s is none",
    (raw) => {
      expect(timeSpan(raw)).toBeUndefined();
    },
  );
});
