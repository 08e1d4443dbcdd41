/** Which files an app has, with which text; pure. */
import { basename } from "node:path";
import { CommandError } from "../failures/index.ts";
import type { Tarball } from "./package-source.ts";
import type { Target } from "./target.ts";
import type { TemplateFile } from "./templates.ts";

/** A file with its text, or a copy of another. */
export type PlannedFile = { readonly path: string } & (
  | { readonly text: string }
  | { readonly copyOf: string }
);

type Dependencies = Readonly<Record<string, string>>;

/** What is read of a package.json; the rest of it stays as it is. */
export type Manifest = { readonly dependencies?: Dependencies; readonly devDependencies?: Dependencies };

/**
 * The files of an app. Tarballs are copied into it (`vendor/`), so that it installs on
 * any machine and in its container; the packages that they need in turn are named
 * too, or npm would look for those in the registry.
 *
 * @throws CommandError when a package that the template needs is not among the tarballs.
 */
export function planApp(
  target: Target,
  template: readonly TemplateFile[],
  tarballs: readonly Tarball[],
): readonly PlannedFile[] {
  const files = template.map(({ path, text }) => ({
    path,
    text: text.replaceAll("__NAME__", target.name).replaceAll("__TITLE__", target.title),
  }));
  if (tarballs.length === 0) return files;
  const manifest = files.find(({ path }) => path === "package.json");
  const { manifest: whole, used } = withTarballs(JSON.parse(manifest?.text ?? "{}") as Manifest, tarballs);
  return [
    ...files.filter((file) => file !== manifest),
    { path: "package.json", text: `${JSON.stringify(whole, null, 2)}\n` },
    ...vendored(used),
  ];
}

/** The copies of tarballs in an app. */
export function vendored(tarballs: readonly Tarball[]): readonly PlannedFile[] {
  return tarballs.map(({ file }) => ({ path: `vendor/${basename(file)}`, copyOf: file }));
}

/** A manifest that depends on the tarballs' copies, and on those that they need in turn; which these are. */
export function withTarballs(manifest: Manifest, tarballs: readonly Tarball[]) {
  const { dependencies = {}, devDependencies = {} } = manifest;
  const running = closure(Object.keys(dependencies), tarballs);
  const developing = closure(Object.keys(devDependencies), tarballs).filter(
    (each) => !running.includes(each),
  );
  // Where an app runs by it, it stands there alone: npm takes the other one's version where a name stands twice.
  const needed = new Set(running.map(({ name }) => name));
  const only = Object.fromEntries(Object.entries(devDependencies).filter(([name]) => !needed.has(name)));
  const changed = withDependencies(
    manifest,
    sorted({ ...dependencies, ...references(running) }),
    sorted({ ...only, ...references(developing) }),
  );
  return { manifest: changed, used: [...running, ...developing] };
}

/** A manifest with these in the place of its own; a list that has none and was not there does not come in. */
export function withDependencies<Given extends Manifest>(
  manifest: Given,
  dependencies: Dependencies,
  devDependencies: Dependencies,
): Given {
  const lists = Object.entries({ dependencies, devDependencies });
  const shown = lists.filter(([name, list]) => name in manifest || Object.keys(list).length > 0);
  return { ...manifest, ...Object.fromEntries(shown) };
}

/** The tarballs of these packages, and of all that they need. */
function closure(names: readonly string[], tarballs: readonly Tarball[]): readonly Tarball[] {
  const found = new Set<Tarball>();
  const visit = (name: string) => {
    if (!name.startsWith("@annex/")) return;
    const tarball = tarballs.find((each) => each.name === name);
    if (tarball === undefined)
      throw new CommandError(
        `The package ${name} is missing.`,
        "Write the folder anew with `npm run pack`, or name another with --packages.",
      );
    if (found.has(tarball)) return;
    found.add(tarball);
    tarball.needs.forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}

function references(tarballs: readonly Tarball[]): Dependencies {
  return Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:vendor/${basename(file)}`]));
}

function sorted(dependencies: Dependencies): Dependencies {
  return Object.fromEntries(
    Object.entries(dependencies).sort(([left], [right]) => left.localeCompare(right)),
  );
}
