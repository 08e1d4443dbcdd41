import { describe, expect, it } from "vitest";
import { parseCsvUpload, uploadKind } from "./uploads.ts";

const header = "ID,Amount,Reference,Currency,Description,Date";
const row = "x1,12.34,ref-1,USD,Something,2024-05-01T10:00:00Z";
const read = {
  id: "x1",
  amount: 12.34,
  reference: "ref-1",
  currency: "USD",
  description: "Something",
  date: "2024-05-01T10:00:00Z",
};

describe("the kind of a file", () => {
  it.each([
    ["bank.csv", "[]", "csv"],
    ["bank.CSV", "", "csv"],
    ["bank.json", "a,b\n1,2", "json"],
    ["a.xml", "[]", undefined],
    ["a.pdf", "a,b\n1,2", undefined],
    ["a.txt", "a,b\n1,2", undefined],
    ["bank", "a,b\n1,2\n", "csv"],
    ["bank", "a,b\n1,2,3\n", undefined],
    ["bank", "[]", "json"],
    ["bank.2024", '[{"id":"x"}]', "json"],
    ["bank", "a,b", undefined],
    ["bank", "text", undefined],
    ["", "", undefined],
  ])("%s holding %j is %s", (name, content, kind) => {
    expect(uploadKind(name, content)).toBe(kind);
  });
});

describe("a CSV file", () => {
  it.each([
    ["the usual", `${header}\n${row}\n`, [read]],
    ["Windows line ends", `${header}\r\n${row}\r\n`, [read]],
    ["empty lines", `${header}\n\n${row}\n\n`, [read]],
    ["only a header", `${header}\n`, []],
    [
      "columns in any order and case, with spaces and more of them",
      ` date , DESCRIPTION,currency,reference,amount,id,note\n2024-05-01T10:00:00Z,"quoted, text",USD,r,5,x,extra\n`,
      [{ ...read, id: "x", amount: 5, reference: "r", description: "quoted, text" }],
    ],
    [
      "a quoted line break",
      `${header}\nx1,12.34,ref-1,USD,"a\nb",d\n`,
      [{ ...read, description: "a\nb", date: "d" }],
    ],
    ["an amount that is no number", `${header}\n${row.replace("12.34", "much")}\n`, [{ ...read, amount: 0 }]],
    ["an amount with a space", `${header}\n${row.replace("12.34", " 1")}\n`, [{ ...read, amount: 0 }]],
  ])("%s", (_, content, rows) => {
    expect(parseCsvUpload(content)).toEqual({ rows, broken: false });
  });

  it.each([
    ["empty", ""],
    ["no date", "id,amount\n1,2\n"],
    ["a byte-order mark before the id", `\uFEFF${header}\n${row}\n`],
  ])("has no usable header: %s", (_, content) => {
    expect(parseCsvUpload(content)).toBeUndefined();
  });

  it("with a byte-order mark before another column is read", () => {
    expect(parseCsvUpload(`\uFEFFnote,${header}\nn,${row}\n`)).toEqual({ rows: [read], broken: false });
  });

  it.each([
    ["no reference", row.replace("ref-1", "")],
    ["no currency", row.replace("USD", "")],
    ["no description", row.replace("Something", "")],
    ["too few cells", "x2,1,r"],
    ["too many cells", `${row},more`],
    ["an open quote", 'x2,1,r,USD,"d,2024-05-01T10:00:00Z'],
  ])("is read up to a row with %s", (_, broken) => {
    expect(parseCsvUpload(`${header}\n${row}\n${broken}\n`)).toEqual({ rows: [read], broken: true });
  });

  it("needs reference, currency and description columns for its rows", () => {
    expect(parseCsvUpload("id,amount,date\nx,1,2024-05-01T10:00:00Z\n")).toEqual({ rows: [], broken: true });
  });
});
