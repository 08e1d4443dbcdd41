/** The templates: one folder each, and `common` with what stands in every app. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export type TemplateFile = { readonly path: string; readonly text: string };

const common = "common";

/** Beside the emitted command where it is installed, at the root of the repository where it is not. */
const home = ["../../templates/", "../../../../templates/"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

export function templateNames(): readonly string[] {
  return readdirSync(home ?? "").filter((name) => name !== common);
}

/** Every file of a template; its own go before those of `common`. */
export function readTemplate(name: string): readonly TemplateFile[] {
  const own = filesBelow(join(home ?? "", name));
  const shared = filesBelow(join(home ?? "", common));
  return [...own, ...shared.filter(({ path }) => own.every((file) => file.path !== path))];
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
