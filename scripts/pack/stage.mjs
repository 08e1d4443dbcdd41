/** A package's folder as it will be packed: what was emitted, its assets, its README and the licence. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "../paths.mjs";
import { bundle, isBundled } from "./bundle.mjs";
import { emitted } from "./emit.mjs";
import { publishedManifest } from "./manifest.mjs";
import { reachable } from "./reachable.mjs";

/** Stages one package; returns its folder. */
export async function stagePackage({ folder, directory, manifest, entries }) {
  const stage = join(root, "dist", "stage", folder);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const bundled = isBundled(folder);
  for (const module of reachable(join(emitted, folder, "src"), entries))
    copyModule(folder, module, stage, bundled ? [".d.ts"] : [".js", ".js.map", ".d.ts"]);
  rewritePaths(join(stage, "dist"));
  if (bundled) await bundle({ directory, entries, folder: join(stage, "dist") });
  copyAssets(join(directory, "src"), join(stage, "dist"));
  for (const extra of [...(manifest.files ?? []), ...(manifest.bin === undefined ? [] : ["bin"])])
    cpSync(sourceOf(directory, extra), join(stage, extra), { recursive: true });
  if (!existsSync(join(directory, "README.md")))
    throw new Error(`packages/${folder} has no README.md, and it is what people see of it first. Write one.`);
  cpSync(join(directory, "README.md"), join(stage, "README.md"));
  cpSync(join(root, "LICENSE"), join(stage, "LICENSE"));
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
  return stage;
}

/** What a package takes along lies in its own folder, or, as the templates do, at the root. */
function sourceOf(directory, extra) {
  const own = join(directory, extra);
  return existsSync(own) ? own : join(root, extra);
}

/** The compiler leaves the sources' names in declarations and maps. */
function rewritePaths(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.name.endsWith(".d.ts")) rewrite(file, /((?:from|import)\s*\(?")(\.[^"]+)\.tsx?"/g, '$1$2.js"');
    if (!entry.name.endsWith(".map")) continue;
    const upToPackage = "../".repeat(relative(folder, file).split(sep).length);
    rewrite(file, /"(?:\.\.\/)+packages\/[^/"]+\/(src\/[^"]+)"/, `"${upToPackage}$1"`);
  }
}

function rewrite(file, pattern, replacement) {
  writeFileSync(file, readFileSync(file, "utf8").replace(pattern, replacement));
}

function copyModule(folder, module, stage, extensions) {
  for (const extension of extensions) {
    const target = join(stage, "dist", `${module}${extension}`);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(emitted, folder, "src", `${module}${extension}`), target);
  }
}

/** Styles, pictures and the like, where the sources that name them came out too. */
function copyAssets(sources, target) {
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(tsx?|md)$/.test(entry.name)) continue;
    const relativeFolder = entry.parentPath.slice(sources.length);
    const file = join(target, relativeFolder, entry.name);
    if (existsSync(dirname(file))) cpSync(join(entry.parentPath, entry.name), file);
  }
}
