/**
 * What a disk holds after the power went: everything that was flushed, and of the rest any part. Files are made,
 * renamed and removed in the order they were (a journal keeps that); what was written to them since their last flush
 * is there or not, half a page at a time.
 */
import { cp, mkdir, open, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileOperation } from "./recorder.ts";

/** What a disk writes whole or not at all. */
const sectorBytes = 512;

type Write = Extract<FileOperation, { kind: "write" }>;

/**
 * Makes of `base`, the directory as it was when the recording began, what is left of it when the power goes behind
 * `operations`.
 *
 * @param random gives numbers from 0 to 1
 */
export async function cutPower(
  base: string,
  directory: string,
  operations: readonly FileOperation[],
  random: () => number,
): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await cp(base, directory, { recursive: true });
  const lastFlush = flushesOf(operations);
  // Some days nothing of what was not flushed is there, on others most of it.
  const share = random();
  for (const [index, operation] of operations.entries()) {
    const isFlushed = index < (lastFlush.get(operation) ?? -1);
    await apply(directory, operation, (write) => (isFlushed ? [write] : torn(write, share, random)));
  }
}

/** For each write, where its file was flushed for the last time; a file keeps its flushes when it is renamed. */
function flushesOf(operations: readonly FileOperation[]): ReadonlyMap<FileOperation, number> {
  const pending = new Map<string, FileOperation[]>();
  const flushed = new Map<FileOperation, number>();
  for (const [index, operation] of operations.entries()) {
    const { path } = operation;
    if (operation.kind === "write") pending.set(path, [...(pending.get(path) ?? []), operation]);
    if (operation.kind === "rename") {
      pending.set(operation.to, pending.get(path) ?? []);
      pending.delete(path);
    }
    if (operation.kind !== "flush") continue;
    for (const write of pending.get(path) ?? []) flushed.set(write, index);
    pending.delete(path);
  }
  return flushed;
}

/** Those sectors of a write that happened to reach the disk. */
function torn(write: Write, share: number, random: () => number): readonly Write[] {
  const { bytes, at } = write;
  const kept: Write[] = [];
  for (let start = 0; start < bytes.length; start += sectorBytes) {
    const sector = bytes.subarray(start, start + sectorBytes);
    if (random() < share) kept.push({ ...write, at: at + start, bytes: sector });
  }
  return kept;
}

async function apply(
  directory: string,
  operation: FileOperation,
  reach: (write: Write) => readonly Write[],
): Promise<void> {
  const path = join(directory, operation.path);
  switch (operation.kind) {
    case "write":
      return writeParts(path, reach(operation));
    case "length":
      return withFile(path, (file) => file.truncate(operation.length));
    case "make":
      return writeFile(path, "", { flag: "a" });
    case "folder":
      await mkdir(path, { recursive: true });
      return;
    case "remove":
      return rm(path, { force: true });
    case "remove folder":
      return rmdir(path);
    case "rename":
      await mkdir(dirname(join(directory, operation.to)), { recursive: true });
      return rename(path, join(directory, operation.to));
    case "flush":
      return;
  }
}

type File = Awaited<ReturnType<typeof open>>;

async function withFile(path: string, work: (file: File) => Promise<unknown>): Promise<void> {
  const file = await open(path, "r+");
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

async function writeParts(path: string, parts: readonly Write[]): Promise<void> {
  if (parts.length === 0) return;
  await withFile(path, async (file) => {
    for (const { bytes, at } of parts) await file.write(bytes, 0, bytes.length, at);
  });
}
