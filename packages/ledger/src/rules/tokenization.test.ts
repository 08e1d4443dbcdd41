import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  detokenize,
  markedFields,
  tokenizableField,
  tokenize,
  UnreadableToken,
  visiblePart,
} from "./tokenization.ts";

const secret = new Uint8Array(32).fill(7);
const nonce = new Uint8Array(12).fill(1);

const fieldNames: readonly (readonly [sent: string, field: string | undefined])[] = [
  ["FirstName", "FirstName"],
  ["firstName", "FirstName"],
  ["postCode", "PostCode"],
  ["first_name", undefined],
  ["firstname", undefined],
  ["FIRSTNAME", undefined],
  ["City", undefined],
  ["", undefined],
  ["constructor", undefined],
  ["__proto__", undefined],
];

describe("the field a request names", () => {
  it.each(fieldNames)("%s is %s", (sent, field) => {
    expect(tokenizableField(sent)).toBe(field);
  });
});

describe("tokens", () => {
  const values = fc.string({ unit: "binary" }).filter((value) => !value.includes(":"));

  it("open to the value they were made of (invariant 42)", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(detokenize(secret, tokenize(secret, value, nonce))).toBe(value);
      }),
    );
  });

  it("keep length and character classes in the visible part (invariant 42)", () => {
    const classOf = (character: string): string =>
      [/^[A-Z]$/, /^[a-z]$/, /^[0-9]$/].findIndex((pattern) => pattern.test(character)).toString();
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const visible = visiblePart(secret, value);
        expect([...visible].map(classOf)).toEqual([...value].map(classOf));
      }),
    );
  });

  it("are written as FPT, visible part, base64", () => {
    const token = tokenize(secret, "Alan 1", nonce);
    expect(token).toMatch(/^FPT:[A-Z][a-z]{3} [0-9]:[A-Za-z0-9+/]+=*$/);
    expect(visiblePart(secret, "Alan 1")).toBe(token.split(":")[1]);
    expect(tokenize(secret, "", nonce)).toMatch(/^FPT::[A-Za-z0-9+/]+=*$/);
  });

  it("differ from one sealing to the next", () => {
    expect(tokenize(secret, "Alan", nonce)).not.toBe(tokenize(secret, "Alan", new Uint8Array(12).fill(2)));
  });

  const sealed = tokenize(secret, "Alan", nonce);
  it.each([
    ["a plain text", secret, "Alan"],
    ["a value with a colon, as in Core", secret, tokenize(secret, "a:b", nonce)],
    ["another secret", new Uint8Array(32).fill(8), sealed],
    ["a changed byte", secret, `${sealed.slice(0, 12)}${sealed[12] === "A" ? "B" : "A"}${sealed.slice(13)}`],
    ["a token cut short", secret, sealed.slice(0, 20)],
    ["nothing", secret, ""],
  ])("do not open with %s", (_, key, token) => {
    expect(() => detokenize(key, token)).toThrow(UnreadableToken);
  });
});

describe("marks of tokenized fields", () => {
  it.each([
    [null, []],
    [{}, []],
    [{ tokenized_fields: null }, []],
    [{ tokenized_fields: ["FirstName"] }, []],
    [{ tokenized_fields: { FirstName: true, LastName: false, Street: "yes" } }, ["FirstName"]],
  ])("of %j are %j", (metadata, fields) => {
    expect(markedFields(metadata)).toEqual(fields);
  });
});
