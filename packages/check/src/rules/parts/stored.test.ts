import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { NotTested } from "../../evidence/index.ts";
import { blocksOf, mostRead, partsOfFile, writtenSince } from "../../world/index.ts";
import { findIn, mustBeRead, secretsIn } from "./stored.ts";

function file(content: string | Uint8Array) {
  const directory = mkdtempSync(join(tmpdir(), "annex-stored-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, "app.db");
  writeFileSync(path, content);
  return { path, size: content.length, head: Buffer.from(content).subarray(0, 16) };
}

const part = 20_000;

async function holds(parts: AsyncIterable<Buffer>, text: string): Promise<boolean> {
  for await (const bytes of parts) if (bytes.includes(text)) return true;
  return false;
}

test.for([0, part - 8, part, 2 * part - 8, 3 * part])(
  "what stands at byte %i of a large file is found",
  async (at) => {
    const text = `${".".repeat(at)}the secret${".".repeat(part)}`;
    for (const stored of [file(text), file(gzipSync(text))]) {
      expect(await holds(partsOfFile(stored, mostRead, part), "the secret")).toBe(true);
      expect(await holds(partsOfFile(stored, mostRead, part), "another")).toBe(false);
    }
  },
);

test.for([
  ["0123456789abcdef0123456789abcdef", "c0ffee11decade22facade33beaded44"],
  ["short-0192f0c1", "short-77aa01ff"],
] as const)("%s is found and %s is not", async ([secret, other]) => {
  const stored = file(`{"session":"${secret}"}`);
  expect(await secretsIn([stored], [secret, other])).toEqual(new Map([[stored.path, new Set([secret])]]));
  expect(await secretsIn([stored], [other])).toEqual(new Map([[stored.path, new Set()]]));
});

test("others go on while a large file is looked through, a little of it in each turn", async () => {
  const large = file(".".repeat(8 * 1024 * 1024));
  let longest = 0;
  let turns = 0;
  let ended = false;
  const going = (): void => {
    turns += 1;
    if (!ended) setImmediate(going);
  };
  setImmediate(going);
  await findIn([large], (bytes) => {
    longest = Math.max(longest, bytes.length);
    return undefined;
  });
  ended = true;
  expect(longest).toBeLessThan(2 * 1024 * 1024);
  expect(turns).toBeGreaterThan(8);
});

test("each file that holds it is found, and of all together no more is read than may be", async () => {
  const files = [file("one secret"), file(`no ${".".repeat(part)}`), file("one secret more")];
  const search = (bytes: Buffer) => bytes.includes("secret") || undefined;
  const found = async (most?: number) => (await findIn(files, search, most)).map(({ path }) => path);
  expect(await found()).toEqual([files[0]?.path, files[2]?.path]);
  expect(await found(part)).toEqual([files[0]?.path]);
});

test("a store that was not looked through to its end is not said to hold nothing", () => {
  const stored = { path: "app.db", size: mostRead + 1, head: Buffer.alloc(0) };
  expect(() => mustBeRead([stored])).toThrow(NotTested);
  expect(() => mustBeRead([{ ...stored, size: mostRead }])).not.toThrow();
  expect(() =>
    mustBeRead([
      { ...stored, size: mostRead },
      { ...stored, size: 1 },
    ]),
  ).toThrow(NotTested);
});

test("what was written since into the middle of a large file, or into a new one, is told from what stood there", async () => {
  const before = randomBytes(8 * 1024 * 1024);
  const large = file(before);
  const known = await blocksOf([large]);
  writeFileSync(large.path, before.fill("secret", 4_000_000, 4_010_000));
  const files = [large, file("a new secret")];
  const { contents, isWhole } = await writtenSince(files, known, 1024 * 1024);
  expect([isWhole, contents.length]).toEqual([true, 2]);
  for (const content of contents) expect(content.includes("secret")).toBe(true);
  expect(contents[0]?.length).toBeLessThan(32 * 1024);
  expect((await writtenSince(files, known, 4096)).isWhole).toBe(false);
});
