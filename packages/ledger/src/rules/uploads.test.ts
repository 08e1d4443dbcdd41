import { describe, expect, it } from "vitest";
import { csvUpload, type UploadedRow, uploadKind } from "./uploads.ts";

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
    ["bank", "a,b\n1,2", "csv"],
    ["bank", "a,b\n1,2\n", undefined],
    ["bank", "a,b\n1,2\n1,2\n1,2\n1,2\n", "csv"],
    ["bank", "a,b\n1,2\n1,2\n1,2\n1,2\nx\n", "csv"],
    ["bank", `a,b\n${"1,2\n".repeat(130)}`, undefined],
    ["bank", `a,b\n\0,2\n${"1,2\n".repeat(130)}`, "csv"],
    ["bank", "\uFEFFa,b\n1,2", undefined],
    ["bank", "a,b\n1,2,3", undefined],
    ["bank", "[]", undefined],
    ["bank.2024", '[{"id":"x"}]', undefined],
    ["bank", "a,b", undefined],
    ["bank", "text", undefined],
    ["", "", undefined],
  ])("%s holding %j is %s", (name, content, kind) => {
    expect(uploadKind(name, content)).toBe(kind);
  });
});

/** The same whether it comes in one piece or in many. */
function parsed(content: string) {
  const [whole, pieces] = [rowsIn([content]), rowsIn([...content])];
  expect(pieces).toEqual(whole);
  return whole;
}

function rowsIn(pieces: readonly string[]) {
  const steps = csvUpload(pieces);
  const rows: UploadedRow[] = [];
  for (;;) {
    const step = steps?.next();
    if (step === undefined) return undefined;
    if (step.done === true) return { rows, broken: step.value };
    if (step.value !== undefined) rows.push(step.value);
  }
}

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
    ["space around values", `${header}\n${row.replaceAll(",", " , ")}\n`, [read]],
  ])("%s", (_, content, rows) => {
    expect(parsed(content)).toEqual({ rows, broken: false });
  });

  it.each([
    ["empty", ""],
    ["no date", "id,amount\n1,2\n"],
    ["a byte-order mark before the id", `\uFEFF${header}\n${row}\n`],
  ])("has no usable header: %s", (_, content) => {
    expect(parsed(content)).toBeUndefined();
  });

  it("with a byte-order mark before another column is read", () => {
    expect(parsed(`\uFEFFnote,${header}\nn,${row}\n`)).toEqual({ rows: [read], broken: false });
  });

  it.each([
    ["no reference", row.replace("ref-1", "")],
    ["no currency", row.replace("USD", "")],
    ["no description", row.replace("Something", "")],
    ["no id", row.replace("x1", "  ")],
    ["no amount", row.replace("12.34", "")],
    ["no date", row.replace("2024-05-01T10:00:00Z", "")],
    ["too few cells", "x2,1,r"],
    ["too many cells", `${row},more`],
    ["a stray quote", row.replace("Something", 'Some"thing')],
  ])("is read without a row that has %s", (_, broken) => {
    expect(parsed(`${header}\n${row}\n${broken}\n${row}\n`)).toEqual({
      rows: [read, read],
      broken: true,
    });
  });

  it("has no readable row when it names a column twice", () => {
    expect(parsed(`${header},date\n${row},x\n`)).toEqual({ rows: [], broken: true });
    expect(parsed(`${header},DATE\n`)).toEqual({ rows: [], broken: false });
  });

  it("needs reference, currency and description columns for its rows", () => {
    expect(parsed("id,amount,date\nx,1,2024-05-01T10:00:00Z\n")).toEqual({ rows: [], broken: true });
  });
});
