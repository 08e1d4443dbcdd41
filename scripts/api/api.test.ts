/** The text of public signatures: what is in it, what is not, and how a change of it reads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compare } from "./reports.ts";
import { declaredEntries, signaturesIn } from "./signatures.ts";
import { missingWords } from "./words.ts";

function emitted(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "annex-api-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const signaturesOf = async (folder: string) =>
  signaturesIn(await declaredEntries(folder, ["./src/index.ts"]));

const index = `/** Words. */
import { Inner } from "./inner.js";
export { unused as renamed } from "./inner.js";
/** More words. */
export declare function made(of: Inner): string;
`;

test("what is exported is in it with the types that it needs; words and everything else are not", async () => {
  const inner =
    "export type Inner = { readonly size: bigint };\nexport type Hidden = 1;\nexport declare const unused: 2;\n";
  const text = await signaturesOf(emitted({ "index.d.ts": index, "inner.d.ts": inner }));
  expect(text).toContain("declare function made(of: Inner): string");
  expect(text).toContain("readonly size: bigint");
  expect(text).toContain("unused as renamed");
  expect(text).not.toMatch(/Hidden|ords/);
});

test("a type that is only used by an export changes it too, and says so", async () => {
  const of = (size: string) => ({
    "index.d.ts": index,
    "inner.d.ts": `export type Inner = { readonly size: ${size} };\nexport declare const unused: 2;\n`,
  });
  const before = await signaturesOf(emitted(of("bigint")));
  const after = await signaturesOf(emitted(of("string")));
  expect(compare(before, after)).toMatch(/-.*size: bigint[\s\S]*\+.*size: string/);
  expect(compare(undefined, after)).toContain("not in the repository yet");
});

test("an export without words is named, and a value without an example", () => {
  const code = `/** A size in bytes. */
type Size = { readonly bytes: number };
type Bare = Size;
/** Makes one. */
declare function make(): Size;
/** Makes one. @example make2() */
declare function make2(): Bare;
// No docstring.
declare class Thing {}
/** So many bytes at most. */
declare const limit = 5;
/** Reads one. */
declare const read: (text: string) => Size;
/** Unused outside. */
declare function hidden(): void;
import { other } from "elsewhere";
export { type Size, type Bare as Renamed, Thing, limit, make, make2, other, read };
`;
  expect(missingWords(code)).toEqual([
    "Renamed: no words",
    "Thing: no words",
    "make: no example",
    "read: no example",
  ]);
});
