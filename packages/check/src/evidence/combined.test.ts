import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { combinedAlike, combinedWith, repeatedBlocks } from "./combined.ts";

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
] satisfies readonly Kept[])("is found when it is combined with %s", async ([, keep]) => {
  const stored = storeOf(pair.map((key) => keep(key)));
  expect(await combinedAlike([stored], pair)).toContain("stays the same");
});

test.for([
  ["a cipher with a nonce of its own for each", sealed],
  ["the same in base64", (key: string) => sealed(key).toString("base64")],
  ["a cipher's stream with a nonce for each", (key: string) => stream(key, randomBytes(16))],
  ["a hash", (key: string) => createHash("sha512").update(key).digest()],
] satisfies readonly Kept[])("%s is nothing of the kind", async ([, keep]) => {
  expect(await combinedAlike([storeOf(pair.map((key) => keep(key)))], pair)).toBeUndefined();
});

test("one key alone tells nothing", async () => {
  expect(await combinedAlike([storeOf([xor(pair[0], Buffer.of(42))])], pair)).toBeUndefined();
});

test("two keys are found in two files, also where one turn of looking through them ends", async () => {
  const stored = pair.map((key) =>
    Buffer.concat([Buffer.alloc(1024 * 1024 - 30, "."), xor(key, password), Buffer.alloc(9000, ".")]),
  );
  expect(await combinedAlike(stored, pair)).toContain("stays the same");
});

const id = "instapp_0190b2f4-7c1e-4d2a-9f3b-5a6c7d8e9f00";

test.for([
  ["the id", (key: string) => xor(key, Buffer.from(id))],
  ["the id, in base64", (key: string) => xor(key, Buffer.from(id)).toString("base64")],
  ["a hash of the id", (key: string) => xor(key, createHash("sha256").update(id).digest())],
  [
    "a hash of the id in hexadecimal, in hexadecimal",
    (key: string) => xor(key, Buffer.from(createHash("md5").update(id).digest("hex"))).toString("hex"),
  ],
] satisfies readonly Kept[])("it is told that a key was combined with %s", ([, keep]) => {
  expect(combinedWith(storeOf([keep(pair[0])]), pair[0], ["inst_another", id])).toBe(id);
  expect(combinedWith(storeOf([keep(pair[0])]), pair[1], [id])).toBeUndefined();
});

test("a key that was sealed beside its id was not combined with it", () => {
  expect(combinedWith(storeOf([id, sealed(pair[0])]), pair[0], [id])).toBeUndefined();
});

const ofBlocks = `blnk_${randomBytes(8).toString("hex").repeat(4)}`;

/** Blocks that are encrypted each by itself, or each by what came before. */
const inBlocks = (mode: "ecb" | "cbc") => {
  const cipher = createCipheriv(`aes-256-${mode}`, secret, mode === "ecb" ? null : randomBytes(16));
  return Buffer.concat([cipher.update(ofBlocks), cipher.final()]);
};

test.for([
  ["as bytes", inBlocks("ecb")],
  ["in base64", inBlocks("ecb").toString("base64")],
  ["in hexadecimal", inBlocks("ecb").toString("hex")],
] as const)("blocks that were encrypted each by itself repeat themselves: %s", ([, kept]) => {
  expect(repeatedBlocks(storeOf([kept])).size).toBeGreaterThan(0);
});

test.for([
  ["another cipher's blocks", inBlocks("cbc")],
  ["a text", ofBlocks],
  ["empty pages", Buffer.alloc(4096)],
  ["a table of few numbers", Buffer.from(Array.from({ length: 400 }, (_, at) => (at % 4 === 0 ? 200 : 0)))],
] as const)("no block is found in %s", ([, kept]) => {
  expect([...repeatedBlocks(storeOf([kept]))]).toEqual([]);
});

test("a block that is stored a thousand times is found wherever it is begun to be read, and looked at no more than that", () => {
  const block = Buffer.from("e0a1b2c3d4e5f60718293a4b5c6d7e8f", "hex");
  const stored = (times: number) => Buffer.concat(Array.from({ length: times }, () => block));
  expect(repeatedBlocks(stored(4))).toHaveProperty("size", 16);
  expect(repeatedBlocks(stored(1000))).toEqual(repeatedBlocks(stored(4)));
});
