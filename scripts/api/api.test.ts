/** The text of public signatures: what is in it, what is not, and how a change of it reads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compare } from "./reports.ts";
import { signaturesOf } from "./signatures.ts";

function emitted(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "annex-api-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const index = `/** Words. */
import { Inner } from "./inner.js";
export { unused as renamed } from "./inner.js";
/** More words. */
export declare function made(of: Inner): string;
`;

test("what is exported is in it with the types that it needs; words and everything else are not", async () => {
  const inner =
    "export type Inner = { readonly size: bigint };\nexport type Hidden = 1;\nexport declare const unused: 2;\n";
  const text = await signaturesOf(emitted({ "index.d.ts": index, "inner.d.ts": inner }), ["./src/index.ts"]);
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
  const before = await signaturesOf(emitted(of("bigint")), ["./src/index.ts"]);
  const after = await signaturesOf(emitted(of("string")), ["./src/index.ts"]);
  expect(compare(before, after)).toMatch(/-.*size: bigint[\s\S]*\+.*size: string/);
  expect(compare(undefined, after)).toContain("not in the repository yet");
});
