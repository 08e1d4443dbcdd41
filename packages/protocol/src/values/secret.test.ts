import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../index.ts";

test("however it is printed, a secret shows its prefix only", () => {
  const value = "blnk_4f1c9d27aa0b66e2";
  const secret = new Secret(value);
  const prints = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ nested: [secret] }, { depth: 9, showHidden: true }),
    format("%s %o %j", secret, secret, secret),
    Object.values(secret).join(),
    new Error(`key ${secret} refused`).stack ?? "",
  ];
  for (const print of prints) expect(print).not.toContain(value.slice(9));
  expect(`${secret}`).toBe("blnk_4f1…");
  expect(secret.reveal()).toBe(value);
});

test("a short secret shows less than half of itself", () => {
  expect(new Secret("abcdef").prefix).toBe("abc");
  expect(new Secret("").prefix).toBe("");
});
