/**
 * Watches what a process does to the files of one directory, and when it flushes them. Loaded before everything else
 * (`node --import recorder.ts`), with the directory in `RECORDED`; nothing of the ledger knows of it.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

/** One thing done to a file; paths are inside the directory. */
export type FileOperation =
  | { readonly kind: "write"; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "length"; readonly path: string; readonly length: number }
  | { readonly kind: "make" | "folder" | "remove" | "remove folder" | "flush"; readonly path: string }
  | { readonly kind: "rename"; readonly path: string; readonly to: string };

/** What was done so far. */
export const operations: FileOperation[] = [];

const root = process.env["RECORDED"] ?? "";
const paths = new Map<number, string>();
const original = { ...fs };

function inside(path: unknown): string | undefined {
  const text = String(path);
  return root !== "" && text.startsWith(join(root, "/")) ? text.slice(root.length + 1) : undefined;
}

function note(kind: "make" | "folder" | "remove" | "remove folder", path: unknown): void {
  const known = inside(path);
  if (known !== undefined) operations.push({ kind, path: known });
}

function noteLength(path: string | undefined, length: number): void {
  if (path !== undefined) operations.push({ kind: "length", path, length });
}

const watched = {
  openSync(path: fs.PathLike, flags: fs.OpenMode, mode?: fs.Mode) {
    const known = inside(path);
    const isNew = known !== undefined && !original.existsSync(path);
    const file = original.openSync(path, flags, mode);
    if (known === undefined) return file;
    paths.set(file, known);
    if (isNew) operations.push({ kind: "make", path: known });
    if (typeof flags === "number" && (flags & fs.constants.O_TRUNC) !== 0) noteLength(known, 0);
    return file;
  },
  closeSync(file: number) {
    paths.delete(file);
    original.closeSync(file);
  },
  writeSync(file: number, buffer: Uint8Array, offset: number, length: number, at: number) {
    const path = paths.get(file);
    const written = original.writeSync(file, buffer, offset, length, at);
    if (path !== undefined) {
      const bytes = Buffer.from(buffer.subarray(offset, offset + written));
      operations.push({ kind: "write", path, at, bytes });
    }
    return written;
  },
  fdatasyncSync(file: number) {
    const path = paths.get(file);
    if (path !== undefined) operations.push({ kind: "flush", path });
  },
  ftruncateSync(file: number, length = 0) {
    original.ftruncateSync(file, length);
    noteLength(paths.get(file), length ?? 0);
  },
  truncateSync(path: fs.PathLike, length = 0) {
    original.truncateSync(path, length);
    noteLength(inside(path), length ?? 0);
  },
  writeFileSync(path: fs.PathLike, data: string, options?: fs.WriteFileOptions) {
    original.writeFileSync(path, data, options);
    note("make", path);
  },
  mkdirSync(path: fs.PathLike, options?: fs.MakeDirectoryOptions) {
    original.mkdirSync(path, options);
    note("folder", path);
  },
  unlinkSync(path: fs.PathLike) {
    original.unlinkSync(path);
    note("remove", path);
  },
  rmdirSync(path: fs.PathLike) {
    original.rmdirSync(path);
    note("remove folder", path);
  },
  renameSync(from: fs.PathLike, to: fs.PathLike) {
    original.renameSync(from, to);
    const [path, target] = [inside(from), inside(to)];
    if (path !== undefined && target !== undefined) operations.push({ kind: "rename", path, to: target });
  },
};

Object.assign(fs, watched);
syncBuiltinESMExports();
