import { describe, expect, it } from "vitest";
import { parameterText, UnusableValue } from "./values.ts";

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
