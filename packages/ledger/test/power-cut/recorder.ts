/**
 * Watches what a process does to the files of one directory, and when it flushes them. Loaded before everything else
 * (`node --import recorder.ts`) on each of its threads, with the directory in `RECORDED` and in `RECORDED_INTO` the file
 * that gets what was done; nothing of the ledger knows of it.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";

/** One thing done to a file; paths are inside the directory. */
export type FileOperation =
  | { readonly kind: "write"; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "length"; readonly path: string; readonly length: number }
  | { readonly kind: "make" | "folder" | "remove" | "remove folder" | "flush"; readonly path: string }
  | { readonly kind: "rename"; readonly path: string; readonly to: string };

const counter = "how many operations were recorded";
if (isMainThread) setEnvironmentData(counter, new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const recorded = new Int32Array(getEnvironmentData(counter) as SharedArrayBuffer);

/** How many operations there were so far, on whatever thread. */
export function operationsSoFar(): number {
  return Atomics.load(recorded, 0);
}

const root = process.env["RECORDED"] ?? "";
const paths = new Map<number, string>();
const original = { ...fs };
const into = root === "" ? undefined : original.openSync(process.env["RECORDED_INTO"] ?? "", "a");
const lengthBytes = 4;

function record(operation: FileOperation): void {
  if (into === undefined) return;
  const bytes = serialize(operation);
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(bytes.byteLength);
  original.writeSync(into, Buffer.concat([length, bytes]));
  Atomics.add(recorded, 0, 1);
}

/** What a file that was recorded into says was done. */
export function operationsIn(file: Buffer): readonly FileOperation[] {
  const operations: FileOperation[] = [];
  for (let at = 0; at < file.byteLength; ) {
    const from = at + lengthBytes;
    at = from + file.readUInt32LE(at);
    operations.push(deserialize(file.subarray(from, at)) as FileOperation);
  }
  return operations;
}

function inside(path: unknown): string | undefined {
  const text = String(path);
  return root !== "" && text.startsWith(join(root, "/")) ? text.slice(root.length + 1) : undefined;
}

function note(kind: "make" | "folder" | "remove" | "remove folder", path: unknown): void {
  const known = inside(path);
  if (known !== undefined) record({ kind, path: known });
}

function noteLength(path: string | undefined, length: number): void {
  if (path !== undefined) record({ kind: "length", path, length });
}

const watched = {
  openSync(path: fs.PathLike, flags: fs.OpenMode, mode?: fs.Mode) {
    const known = inside(path);
    const isNew = known !== undefined && !original.existsSync(path);
    const file = original.openSync(path, flags, mode);
    if (known === undefined) return file;
    paths.set(file, known);
    if (isNew) record({ kind: "make", path: known });
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
      record({ kind: "write", path, at, bytes });
    }
    return written;
  },
  fdatasyncSync(file: number) {
    const path = paths.get(file);
    if (path !== undefined) record({ kind: "flush", path });
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
    if (path !== undefined && target !== undefined) record({ kind: "rename", path, to: target });
  },
};

Object.assign(fs, watched);
syncBuiltinESMExports();
