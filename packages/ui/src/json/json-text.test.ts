import { expect, test } from "vitest";
import { entriesOf, jsonText, prettyJson } from "./json-text.ts";

test("JSON keeps every digit, other text is left alone", () => {
  expect(prettyJson('{"a":90071992547409931234}')).toBe('{\n  "a": 90071992547409931234\n}');
  expect(prettyJson("<html>")).toBe("<html>");
});

test("only objects and lists have parts", () => {
  expect(entriesOf({ a: 1 })).toEqual([["a", 1]]);
  expect(entriesOf(["x"])).toEqual([["0", "x"]]);
  for (const value of ["ab", 1, null, undefined]) expect(entriesOf(value)).toBeUndefined();
});

test("a value nested 600 levels deep is one text", () => {
  let deep: unknown = 90071992547409931n;
  for (let level = 0; level < 600; level += 1) deep = { a: deep };
  expect(jsonText(deep)).toBe(`${'{"a":'.repeat(600)}90071992547409931${"}".repeat(600)}`);
});
