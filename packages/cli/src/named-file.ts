/** A file that a person named. */
import { statSync } from "node:fs";
import { CommandError } from "./failures/index.ts";

/**
 * Refuses a folder where a file is wanted: reading it fails without saying which.
 *
 * @throws CommandError for a folder; what is not there is whoever opens it to say.
 */
export function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new CommandError(`${path} is a folder, where a file is wanted.`, "Name a file in it.");
}
