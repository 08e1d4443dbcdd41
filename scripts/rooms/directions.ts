/**
 * Who may import whom. A room imports the packages that the map allows it, and no file of another room by its
 * path. What lies in a `src` is what runs in production: it imports nothing that lies beside, such as a simulator or a
 * gallery. Tests may besides use what their package names in `devDependencies`: they come in from outside.
 */
import { posix } from "node:path";
import type { Room } from "./map.ts";

/** A room with the files in it, and what its package.json lists for its tests. */
export interface FilledRoom extends Room {
  readonly devDependencies: readonly string[];
  /** Each file by its path from the repository's root, with the specifiers it imports. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

const own = "@annex/";

/** Sentences about the imports that the map forbids. */
export function forbiddenImports(room: FilledRoom): readonly string[] {
  return [...room.files].flatMap(([file, specifiers]) =>
    specifiers.flatMap((specifier) => {
      const refused = specifier.startsWith(".")
        ? leavesRoom(room, file, specifier)
        : specifier.startsWith(own) && !maySee(room, file, specifier);
      if (refused) return [`${file} imports ${specifier}. ${allowed(room)}`];
      return leavesProduction(room, file, specifier)
        ? [
            `${file} imports ${specifier}. What is in src runs in production, and imports nothing that lies beside it.`,
          ]
        : [];
    }),
  );
}

/** True for a file that only tests run. */
export function isTest(file: string): boolean {
  return /\.test\.[a-z]+$/.test(file) || /(^|\/)tests?\//.test(file);
}

function leavesRoom({ path, mayImport }: FilledRoom, file: string, specifier: string): boolean {
  const target = posix.join(posix.dirname(file), specifier);
  return mayImport !== "all" && !isTest(file) && !target.startsWith(`${path}/`);
}

/** From a `src` into one of the same part of the room, or into the room's own; its manifest is no part. */
function leavesProduction({ path }: FilledRoom, file: string, specifier: string): boolean {
  if (!specifier.startsWith(".") || isTest(file)) return false;
  const from = posix.relative(path, file);
  const to = posix.relative(path, posix.join(posix.dirname(file), specifier));
  if (!isProduction(from) || to.startsWith("..") || !to.includes("/")) return false;
  const isNear = partOf(to) === "src" || partOf(to) === partOf(from);
  return !isNear || !isProduction(to);
}

function isProduction(inRoom: string): boolean {
  return /(^|\/)src\//.test(inRoom);
}

function partOf(inRoom: string): string {
  return inRoom.slice(0, inRoom.indexOf("/"));
}

function maySee({ path, mayImport, devDependencies }: FilledRoom, file: string, specifier: string): boolean {
  const [, name = ""] = specifier.split("/");
  if (mayImport === "all" || mayImport.includes(name) || name === posix.basename(path)) return true;
  return isTest(file) && devDependencies.includes(`${own}${name}`);
}

function allowed({ path, mayImport }: FilledRoom): string {
  if (mayImport === "all" || mayImport.length === 0) return `${path} may import nothing of other rooms.`;
  return `${path} may import ${mayImport.join(", ")}, by the names of their packages.`;
}
