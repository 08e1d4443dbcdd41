/** Tells whether sources changed since something was built of them: a hash over names and contents. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./paths.mjs";

/** The hash over files and whole folders, given by their paths in the repository. Tests do not count. */
export function fingerprintOf(paths) {
  const hash = createHash("sha256");
  const files = paths
    .flatMap((path) => filesBelow(join(root, path)))
    .filter((file) => !file.includes(".test."));
  for (const file of files.sort())
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](dist|node_modules)[\\/]/.test(file));
}
