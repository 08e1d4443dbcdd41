/** Contract sections 2.1, 2.2 and 3.4 as tables: what is read, and the texts for what is not. */

import { describe, expect, it } from "vitest";
import {
  bigInteger,
  decodeBody,
  decodeItems,
  flag,
  float,
  integer,
  list,
  metadata,
  structure,
  text,
  time,
} from "./shapes.ts";

const item = structure("RecordTransaction", { amount: float });
const shape = structure("Sample", {
  name: text,
  amount: float,
  count: integer,
  precise_amount: bigInteger,
  open: flag,
  date: time,
  meta_data: metadata,
  tags: list(text),
  items: list(item),
});

describe("reading", () => {
  it.each([
    ["keys in any case", '{"NAME":"a"}', { name: "a" }],
    ["the last of several", '{"name":"a","Name":"b"}', { name: "b" }],
    ["null as nothing", '{"name":"a","name":null,"tags":null}', { name: "a", tags: null }],
    ["the first value only", '{"name":"a"} what follows', { name: "a" }],
    ["null for a body", "null", { name: "" }],
    [
      "integers of any size",
      '{"precise_amount":123456789012345678901234567890}',
      {
        precise_amount: 123456789012345678901234567890n,
      },
    ],
    ["metadata keys as they are", '{"meta_data":{"A":1,"a":1.0,"__proto__":2}}', {}],
    ["half a surrogate pair", '{"name":"\\ud800"}', { name: "\ufffd" }],
  ])("%s", (_name, body, expected) => {
    expect(decodeBody(body, shape)).toMatchObject(expected);
  });

  it("keeps odd metadata keys apart", () => {
    const { meta_data: read } = decodeBody('{"meta_data":{"A":1,"a":2,"__proto__":3}}', shape);
    expect(Object.entries(read ?? {})).toEqual([
      ["A", 1],
      ["a", 2],
      ["__proto__", 3],
    ]);
  });
});

describe("refusing", () => {
  it.each([
    ["", "EOF"],
    ["   ", "EOF"],
    ['{"name":', "unexpected EOF"],
    ["{name: 1}", "invalid character 'n' looking for beginning of object key string"],
    ["name=Main", "invalid character 'a' in literal null (expecting 'u')"],
    ['{"amount": 1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"name" "a"}', "invalid character '\"' after object key"],
    ["[1 2]", "invalid character '2' after array element"],
    ['{"name":5}', "json: cannot unmarshal number into Go struct field Sample.name of type string"],
    ['{"open":"true"}', "json: cannot unmarshal string into Go struct field Sample.open of type bool"],
    ['{"count":1.5}', "json: cannot unmarshal number 1.5 into Go struct field Sample.count of type int"],
    [
      '{"meta_data":[]}',
      "json: cannot unmarshal array into Go struct field Sample.meta_data of type map[string]interface {}",
    ],
    ['{"tags":[1]}', "json: cannot unmarshal number into Go struct field Sample.tags of type string"],
    [
      '{"items":{}}',
      "json: cannot unmarshal object into Go struct field Sample.items of type []model.RecordTransaction",
    ],
    [
      '{"items":[{"amount":"1"}]}',
      "json: cannot unmarshal string into Go struct field RecordTransaction.items.amount of type float64",
    ],
    ["[]", "json: cannot unmarshal array into Go value of type model.Sample"],
    ['{"precise_amount":"10"}', 'math/big: cannot unmarshal "\\"10\\"" into a *big.Int'],
    ['{"precise_amount":10.5}', 'math/big: cannot unmarshal "10.5" into a *big.Int'],
    [
      '{"date":"1990-01-31"}',
      'parsing time "1990-01-31" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    ],
    ['{"date":""}', 'parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"'],
    ["😀", "invalid character 'ð' looking for beginning of value"],
    ["[".repeat(2000), "invalid character '[' exceeded max depth"],
    [
      '{"meta_data":{"a":[{"b":1e999}]}}',
      "json: cannot unmarshal number 1e999 into Go struct field Sample.meta_data of type float64",
    ],
    [
      '{"count":9223372036854775808}',
      "json: cannot unmarshal number 9223372036854775808 into Go struct field Sample.count of type int",
    ],
    // As written, and in bytes: an escape is none here.
    [
      '{"date":"1990-05-04T00:00:00\\u005a"}',
      'parsing time "1990-05-04T00:00:00\\\\u005a" as "2006-01-02T15:04:05Z07:00": cannot parse "\\\\u005a" as "Z07:00"',
    ],
    [
      '{"date":"é"}',
      'parsing time "\\xc3\\xa9" as "2006-01-02T15:04:05Z07:00": cannot parse "\\xc3\\xa9" as "2006"',
    ],
    ['{"date":"1990-13"}', 'parsing time "1990-13": month out of range'],
    [
      '{"date":"1990-05-04T00:00:00+25:00"}',
      'parsing time "1990-05-04T00:00:00+25:00": time zone offset hour out of range',
    ],
    // The first value of a wrong kind is told, but an integer that is none ends the reading at once.
    ['{"name":1,"precise_amount":"x"}', 'math/big: cannot unmarshal "\\"x\\"" into a *big.Int'],
  ])("%s", (body, message) => {
    expect(() => decodeBody(body, shape)).toThrow(message);
  });
});

function decoded(pieces: readonly string[]): { readonly items: readonly string[]; readonly broken: boolean } {
  const steps = decodeItems(pieces, text);
  const items: string[] = [];
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return { items, broken: value };
    if (value !== undefined) items.push(value);
  }
}

describe("items of an array", () => {
  it.each([
    ['["a","b"]', ["a", "b"], false],
    [' [ "a" , "b" ] tail', ["a", "b"], false],
    ['["a","b"', ["a", "b"], false],
    ['["a"}', ["a"], false],
    ["[", [], false],
    ['["a",]', ["a"], true],
    ['["a" "b"]', ["a"], true],
    ['["a",5,"b"]', ["a"], true],
    ['["a","b', ["a"], true],
    ['["\\u00e9", "\\"", "é\u{1f600}"]', ["é", '"', "é\u{1f600}"], false],
    ['"a"', [], true],
    ["null", [], true],
    ["", [], true],
  ])("of %j, in one piece or in many, are %j", (body, items, broken) => {
    expect(decoded([body])).toEqual({ items, broken });
    expect(decoded([...body])).toEqual({ items, broken });
  });
});

it("a number may go on in the next piece", () => {
  expect(
    [...decodeItems(["[1", "2", ",-", "3.", "5", "]"], float)].filter((item) => item !== undefined),
  ).toEqual([12, -3.5]);
});
