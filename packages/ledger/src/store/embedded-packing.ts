/**
 * A folder as one small file: what is in it as JSON, then the contents one after the other, all of it compressed.
 * A database has many zeros at the ends of its files; they are counted, not kept.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzipSync } from "node:zlib";

/** A file or, without content, a folder. Folders stand before what is in them. */
export interface PackedFile {
  /** From the folder that was packed, with slashes. */
  readonly path: string;
  /** Without the zeros at its end. */
  readonly content?: Uint8Array;
  /** How many bytes it has, with those zeros. */
  readonly size: number;
}

type Entry = { readonly path: string; readonly size: number; readonly kept?: number };

const lengthBytes = 4;
/** The rights that PostgreSQL gives to its files. */
const folderMode = 0o700;
const fileMode = 0o600;

/** Packs a folder with all below it. */
export function packFolder(folder: string): Uint8Array {
  const entries: Entry[] = [];
  const contents: Uint8Array[] = [];
  for (const found of readdirSync(folder, { recursive: true, withFileTypes: true }).toSorted(byPath)) {
    const file = join(found.parentPath, found.name);
    const path = relative(folder, file).split(sep).join("/");
    if (found.isDirectory()) entries.push({ path, size: 0 });
    if (!found.isFile()) continue;
    const whole = readFileSync(file);
    const content = whole.subarray(0, whole.findLastIndex((byte) => byte !== 0) + 1);
    entries.push({ path, size: whole.length, kept: content.length });
    contents.push(content);
  }
  const list = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(list.length);
  return gzipSync(Buffer.concat([length, list, ...contents]), { level: 9 });
}

type Named = { readonly parentPath: string; readonly name: string };

const byPath = (one: Named, other: Named): number =>
  join(one.parentPath, one.name) < join(other.parentPath, other.name) ? -1 : 1;

const unzip = promisify(gunzip);

/** What was packed. @throws Error when it is cut off or was never packed. */
export async function unpackFiles(packed: Uint8Array): Promise<readonly PackedFile[]> {
  const bytes = await unzip(packed);
  let position = lengthBytes + bytes.readUInt32BE(0);
  const entries = JSON.parse(bytes.toString("utf8", lengthBytes, position)) as readonly Entry[];
  return entries.map(({ path, size, kept }) => {
    if (kept === undefined) return { path, size };
    const content = bytes.subarray(position, position + kept);
    position += kept;
    return { path, size, content };
  });
}

/** A file's content as it was, in memory that nobody else has. */
export function wholeContent({ content = new Uint8Array(), size }: PackedFile): Uint8Array {
  const whole = new Uint8Array(size);
  whole.set(content);
  return whole;
}

/** Writes what was packed into a folder that is not there yet. */
export function writeFiles(files: readonly PackedFile[], folder: string): void {
  mkdirSync(folder, { mode: folderMode });
  for (const file of files) {
    const path = join(folder, file.path);
    if (file.content === undefined) mkdirSync(path, { mode: folderMode });
    else writeFileSync(path, wholeContent(file), { mode: fileMode });
  }
}
