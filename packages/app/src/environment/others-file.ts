/** What `ANNEX_DATABASE` must not name: a file of somebody else's. */
import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { EnvironmentError } from "./environment-error.ts";

/**
 * Refuses what is no database before anything is done to it or put beside it: what is opened is made its owner's own,
 * which for `/dev/null` would end half of the machine, and for what a wrong variable names is no less wrong.
 *
 * @throws EnvironmentError when the file is a folder, a device or the like, holds something else, or may not be read.
 */
export function refuseOthersFile({
  databaseFile,
  databaseUrl,
}: {
  readonly databaseFile: string;
  readonly databaseUrl: object | undefined;
}): void {
  if (databaseUrl !== undefined) return;
  const found = statSync(databaseFile, { throwIfNoEntry: false });
  const problem = found === undefined ? problemOfName(databaseFile) : problemOfFile(databaseFile, found);
  if (problem !== undefined)
    throw new EnvironmentError(
      "ANNEX_DATABASE",
      "must be the path of an SQLite database, or of a new one",
      `the database is ${problem}`,
    );
}

/** Such a name would become a folder, with nothing in it but a key ring. */
function problemOfName(path: string): string | undefined {
  return /[/\\]$/.test(path) ? "named as a folder is" : undefined;
}

function problemOfFile(path: string, found: Stats): string | undefined {
  if (found.isDirectory()) return "a folder";
  if (!found.isFile()) return "no file";
  if (found.size === 0) return undefined;
  try {
    return isDatabase(path) ? undefined : "a file of another kind";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") return "a file that this user may not read";
    throw error;
  }
}

/** How every SQLite database begins. */
const beginning = Buffer.from("SQLite format 3\0");

function isDatabase(file: string): boolean {
  const found = Buffer.alloc(beginning.length);
  const opened = openSync(file, "r");
  try {
    readSync(opened, found, 0, found.length, 0);
  } finally {
    closeSync(opened);
  }
  return found.equals(beginning);
}
