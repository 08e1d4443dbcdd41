/** What Cloud adds to a transaction, and that it touches nothing else. Contract section 8, Proxy API. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completeTransaction } from "./complete-transaction.ts";

const completed = (text: string) =>
  Buffer.from(completeTransaction(Buffer.from(text), () => "ref_new")).toString();

describe("completeTransaction", () => {
  test.each([
    ["both missing", '{"amount":1}', '{"amount":1,"precision":100,"reference":"ref_new"}'],
    ["an empty object", "{}", '{"precision":100,"reference":"ref_new"}'],
    ["blanks", ' { "a" : 1 \n} ', ' { "a" : 1 \n,"precision":100,"reference":"ref_new"} '],
    ["both there", '{"precision":1,"reference":"r"}', '{"precision":1,"reference":"r"}'],
    ["names in another case", '{"Precision":1,"REFERENCE":"r"}', '{"Precision":1,"REFERENCE":"r"}'],
    ["an escaped name", '{"\\u0070recision":1,"reference":"r"}', '{"\\u0070recision":1,"reference":"r"}'],
    [
      "null is missing",
      '{"precision":null,"reference":"r"}',
      '{"precision":null,"reference":"r","precision":100}',
    ],
    ["zero is not", '{"precision":0,"reference":""}', '{"precision":0,"reference":""}'],
    [
      "names further in",
      '{"meta_data":{"precision":1},"reference":"}\\"{"}',
      '{"meta_data":{"precision":1},"reference":"}\\"{","precision":100}',
    ],
    ["what follows the object", '{"reference":"r"} trailing', '{"reference":"r","precision":100} trailing'],
    ["a list", "[1]", "[1]"],
    ["null", "null", "null"],
    ["malformed", '{"amount":1,}', '{"amount":1,}'],
    ["cut off", '{"amount":1', '{"amount":1'],
    ["nothing", "", ""],
  ])("%s", (_name, sent, wanted) => {
    expect(completed(sent)).toBe(wanted);
  });

  test("whatever the members are, they stay, byte for byte, and what is added is there", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), (members) => {
        const sent = JSON.stringify(members);
        const given = completed(sent);
        expect(given.startsWith(sent.slice(0, -1))).toBe(true);
        const names = Object.keys(members).filter((name) => members[name] !== null);
        const has = (name: string) => names.some((one) => one.toLowerCase() === name);
        const result = JSON.parse(given) as Record<string, unknown>;
        if (!has("precision")) expect(result["precision"]).toBe(100);
        if (!has("reference")) expect(result["reference"]).toBe("ref_new");
      }),
    );
  });
});
