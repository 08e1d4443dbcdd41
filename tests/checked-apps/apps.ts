/** The apps of this repository that the checker holds to the contract: how each is put into a folder and started. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { readTemplate } from "../../packages/cli/src/new/index.ts";
import { installTarballs, packTarballs, run } from "../support/tarballs.ts";

/** The words of a command; in this repository's folder unless it says another. */
export type Started = { readonly words: readonly string[]; readonly folder?: string };

/** An app to check: what runs it, below which path it answers, and what it asks for. */
export type CheckedApp = {
  readonly name: string;
  readonly path: string;
  readonly asks: readonly ("data:read" | "data:write" | "alerts:read" | "alerts:write")[];
  /** Puts what has to be put, and gives the words of the command that starts it, and the folder it is started in where that matters. */
  prepare(): Started;
};

const root = resolve(import.meta.dirname, "../..");

/** Inside the repository, so that the packages resolve; ignored by git. */
const scratch = join(root, ".cache", "checked-apps");

const node = (...words: readonly string[]): Started => ({ words: [process.execPath, ...words] });

const templates: readonly CheckedApp[] = [
  {
    name: "minimal",
    path: "",
    asks: ["data:read", "alerts:write"],
    prepare: () => node(join(written("minimal"), "src", "main.ts")),
  },
  {
    name: "worker",
    path: "",
    asks: ["data:read"],
    prepare: () => node(join(written("worker"), "src", "main.ts")),
  },
  {
    name: "react",
    path: "",
    asks: ["data:read", "alerts:write"],
    prepare: () => {
      const directory = written("react");
      run(process.execPath, [viteCommand(), "build", "pages", "--logLevel", "warn"], directory);
      return node(join(directory, "src", "main.ts"));
    },
  },
  {
    name: "express",
    path: "",
    asks: ["data:read"],
    prepare: () => node(join(written("express"), "src", "main.ts")),
  },
  { name: "nextjs", path: "", asks: ["data:read"], prepare: startedByNext },
];

/** The framework inside a server that is not its own. */
const adapters: readonly CheckedApp[] = ["node", "express", "fastify", "hono", "nextjs"].map((name) => ({
  name: `${name}-example`,
  path: "/apps/hello",
  asks: ["data:read"],
  prepare: () => node(join(root, "packages", "app", "examples", "start.ts"), name),
}));

/** Every one, the one that ships first. */
export const checkedApps: readonly CheckedApp[] = [
  {
    name: "stripe-sync",
    path: "",
    asks: ["data:read", "data:write", "alerts:write"],
    prepare: () => node(join(root, "apps", "stripe-sync", "src", "main.ts")),
  },
  ...templates,
  ...adapters,
];

/** A template as `annex new` writes it, with its names filled in; once, though several checks of it run at a time. */
function written(template: string): string {
  const directory = join(scratch, template);
  if (!areWritten.has(template)) writtenInto(directory, template);
  areWritten.add(template);
  return directory;
}

const areWritten = new Set<string>();

function writtenInto(directory: string, template: string): string {
  rmSync(directory, { recursive: true, force: true });
  for (const { path, text } of readTemplate(template)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll("__NAME__", "checked").replaceAll("__TITLE__", "Checked"));
  }
  return directory;
}

function viteCommand(): string {
  return join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
}

/** Next.js is half a gigabyte, so it is installed for this app alone, with the packages as they are published. */
function startedByNext(): Started {
  packTarballs();
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, "templates", "nextjs", "package.json"), "utf8"),
  ) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const theirs = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([name]) => !name.startsWith("@annex/"),
  );
  const home = installTarballs(Object.fromEntries(theirs));
  const directory = writtenInto(join(home, "checked"), "nextjs");
  const next = join(home, "node_modules", "next", "dist", "bin", "next");
  // Its pages stand where it is started.
  return { ...node(next, "dev", "--hostname", "localhost"), folder: directory };
}
