/** What an app stores, read as bytes: one file with what stands beside it, or a folder. */
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  type ReadStream,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { createGunzip } from "node:zlib";
import type { CheckOptions } from "./options.ts";

/** `head` holds its first bytes, by which it is told what kind of file it is. */
export type StoredFile = { readonly path: string; readonly size: number; readonly head: Buffer };

const headLength = 16;
/** So much of a file is looked through in one turn, while which nothing else goes on. */
const partLength = 1024 * 1024;
/** So much of it again with what follows: more than a secret in any form. */
const overlap = 8 * 1024;
/** No more than this is looked through, of all files together. */
export const mostRead = 1024 * partLength;

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

/**
 * Part by part, each beginning with the end of the one before, so that nothing is cut in two; of a zipped file also what is
 * zipped. Others go on meanwhile. A file that has gone has no parts.
 *
 * @param most so many bytes are read, and of what is zipped so many unpacked.
 */
export async function* partsOfFile(
  file: Pick<StoredFile, "path" | "head">,
  most = mostRead,
  length = partLength,
): AsyncGenerator<Buffer> {
  for (const chunks of readingsOf(file, most, length)) yield* overlapping(chunks);
}

/** As it is, and where it is zipped also what is zipped. */
function readingsOf(
  { path, head }: Pick<StoredFile, "path" | "head">,
  most: number,
  length: number,
): readonly AsyncIterable<Buffer>[] {
  const open = () => createReadStream(path, { highWaterMark: length, end: most - 1 });
  const asItIs = lazily(async function* () {
    yield* open();
  });
  return isZipped(head) ? [asItIs, lazily(() => unzipped(open(), most, length))] : [asItIs];
}

/** Opened when it is read. What has gone meanwhile, or is not what its beginning says, ends: what was read of it counts. */
async function* lazily(open: () => AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* open();
  } catch {
    // It ends here.
  }
}

function isZipped(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* unzipped(packed: ReadStream, most: number, length: number): AsyncGenerator<Buffer> {
  const unpacking = createGunzip({ chunkSize: length });
  packed.once("error", (error) => unpacking.destroy(error));
  let left = most;
  for await (const part of packed.pipe(unpacking)) {
    yield part as Buffer;
    left -= (part as Buffer).length;
    if (left <= 0) break;
  }
  packed.destroy();
}

async function* overlapping(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let before: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const part = Buffer.concat([before, chunk]);
    yield part;
    before = part.subarray(-overlap);
  }
}

/** What a store is compared by, in bytes: as databases write it. */
const blockLength = 4096;

/** What stood in each block of these files, by a digest of each. */
type Blocks = ReadonlySet<string>;

/** What these files hold now, to be told later what was written since. */
export async function blocksOf(files: readonly StoredFile[]): Promise<Blocks> {
  const known = new Set<string>();
  for await (const block of everyBlock(files)) known.add(digestOf(block));
  return known;
}

/** What was written, and whether that is all of it. */
type Written = { readonly contents: readonly Buffer[]; readonly isWhole: boolean };

/** What stands in these files now and stood in no block of them then; what was written side by side is one content. */
export async function writtenSince(
  files: readonly StoredFile[],
  known: Blocks,
  most: number,
): Promise<Written> {
  const contents: Buffer[] = [];
  let run: Buffer[] = [];
  let left = most;
  const endRun = () => {
    if (run.length > 0) contents.push(Buffer.concat(run));
    run = [];
  };
  for await (const block of everyBlock(files)) {
    if (block.length === 0 || known.has(digestOf(block))) {
      endRun();
      continue;
    }
    if (left < block.length) {
      endRun();
      return { contents, isWhole: false };
    }
    run.push(block);
    left -= block.length;
  }
  endRun();
  return { contents, isWhole: true };
}

function digestOf(block: Buffer): string {
  return createHash("sha1").update(block).digest("latin1");
}

/** With an empty one between any two files. */
async function* everyBlock(files: readonly StoredFile[]): AsyncGenerator<Buffer> {
  let left = mostRead;
  for (const file of files) {
    if (left <= 0) return;
    for (const chunks of readingsOf(file, left, partLength)) {
      for await (const chunk of chunks)
        for (let at = 0; at < chunk.length; at += blockLength) yield chunk.subarray(at, at + blockLength);
      yield Buffer.alloc(0);
    }
    left -= file.size;
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
