/** Making the directory that something is kept in. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a directory with all above it, where it is missing. Node's own way never returns where a part cannot be made
 * although what is above it exists, as below `/proc`.
 *
 * @param mode the rights of those that are made; the process's usual ones unless told.
 * @throws the system's error, such as ENOENT, EACCES or ENOTDIR.
 * @example makeDirectory("/var/lib/annex/books", 0o700);
 */
export function makeDirectory(path: string, mode?: number): void {
  if (isDirectory(path)) return;
  const above = dirname(path);
  if (above !== path) makeDirectory(above, mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another process was as fast.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
