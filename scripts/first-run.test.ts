/**
 * The way in runs before anything is installed: on a fresh clone an import of a package there ended every root command
 * with a stack before it could install what was missing.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const staticImport = /^import\s[^"]*"([^"]+)"/gm;

/** Every file that is loaded when one is, and every package that is named on the way. */
function loadedBy(file: string, files = new Set<string>(), packages = new Set<string>()) {
  if (files.has(file)) return { files, packages };
  files.add(file);
  for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(staticImport)) {
    if (specifier.startsWith(".")) loadedBy(join(dirname(file), specifier), files, packages);
    else if (!specifier.startsWith("node:")) packages.add(specifier);
  }
  return { files, packages };
}

test.each(["run.mjs", "run-in-clone.mjs"])("%s needs no package to begin", (name) => {
  const { files, packages } = loadedBy(join(import.meta.dirname, name));
  expect(files.size).toBeGreaterThan(3);
  expect([...packages]).toEqual([]);
});
