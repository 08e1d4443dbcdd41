/** The apps of this repository that the checker holds to the contract: how each is put into a folder and started. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** An app to check: what runs it, below which path it answers, and what it asks for. */
export type CheckedApp = {
  readonly name: string;
  readonly path: string;
  readonly asks: readonly ("data:read" | "data:write" | "alerts:read" | "alerts:write")[];
  /** Puts what has to be put, and gives the arguments of Node. */
  prepare(): readonly string[];
};

const root = resolve(import.meta.dirname, "../..");

/** Inside the repository, so that the packages resolve; ignored by git. */
const scratch = join(root, ".cache", "checked-apps");

const templates: readonly CheckedApp[] = [
  { name: "minimal", asks: ["data:read", "alerts:write"] as const },
  { name: "worker", asks: ["data:read", "data:write"] as const },
].map(({ name, asks }) => ({ name, path: "", asks, prepare: () => [join(written(name), "src", "main.ts")] }));

const adapters: readonly CheckedApp[] = ["node", "express", "fastify"].map((name) => ({
  name,
  path: "/apps/hello",
  asks: ["data:read"],
  prepare: () => [join(root, "packages", "app", "examples", "start.ts"), name],
}));

/** Every one, the one that ships first. */
export const checkedApps: readonly CheckedApp[] = [
  {
    name: "stripe-sync",
    path: "",
    asks: ["data:read", "data:write", "alerts:write"],
    prepare: () => [join(root, "apps", "stripe-sync", "src", "main.ts")],
  },
  ...templates,
  ...adapters,
];

/** A template as `annex new` writes it, with its names filled in. */
function written(template: string): string {
  const directory = join(scratch, template);
  mkdirSync(scratch, { recursive: true });
  cpSync(join(root, "templates", template), directory, { recursive: true });
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !existsSync(file)) continue;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll("__NAME__", "checked").replaceAll("__TITLE__", "Checked"));
  }
  return directory;
}
