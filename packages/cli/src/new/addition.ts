/** Annex into a project that is there: which lines its package.json gets, and which files; pure. */
import { CommandError } from "../failures/index.ts";
import type { Tarball } from "./package-source.ts";
import { type Manifest, type PlannedFile, vendored, withDependencies, withTarballs } from "./plan.ts";

/** What `annex add` can be asked for, by its name without `@annex/`: where npm is to put it. */
const places = {
  app: "dependencies",
  client: "dependencies",
  protocol: "dependencies",
  // What pages are made of is built into them, and the rest is for development.
  portal: "devDependencies",
  ui: "devDependencies",
  testing: "devDependencies",
  check: "devDependencies",
  cli: "devDependencies",
} as const;

type Addable = keyof typeof places;

export const addable = Object.keys(places) as Addable[];

/** An app, its tests and the command. */
export const usuallyAdded: readonly Addable[] = ["app", "testing", "cli"];

/** A project as its package.json says. */
export type Project = { readonly manifest: Manifest; readonly indentation: string };

/** @throws CommandError when the text is no package.json. */
export function readProject(text: string): Project {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest === "object" && manifest !== null && !Array.isArray(manifest))
      return { manifest, indentation: /^[ \t]+/m.exec(text)?.[0] ?? "  " };
  } catch {
    // Said below: it is no manifest either way.
  }
  throw new CommandError(
    "The package.json of this folder is not one that npm could read.",
    "Mend it, and run the command again.",
  );
}

/**
 * The files that change: the project's package.json as it was, with the packages, and the tarballs. What is already
 * there of ours is brought to this version, in the place where it stands.
 *
 * @param version of the packages, where they come from a registry.
 * @throws CommandError when a package is not among the tarballs.
 */
export function planAddition(
  { manifest, indentation }: Project,
  wanted: readonly Addable[],
  tarballs: readonly Tarball[],
  version: string,
): readonly PlannedFile[] {
  const asked = withPackages(manifest, wanted, version);
  const { manifest: whole, used } =
    tarballs.length === 0 ? { manifest: asked, used: [] } : withTarballs(asked, tarballs);
  return [...vendored(used), { path: "package.json", text: `${JSON.stringify(whole, null, indentation)}\n` }];
}

function withPackages(manifest: Manifest, wanted: readonly Addable[], version: string): Manifest {
  const { dependencies = {}, devDependencies = {} } = manifest;
  const present = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  const asked = (place: "dependencies" | "devDependencies") => {
    const names = wanted.filter((name) => places[name] === place).map((name) => `@annex/${name}`);
    const missing = names.filter((name) => !present.has(name));
    const there = Object.keys(manifest[place] ?? {}).filter((name) => ours.has(name));
    return {
      ...manifest[place],
      ...Object.fromEntries([...there, ...missing].map((name) => [name, version])),
    };
  };
  return withDependencies(manifest, asked("dependencies"), asked("devDependencies"));
}

const ours: ReadonlySet<string> = new Set(addable.map((name) => `@annex/${name}`));
