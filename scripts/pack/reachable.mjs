/** Which modules of a package its entries reach; the others are helpers of tests. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const specifier = /(?:from|import)\s*\(?\s*"(\.[^"]+?)\.(?:js|tsx?)"/g;

/**
 * @param folder what was emitted of one package.
 * @param entries their sources, such as `./src/index.ts`.
 * @returns modules as paths in the folder, without extension.
 */
export function reachable(folder, entries) {
  const found = new Set();
  const waiting = entries.map((entry) => entry.replace("./src/", "").replace(/\.tsx?$/, ""));
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (found.has(module)) continue;
    found.add(module);
    waiting.push(...importsOf(folder, module));
  }
  return found;
}

/** Types are imported by declarations only, values by both. */
function importsOf(folder, module) {
  const texts = [".js", ".d.ts"]
    .map((extension) => join(folder, `${module}${extension}`))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8"));
  if (texts.length < 2) throw new Error(`The compiler left out ${module} of ${folder}.`);
  return texts.flatMap((text) => [...text.matchAll(specifier)].map(([, path]) => inFolder(module, path)));
}

function inFolder(module, path) {
  return relative(".", join(dirname(module), path))
    .split(sep)
    .join("/");
}
