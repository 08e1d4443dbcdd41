import { describe, expect, it } from "vitest";
import { csvRecords } from "./csv.ts";

describe("the records of a CSV text", () => {
  it.each([
    [
      "plain ones",
      "a,b\nc,d\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["no line end", "a,b", [["a", "b"]]],
    ["a carriage return at the end", "a,b\r", [["a", "b"]]],
    [
      "Windows' line ends",
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["carriage returns alone, which end no line", "a,b\rc,d\r", [["a", "b\rc", "d"]]],
    ["empty lines of any kind", "\n\r\na\n\n", [["a"]]],
    ["a line of spaces, which is not empty", " \na\n", [[" "], ["a"]]],
    ["empty fields", ",,\n", [["", "", ""]]],
    ["quoted fields", '"a, ""b""","c\nd",""\n', [['a, "b"', "c\nd", ""]]],
    ["a quoted Windows line end", '"a\r\nb"\n', [["a\nb"]]],
    ["a stray quote", 'a"b\nc\n', [undefined, ["c"]]],
    ["text behind a quoted field", '"a" ,b\nc\n', [undefined, ["c"]]],
    ["a quoted field that is never closed", 'a\n"b\nc\n', [["a"], undefined]],
    ["nothing", "", []],
  ])("%s", (_, content, records) => {
    expect([...csvRecords([content])]).toEqual(records);
    expect([...csvRecords([...content])]).toEqual(records);
  });
});
