/** Looking through what an app stores, however much that is. */
import { findSecret, NotTested, searchFor } from "../../evidence/index.ts";
import { mostRead, partsOfFile, type StoredFile } from "../../world/index.ts";

/** What was found in a file, in one of its parts. */
export type FoundIn<Finding> = { readonly path: string; readonly finding: Finding };

/** The first finding in each file. Others go on meanwhile; of all files together no more is read than `most`. */
export async function findIn<Finding>(
  files: readonly StoredFile[],
  search: (part: Buffer) => Finding | undefined,
  most = mostRead,
): Promise<readonly FoundIn<Finding>[]> {
  const found: FoundIn<Finding>[] = [];
  await lookThrough(files, most, ({ path }, part) => {
    const finding = search(part);
    if (finding !== undefined) found.push({ path, finding });
    return finding !== undefined;
  });
  return found;
}

/** Shorter ones are found by looking for each alone. */
const shortest = 22;

/** Those of these secrets that stand in each file, by its path. */
export async function secretsIn(
  files: readonly StoredFile[],
  secrets: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  // A store of many megabytes rarely holds any, which one pass over it shows.
  const search = secrets.every(({ length }) => length >= shortest) ? searchFor(secrets) : undefined;
  const found = new Map(files.map(({ path }) => [path, new Set<string>()]));
  await lookThrough(files, mostRead, ({ path }, part) => {
    if (search === undefined || search(part) !== undefined)
      for (const secret of secrets) if (findSecret(part, secret) !== undefined) found.get(path)?.add(secret);
    return false;
  });
  return found;
}

/** Part by part, until `isDone` says so of a file. */
async function lookThrough(
  files: readonly StoredFile[],
  most: number,
  isDone: (file: StoredFile, part: Buffer) => boolean,
): Promise<void> {
  let left = most;
  for (const file of files) {
    if (left <= 0) return;
    for await (const part of partsOfFile(file, left)) if (isDone(file, part)) break;
    left -= file.size;
  }
}

/** So much is looked through together, in bytes. */
const mostTogether = 4 * 1024 * 1024;

/**
 * The contents of all files as one, as far as that goes: the small ones first, and of what is larger its beginning and its end,
 * since a log that is written anew from its beginning holds the newest there.
 */
export async function readTogether(files: readonly StoredFile[], most = mostTogether): Promise<Buffer> {
  const contents: Buffer[] = [];
  let left = most;
  for (const file of files.toSorted((one, other) => one.size - other.size)) {
    const ends = await endsOfFile(file, left);
    contents.push(...ends);
    left -= lengthOf(ends);
    if (left <= 0) break;
  }
  return Buffer.concat(contents);
}

/** Whether no more is stored than can be looked at together. */
export function isReadTogether(files: readonly StoredFile[], most = mostTogether): boolean {
  return files.reduce((sum, { size }) => sum + size, 0) <= most;
}

/** A file, or its beginning and its end, of about so many bytes together. */
async function endsOfFile(file: StoredFile, most: number): Promise<readonly Buffer[]> {
  const first: Buffer[] = [];
  const last: Buffer[] = [];
  for await (const part of partsOfFile(file)) {
    if (lengthOf(first) < most / 2) first.push(part);
    else last.push(part);
    while (lengthOf(last.slice(1)) >= most / 2) last.shift();
  }
  return [...first, ...last];
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** @throws NotTested where so much is stored that it was not looked through to its end. */
export function mustBeRead(files: readonly StoredFile[]): void {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const [largest] = files.toSorted((left, right) => right.size - left.size);
  if (largest === undefined || size <= mostRead) return;
  throw new NotTested(
    `More than ${mostRead / 1024 ** 3} GiB is stored, the most of it in ${largest.path}, and was not looked through to its end.`,
    "Start the app with an empty store.",
  );
}
