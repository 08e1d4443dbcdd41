/** What an app stores, read as bytes: one file with what stands beside it, or a folder. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { CheckOptions } from "./options.ts";

export type ReadFile = { readonly path: string; readonly bytes: Buffer };

const largestFile = 64 * 1024 * 1024;

/** A file and its companions (`app.db`, `app.db-wal`), or every file of a folder, in a fixed order. */
export function filesUnder(path: string): readonly ReadFile[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  return (stats.isDirectory() ? below(path) : companions(path)).toSorted().flatMap(read);
}

/** What the app stores but its logs, which have rules of their own and may lie in the same folder. */
export function storedFiles({ database, logs = [] }: CheckOptions): readonly ReadFile[] {
  const logged = new Set(logs.map((log) => resolve(log)));
  return filesUnder(database ?? "").filter(({ path }) => !logged.has(resolve(path)));
}

function below(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function companions(file: string): readonly string[] {
  const name = basename(file);
  return readdirSync(dirname(file))
    .filter((each) => each === name || each.startsWith(`${name}-`))
    .map((each) => join(dirname(file), each));
}

/** A file that has just gone is no file. */
function read(path: string): readonly ReadFile[] {
  try {
    return statSync(path).size > largestFile ? [] : [{ path, bytes: readFileSync(path) }];
  } catch {
    return [];
  }
}
