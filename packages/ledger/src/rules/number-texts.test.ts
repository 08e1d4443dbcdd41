import { describe, expect, it } from "vitest";
import { readDouble } from "./number-texts.ts";

describe("a number written as text", () => {
  it.each([
    ["12.34", 12.34],
    ["+5", 5],
    ["5.", 5],
    [".5e3", 500],
    ["1_000", 1000],
    ["0x1p3", 8],
    ["-0x1.8p1", -3],
    ["0X_F.8p-1", 7.75],
    ["Inf", Number.POSITIVE_INFINITY],
    ["-infinity", Number.NEGATIVE_INFINITY],
    ["nan", Number.NaN],
    ["0x1.8p3", 12],
  ])("%s is %d", (text, number) => {
    expect(readDouble(text)).toBe(number);
  });

  it.each([
    "",
    " 5",
    "5 ",
    "1,000",
    "1__0",
    "_1",
    "1_",
    "1._5",
    "1e400",
    "-nan",
    "0x10",
    "0xp1",
    "0x1__0p1",
    "much",
    ".",
  ])("%j is none", (text) => {
    expect(readDouble(text)).toBeUndefined();
  });
});
