import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson, stringifyExactJson } from "../index.ts";

test("integers of any size come back with every digit", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), (amount) => {
      const text = stringifyExactJson({ amount });
      expect(text).toBe(`{"amount":${amount}}`);
      const back = parseExactJson(text) as { amount: number | bigint };
      expect(BigInt(back.amount)).toBe(amount);
    }),
  );
});

test("everything else is ordinary JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(stringifyExactJson(parseExactJson(text)))).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  ["1e30", 1e30],
  ["9007199254740993", 9007199254740993n],
  ["-9007199254740993", -9007199254740993n],
  ['"9007199254740993"', "9007199254740993"],
  ["0.12345678901234567890", 0.12345678901234568],
])("%s", (text, value) => {
  expect(parseExactJson(text)).toBe(value);
});

test("what is not JSON is a mistake, not a value", () => {
  expect(() => parseExactJson("{")).toThrow(SyntaxError);
  expect(() => stringifyExactJson(undefined)).toThrow(TypeError);
});
