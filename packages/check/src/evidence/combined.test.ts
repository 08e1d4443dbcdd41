import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { combinedAlike } from "./combined.ts";

const newKey = () => `blnk_${randomBytes(32).toString("hex")}`;
const pair = [newKey(), newKey()] as const;
const password = createHash("sha256").update("password").digest();
const secret = randomBytes(32);

/** What is done to a key before it is kept. */
type Kept = readonly [what: string, keep: (key: string) => string | Uint8Array];

/** A store with much else in it. */
function storeOf(kept: readonly (string | Uint8Array)[]): Buffer {
  const beside = () => randomBytes(20_000);
  return Buffer.concat([
    beside(),
    ...kept.flatMap((one) => [Buffer.from(one), beside()]),
    Buffer.alloc(9000),
  ]);
}

const xor = (key: string, pad: Uint8Array): Buffer =>
  Buffer.from(Buffer.from(key).map((byte, at) => byte ^ (pad[at % pad.length] ?? 0)));
const stream = (key: string, nonce: Buffer) =>
  createCipheriv("aes-256-ctr", secret, nonce).update(key, "utf8");
const sealed = (key: string) => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", secret, nonce);
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
};
const asJson = (bytes: Uint8Array) => `{"sealed":${JSON.stringify(Buffer.from(bytes).toString("latin1"))}}`;

test.for([
  ["one byte", (key: string) => xor(key, Buffer.of(42))],
  ["a password, in base64 behind a word", (key: string) => `active${xor(key, password).toString("base64")}`],
  ["a password, in hexadecimal", (key: string) => `{"sealed":"${xor(key, password).toString("hex")}"}`],
  ["one byte, as a text in JSON", (key: string) => asJson(xor(key, Buffer.of(42)))],
  ["one byte beyond ASCII, as a text in JSON", (key: string) => asJson(xor(key, Buffer.of(200)))],
  ["one byte, as a list of numbers", (key: string) => JSON.stringify([...xor(key, Buffer.of(42))])],
  ["a cipher's stream whose nonce stays", (key: string) => stream(key, Buffer.alloc(16))],
  ["a byte that is added", (key: string) => Buffer.from(key).map((byte) => byte + 3)],
  ["one byte, reversed", (key: string) => xor([...key].reverse().join(""), Buffer.of(42))],
] satisfies readonly Kept[])("is found when it is combined with %s", ([, keep]) => {
  expect(combinedAlike(storeOf(pair.map((key) => keep(key))), pair)).toContain("stays the same");
});

test.for([
  ["a cipher with a nonce of its own for each", sealed],
  ["the same in base64", (key: string) => sealed(key).toString("base64")],
  ["a cipher's stream with a nonce for each", (key: string) => stream(key, randomBytes(16))],
  ["a hash", (key: string) => createHash("sha512").update(key).digest()],
] satisfies readonly Kept[])("%s is nothing of the kind", ([, keep]) => {
  expect(combinedAlike(storeOf(pair.map((key) => keep(key))), pair)).toBeUndefined();
});

test("one key alone tells nothing", () => {
  expect(combinedAlike(storeOf([xor(pair[0], Buffer.of(42))]), pair)).toBeUndefined();
});
