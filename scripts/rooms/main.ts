/**
 * Checks the imports of the whole repository: between rooms they go where the map in README.md allows
 * (`directions.ts`), inside a room they make no ring (`rings.ts`). Prints each fault with the files that show
 * it, and ends with 1 when there is one.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { type FilledRoom, forbiddenImports, isTest } from "./directions.ts";
import { importsOf } from "./imports.ts";
import { type Room, roomsIn } from "./map.ts";
import { type ImportGraph, type Ring, ringsIn } from "./rings.ts";

const root = join(import.meta.dirname, "../..");

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function fill(room: Room, others: readonly Room[]): FilledRoom {
  const inside = others.filter(({ path }) => path.startsWith(`${room.path}/`));
  const files = globSync(`${room.path}/**/*.{ts,tsx,mts,mjs}`, {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) || inside.some((other) => path === other.path),
  });
  const paths = files.map((file) => file.replaceAll("\\", "/"));
  return {
    ...room,
    devDependencies: devDependenciesOf(room.path),
    files: new Map(paths.map((path) => [path, importsOf(path, read(path))])),
  };
}

function devDependenciesOf(path: string): readonly string[] {
  const manifest = `${path}/package.json`;
  if (!existsSync(join(root, manifest))) return [];
  return Object.keys(JSON.parse(read(manifest)).devDependencies ?? {});
}

function graphOf({ path, files }: FilledRoom): ImportGraph {
  const within = (file: string, specifier: string): readonly string[] => {
    const target = posix.join(posix.dirname(file), specifier);
    return specifier.startsWith(".") && files.has(target) ? [relative(path, target)] : [];
  };
  const production = [...files].filter(([file]) => !isTest(file));
  return new Map(
    production.map(([file, specifiers]) => [
      relative(path, file),
      specifiers.flatMap((specifier) => within(file, specifier)),
    ]),
  );
}

function told({ path }: Room, { folder, steps }: Ring): string {
  const ring = [...steps, ...steps.slice(0, 1)].map(({ sibling }) => sibling).join(" → ");
  const shown = steps.map(({ from, to }) => `    ${from} imports ${to}`).join("\n");
  return `${posix.join(path, folder)} has a ring of imports: ${ring}\n${shown}`;
}

function offTheMap(rooms: readonly Room[]): readonly string[] {
  const folders = globSync("{packages,apps}/*/package.json", { cwd: root }).map((path) =>
    posix.dirname(path),
  );
  return folders
    .filter((folder) => rooms.every(({ path }) => path !== folder))
    .map((folder) => `${folder} is no room of the map in README.md: add a row that says what it may import.`);
}

const rooms = roomsIn(read("README.md"));
const filled = rooms.filter(({ path }) => path !== "docs").map((room) => fill(room, rooms));
const faults = [
  ...offTheMap(rooms),
  ...filled.flatMap(forbiddenImports),
  ...filled.flatMap((room) => ringsIn(graphOf(room)).map((ring) => told(room, ring))),
];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
