import { describe, expect, it } from "vitest";
import { parseQueryString, percentDecoded } from "./query-string.ts";

describe("query strings", () => {
  it.each([
    ["a=1&b=2&a=3", ["a=1", "b=2", "a=3"]],
    ["a=1;b=2&c=3", ["c=3"]],
    ["a=%zz&b=%3&c=%3D", ["c=="]],
    ["a=b+c&&=x&d", ["a=b c", "=x", "d="]],
  ])("%s", (query, pairs) => {
    expect([...parseQueryString(query)].map(([key, value]) => `${key}=${value}`)).toEqual(pairs);
  });
});

describe("percent-escapes", () => {
  it.each([
    ["caf%C3%A9 %2f+", "café /+"],
    ["😀%20", "😀 "],
    ["%", undefined],
    ["%4", undefined],
  ])("%s", (text, decoded) => {
    expect(percentDecoded(text)).toBe(decoded);
  });

  it("leave bytes that are no UTF-8 as text that no database takes", () => {
    expect(percentDecoded("a%FF")?.isWellFormed()).toBe(false);
  });
});
