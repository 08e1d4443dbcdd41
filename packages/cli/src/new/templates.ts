/** The templates: one folder each, what one builds on, and `common` with what stands in every app. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export type TemplateFile = { readonly path: string; readonly text: string };

const common = "common";

/** A template that is another one somewhere else: only what differs is in its folder. */
const buildsOn: Readonly<Record<string, string>> = { express: "minimal" };

/** Beside the emitted command where it is installed, at the root of the repository where it is not. */
const home = ["../../templates/", "../../../../templates/"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

export function templateNames(): readonly string[] {
  return readdirSync(home ?? "").filter((name) => name !== common);
}

/** Every file of a template; its own go before those of what it builds on, and these before those of `common`. */
export function readTemplate(name: string): readonly TemplateFile[] {
  const layers = [name, buildsOn[name], common].filter((layer) => layer !== undefined);
  const files = new Map<string, TemplateFile>();
  for (const layer of layers.toReversed())
    for (const file of filesBelow(join(home ?? "", layer))) files.set(file.path, file);
  return [...files.values()];
}

/** npm leaves files with these names out of a package, so the templates have them without the dot. */
const dotted = new Set(["gitignore", "dockerignore", "env.example"]);

function filesBelow(folder: string): readonly TemplateFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(folder, file).split(sep).join("/");
      return { path: dotted.has(path) ? `.${path}` : path, text: readFileSync(file, "utf8") };
    });
}
