/** What an app stores, read as bytes: one file with what stands beside it, or a folder. */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { CheckOptions } from "./options.ts";

/** `head` holds its first bytes, by which it is told what kind of file it is. */
export type StoredFile = { readonly path: string; readonly size: number; readonly head: Buffer };

const headLength = 16;
/** So much of a file is looked through at once, and so much of it again with what follows: more than a secret in any form. */
const partLength = 64 * 1024 * 1024;
const overlap = 8 * 1024;
/** What is larger is not looked through to its end. */
export const mostRead = 16 * partLength;

/** A file and its companions (`app.db`, `app.db-wal`), or every file of a folder, in a fixed order. */
export function filesUnder(path: string): readonly StoredFile[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  return (stats.isDirectory() ? below(path) : companions(path)).toSorted().flatMap(headOf);
}

/** What the app stores but its logs, which have rules of their own and may lie in the same folder. */
export function storedFiles({ database, logs = [] }: CheckOptions): readonly StoredFile[] {
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

/** Part by part, each beginning with the end of the one before, so that nothing is cut in two. */
export function* partsOfFile({ path }: Pick<StoredFile, "path">, length = partLength): Generator<Buffer> {
  const file = openedFile(path);
  if (file === undefined) return;
  try {
    for (let at = 0; at < mostRead; at += length) {
      const bytes = readAt(file, at === 0 ? 0 : at - overlap, at === 0 ? length : length + overlap);
      if (bytes.length > 0) yield bytes;
      if (bytes.length < length) return;
    }
  } finally {
    closeSync(file);
  }
}

/** A file that has just gone is no file. */
function headOf(path: string): readonly StoredFile[] {
  const file = openedFile(path);
  if (file === undefined) return [];
  try {
    return [{ path, size: fstatSync(file).size, head: readAt(file, 0, headLength) }];
  } finally {
    closeSync(file);
  }
}

function openedFile(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(0, fstatSync(file).size - at)));
  let read = 0;
  while (read < bytes.length) {
    const more = readSync(file, bytes, read, bytes.length - read, at + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}
