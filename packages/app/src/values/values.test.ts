import { Secret } from "@annex/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue, encodeValue, UnstorableValue } from "./index.ts";

const leaf = fc.oneof(
  fc.bigInt(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  // JSON has no negative zero.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.date({ noInvalidDate: true }),
);
const key = fc.oneof(fc.string(), fc.constantFrom("$bigint", "$date", "$object", "__proto__"));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(key, tie("any"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

describe("what a run keeps", () => {
  test("comes back as exactly what went in, whatever it looks like", () => {
    fc.assert(
      fc.property(value, (given) => {
        fc.pre(
          !(JSON.stringify(given, (_key, item) => (typeof item === "bigint" ? "" : item)) ?? "").includes(
            "blnk_",
          ),
        );
        expect(decodeValue(encodeValue(given, "It"))).toEqual(given);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps a small bigint a bigint, and an amount of any size exact", () => {
    const given = { one: 1n, huge: 10n ** 60n + 1n, plain: 1 };
    expect(decodeValue(encodeValue(given, "It"))).toStrictEqual(given);
  });

  test("nothing is nothing", () => {
    expect(encodeValue(undefined, "It")).toBeUndefined();
    expect(decodeValue(undefined)).toBeUndefined();
    expect(decodeValue(encodeValue({ gone: undefined, list: [undefined] }, "It"))).toEqual({ list: [null] });
  });

  test("plain JSON is kept as JSON writes it, and copied where something in it is not plain", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        fc.pre(!/[$]|blnk_|annex/.test(JSON.stringify(given)));
        const text = encodeValue(given, "It");
        expect(text).toBe(JSON.stringify(given));
        expect(encodeValue([given, 1n], "It")).toBe(`[${text},{"$bigint":"1"}]`);
        expect(decodeValue(text)).toEqual(JSON.parse(text ?? ""));
      }),
    );
  });

  test("as deep as may be, and no deeper", () => {
    const nested = (depth: number): unknown => (depth === 0 ? "x" : { in: nested(depth - 1) });
    expect(decodeValue(encodeValue(nested(100), "It"))).toEqual(nested(100));
    expect(() => encodeValue(nested(101), "It")).toThrow("is nested too deeply");
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  test.each([
    ["a Secret", new Secret("blnk_abcdefghijk"), "It is a Secret"],
    ["a Secret far inside", { a: [{ b: new Secret("x") }] }, "It, at .a[0].b, is a Secret"],
    ["a revealed key", "blnk_abcdefghijk", "It is a secret"],
    ["a header with one", { authorization: "Bearer blnk_abcdefghijk" }, "It, at .authorization, is a secret"],
    ["a function", () => 1, "It is a function"],
    ["a symbol", Symbol("s"), "It is a symbol"],
    ["not a number", Number.NaN, "It is NaN"],
    ["infinity", [Number.POSITIVE_INFINITY], "It, at [0], is Infinity"],
    ["an invalid date", new Date(Number.NaN), "It is an invalid date"],
    ["a map", new Map(), "It is an instance of a class"],
    ["bytes", new Uint8Array(1), "It is an instance of a class"],
    ["an error", new Error("x"), "It is an instance of a class"],
    ["itself", cycle, "is nested too deeply, or holds itself"],
  ])("refuses %s, and says where", (_name, given, text) => {
    const encode = () => encodeValue(given, "It");
    expect(encode).toThrow(UnstorableValue);
    expect(encode).toThrow(text);
  });

  test("a text that only speaks of a key is a text", () => {
    const text = "The key begins with blnk_abc…";
    expect(decodeValue(encodeValue(text, "It"))).toBe(text);
  });
});
