import { describe, expect, test } from "vitest";
import { findSecret, maskSecrets, searchFor } from "./secrets.ts";

const key = "blnk_4f1d0c9e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d";
const other = `blnk_${"9e8d7c6b5a4f3e2d".repeat(4)}`;
const reversed = [...key].reverse().join("");

const hidden: readonly (readonly [string, string | Uint8Array])[] = [
  ["plain", `{"key":"${key}"}`],
  ["base64, at the first place", Buffer.from(`${key}x`).toString("base64")],
  ["base64, one further", Buffer.from(`a${key}`).toString("base64")],
  ["base64, two further", Buffer.from(`ab${key}`).toString("base64url")],
  ["hex", Buffer.from(key).toString("hex")],
  ["hex in capitals", Buffer.from(key).toString("hex").toUpperCase()],
  ["URL-encoded", [...Buffer.from(key)].map((byte) => `%${byte.toString(16)}`).join("")],
  ["reversed", reversed],
  ["in two pieces", `first ${key.slice(0, 34)} second ${key.slice(34)}`],
  ["as character codes", [...Buffer.from(key)].join(",")],
  ["as UTF-16", Buffer.from(key, "utf16le")],
  ["base64 of its base64", Buffer.from(Buffer.from(key).toString("base64")).toString("base64")],
  ["base64 of its hex", Buffer.from(Buffer.from(key).toString("hex")).toString("base64")],
  ["hex of its base64", Buffer.from(Buffer.from(key).toString("base64")).toString("hex")],
  [
    "with each letter moved by thirteen",
    "oyax_4s1q0p9r7n6o5p4q3r2s1n0o9p8q7r6s5n4o3p2q1r0s9n8o7p6q5r4s3n2o1p0q",
  ],
  ["as HTML's character codes", [...key].map((letter) => `&#${letter.charCodeAt(0)};`).join("")],
];

describe("a key is found", () => {
  test.for(hidden)("%s", ([, content]) => {
    expect(findSecret(content, key)).toBeDefined();
    expect(searchFor([other, key, other])(content)).toEqual(findSecret(content, key));
    expect(searchFor([other])(content)).toBeUndefined();
  });

  test("without being shown", () => {
    expect(JSON.stringify(findSecret(`key=${key} next`, key))).not.toContain(key.slice(8, 22));
  });
});

test("its prefix, which may be shown, is no finding, nor is another key", () => {
  expect(findSecret(`key ${key.slice(0, 8)}…`, key)).toBeUndefined();
  expect(findSecret(`blnk_${"0123456789abcdef".repeat(4)}`, key)).toBeUndefined();
});

test("a report keeps no key and no token", () => {
  const masked = maskSecrets(`${key} http://a.test/enter?token=abcdefghijklmnop&x=1`, [key]);
  expect(masked).toBe("blnk_4f1… http://a.test/enter?token=abcde…&x=1");
});

test("what stands around a secret shows no other one, whole or in part, and nothing of another line", () => {
  const other = "another-secret-0123456789abcdefghijklmnopqrstuvwxyz-0123456789";
  const beside = findSecret(`POST /door/${other}?key=${key}&next=${other} done\n/door/${other}`, key);
  expect(beside?.around).toBe("“…?key=[the secret]&next=…”");
  const lines = findSecret(`first line ${key} ends\n/door/${other}`, key);
  expect(lines?.around).toBe("“first line [the secret] ends”");
});

test("of a secret in pieces no piece is shown", () => {
  const found = findSecret(`it says ${key.slice(1, 20)} and ${key.slice(20)} there`, key);
  expect(found).toEqual({ form: "in pieces", around: "“it says … and [a piece of the secret]…”" });
});
