/** Looking through what an app stores, however much that is. */
import { findSecret, NotTested, searchFor } from "../evidence/index.ts";
import { mostRead, partsOfFile, type StoredFile } from "../world/index.ts";

/** The first finding in any part. */
export function findIn<Part, Finding>(
  parts: Iterable<Part>,
  search: (part: Part) => Finding | undefined,
): Finding | undefined {
  for (const part of parts) {
    const finding = search(part);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

/** Shorter ones are found by looking for each alone. */
const shortest = 22;

/** Those of these secrets that stand in a file. */
export function secretsIn(file: StoredFile, secrets: readonly string[]): ReadonlySet<string> {
  // A store of many megabytes rarely holds any, which one pass over it shows.
  const search = secrets.every(({ length }) => length >= shortest) ? searchFor(secrets) : undefined;
  const found = new Set<string>();
  for (const part of partsOfFile(file))
    if (search === undefined || search(part) !== undefined)
      for (const secret of secrets) if (findSecret(part, secret) !== undefined) found.add(secret);
  return found;
}

/** @throws NotTested where a file is so large that it was not looked through to its end. */
export function mustBeRead(files: readonly StoredFile[]): void {
  const large = files.find(({ size }) => size > mostRead);
  if (large !== undefined)
    throw new NotTested(
      `${large.path} is larger than ${mostRead / 1024 ** 3} GiB and was not looked through to its end.`,
      "Start the app with an empty store.",
    );
}
