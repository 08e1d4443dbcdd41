import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import { mostRead, partsOfFile } from "../world/index.ts";
import { findIn, mustBeRead, secretsIn } from "./stored.ts";

function file(text: string) {
  const directory = mkdtempSync(join(tmpdir(), "annex-stored-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, "app.db");
  writeFileSync(path, text);
  return { path, size: text.length, head: Buffer.alloc(0) };
}

const part = 20_000;

test.for([0, part - 8, part, 2 * part - 8, 3 * part])(
  "what stands at byte %i of a large file is found",
  (at) => {
    const stored = file(`${".".repeat(at)}the secret${".".repeat(part)}`);
    const found = findIn(partsOfFile(stored, part), (bytes) => bytes.includes("the secret") || undefined);
    expect(found).toBe(true);
    expect(
      findIn(partsOfFile(stored, part), (bytes) => bytes.includes("another") || undefined),
    ).toBeUndefined();
  },
);

test.for([
  ["0123456789abcdef0123456789abcdef", "c0ffee11decade22facade33beaded44"],
  ["short-0192f0c1", "short-77aa01ff"],
] as const)("%s is found and %s is not", ([secret, other]) => {
  const stored = file(`{"session":"${secret}"}`);
  expect([...secretsIn(stored, [secret, other])]).toEqual([secret]);
  expect(secretsIn(stored, [other]).size).toBe(0);
});

test("a store that was not looked through to its end is not said to hold nothing", () => {
  const stored = { path: "app.db", size: mostRead + 1, head: Buffer.alloc(0) };
  expect(() => mustBeRead([stored])).toThrow(NotTested);
  expect(() => mustBeRead([{ ...stored, size: mostRead }])).not.toThrow();
});
