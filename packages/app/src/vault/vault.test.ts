import { createHmac, hkdfSync } from "node:crypto";
import { inspect } from "node:util";
import { Secret } from "@annex/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EnvironmentError } from "../environment/index.ts";
import { createVault } from "./index.ts";
import { parseKeyRing } from "./key-ring.ts";

const base64 = (byte: number) => Buffer.alloc(32, byte).toString("base64");
const ringOf = (...ids: readonly string[]) =>
  parseKeyRing(ids.map((id) => `${id}:${base64(id.charCodeAt(0))}`).join(","));
const key = new Secret("blnk_abc_planted_key");

describe("sealing", () => {
  test("what was sealed opens, whatever it is", () => {
    const vault = createVault(ringOf("a"));
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), fc.string({ maxLength: 60 }), (value, id) => {
        expect(vault.open(id, vault.seal(id, new Secret(value)).sealed).reveal()).toBe(value);
      }),
    );
  });

  test("a sealed key holds nothing of the key and differs each time", () => {
    const vault = createVault(ringOf("a"));
    const [one, other] = [1, 2].map(() => vault.seal("instapp_1", key).sealed) as [Uint8Array, Uint8Array];
    expect(Buffer.from(one).includes("planted")).toBe(false);
    expect(Buffer.from(one).equals(other)).toBe(false);
    expect(one.length).toBe(other.length);
  });

  test("copied to another installation it does not open", () => {
    const vault = createVault(ringOf("a"));
    const { sealed } = vault.seal("instapp_1", key);
    expect(() => vault.open("instapp_2", sealed)).toThrow(expect.objectContaining({ code: "seal_broken" }));
  });

  test("altered anywhere it does not open", () => {
    const vault = createVault(ringOf("a"));
    const { sealed } = vault.seal("instapp_1", key);
    for (const position of sealed.keys()) {
      const altered = sealed.with(position, (sealed[position] ?? 0) ^ 1);
      expect(() => vault.open("instapp_1", altered)).toThrow();
    }
  });

  test("an error about a seal says nothing of the key", () => {
    const vault = createVault(ringOf("a"));
    try {
      vault.open("instapp_2", vault.seal("instapp_1", key).sealed);
      expect.unreachable();
    } catch (error) {
      expect(inspect(error)).not.toContain("planted");
    }
  });
});

describe("the key ring", () => {
  test("the first key seals, all of them open", () => {
    const before = createVault(ringOf("a"));
    const after = createVault(ringOf("b", "a"));
    expect(after.open("instapp_1", before.seal("instapp_1", key).sealed).reveal()).toBe(key.reveal());
    const { sealed } = after.seal("instapp_1", key);
    expect(createVault(ringOf("b")).open("instapp_1", sealed).reveal()).toBe(key.reveal());
    expect(() => before.open("instapp_1", sealed)).toThrow(
      expect.objectContaining({ code: "unknown_ring_key" }),
    );
  });

  test("a keyed hash is HMAC-SHA-256 under a key derived for that use", () => {
    const derived = hkdfSync(
      "sha256",
      Buffer.alloc(32, "a".charCodeAt(0)),
      Buffer.alloc(0),
      "annex key hash",
      32,
    );
    const wanted = createHmac("sha256", Buffer.from(derived)).update(key.reveal()).digest("base64url");
    expect(createVault(ringOf("a")).hashes(key)).toEqual([`a.${wanted}`]);
  });

  test("hashes of a key stay comparable when a new ring key comes first", () => {
    const [stored] = createVault(ringOf("a")).hashes(key);
    expect(createVault(ringOf("b", "a")).hashes(key)).toContain(stored);
    expect(createVault(ringOf("b", "a")).hashes(new Secret("blnk_abc_other"))).not.toContain(stored);
  });

  test.each([
    ["nothing", ""],
    ["no id", base64(1)],
    ["a short key", "a:c2hvcnQ="],
    ["a long key", `a:${Buffer.alloc(33).toString("base64")}`],
    ["not base64", "a:!!!"],
    ["an id twice", `a:${base64(1)},a:${base64(2)}`],
    ["an empty part", `a:${base64(1)},`],
  ])("%s is refused, naming the variable and not the value", (_what, text) => {
    const parse = () => parseKeyRing(text);
    expect(parse).toThrow(EnvironmentError);
    expect(parse).toThrow(/^ANNEX_KEY_RING must be id:base64/);
    if (text !== "") expect(parse).not.toThrow(text);
  });
});
