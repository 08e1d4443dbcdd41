/** What a browser loads before the first page is there, of the build that the local Cloud serves. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

type Chunk = {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
};
type Manifest = Readonly<Record<string, Chunk>>;

const build = join(import.meta.dirname, "dist");
const manifestFile = join(build, ".vite", "manifest.json");
const manifest: Manifest = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, "utf8")) : {};

/** A chunk and all that it imports, but not what is loaded later. */
function withImports(name: string, seen: Set<string>): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const imported of manifest[name]?.imports ?? []) withImports(imported, seen);
  return seen;
}

function filesOf(pages: readonly string[]): { readonly scripts: Set<string>; readonly styles: Set<string> } {
  const chunks = new Set<string>();
  for (const page of ["index.html", ...pages]) withImports(page, chunks);
  const found = [...chunks].flatMap((name) => manifest[name] ?? []);
  return {
    scripts: new Set(found.map(({ file }) => file)),
    styles: new Set(found.flatMap(({ css = [] }) => css)),
  };
}

function compressedKilobytes(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(build, file))).length, 0) / 1000;
}

test.each([
  ["the log-in", ["src/session/login-page.tsx"]],
  ["the library of apps", ["src/shell/shell.tsx", "src/apps/apps-page.tsx"]],
])("%s comes with at most 180 kB of scripts and 20 kB of styles", (_name, pages) => {
  for (const page of pages) expect(manifest[page], "npm run build makes it").toBeDefined();
  const { scripts, styles } = filesOf(pages);
  expect(compressedKilobytes(scripts)).toBeLessThanOrEqual(180);
  expect(compressedKilobytes(styles)).toBeLessThanOrEqual(20);
});

test("no page's own code is part of the first load of another", () => {
  const { scripts } = filesOf(["src/shell/shell.tsx", "src/apps/apps-page.tsx"]);
  const others = Object.entries(manifest).filter(([name]) =>
    /^src\/(records|operations)\/.*-page/.test(name),
  );
  expect(others.length).toBeGreaterThan(6);
  expect(others.filter(([, { file }]) => scripts.has(file)).map(([name]) => name)).toEqual([]);
});
