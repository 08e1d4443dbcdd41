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
