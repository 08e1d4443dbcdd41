/** The source of ids and keys. */
import { expect, test } from "vitest";
import { newIdentifier, pooledRandom } from "./surroundings.ts";

test("pooled random bytes never come twice, whatever the sizes, and stay what they are", () => {
  const random = pooledRandom();
  const taken = Array.from({ length: 3000 }, (_, index) => random(16 + (index % 3) * 16));
  const first = taken.map((bytes) => Buffer.from(bytes).toString("hex"));
  expect(new Set(first.map((hex) => hex.slice(0, 32))).size).toBe(3000);
  expect(taken.map((bytes) => Buffer.from(bytes).toString("hex"))).toEqual(first);
  expect(random(20_000)).toHaveLength(20_000);
});

test("an id is its prefix and a UUID of version 4", () => {
  expect(newIdentifier("instapp", () => new Uint8Array(16).fill(255))).toBe(
    "instapp_ffffffff-ffff-4fff-bfff-ffffffffffff",
  );
});
