/** The packages that are published: each folder of `packages/` that is not marked as private. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";

export function publicPackages() {
  return readdirSync(join(root, "packages"))
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .map(readPackage)
    .filter(({ manifest }) => manifest.private !== true);
}

function readPackage(folder) {
  const directory = join(root, "packages", folder);
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  return { folder, directory, manifest, entries: entriesOf(manifest) };
}

/** The sources that can be reached from outside; what they import is published with them, and nothing else. */
function entriesOf(manifest) {
  const exported = Object.values(manifest.exports).filter((target) => /\.tsx?$/.test(target));
  return manifest.bin === undefined ? exported : [...exported, "./src/main.ts"];
}
