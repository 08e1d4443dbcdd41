/** A file that a person named: what a command writes it to, or reads it from. */
import { createReadStream, statSync } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { CommandError } from "./failures/index.ts";

const ownerOnly = 0o600;

/**
 * Refuses a folder where a file is wanted: reading it fails without saying which.
 *
 * @throws CommandError for a folder; what is not there is whoever opens it to say.
 */
export function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new CommandError(`${path} is a folder, where a file is wanted.`, "Name a file in it.");
}

/**
 * Writes a file for its owner's eyes; it is there whole or not at all.
 *
 * @param write is given what adds to the file.
 * @throws CommandError where the name is a folder's, and whatever `write` throws.
 */
export async function writeWhole<Result>(
  file: string,
  write: (add: (text: string) => Promise<unknown>) => Promise<Result>,
): Promise<Result> {
  refuseFolder(file);
  // Said of the folder that was named, and not of a file that nobody did.
  await access(dirname(resolve(file)));
  const unfinished = `${file}.${process.pid}`;
  const opened = await open(unfinished, "wx", ownerOnly);
  try {
    const result = await write((text) => opened.write(text));
    await opened.sync();
    await opened.close();
    await rename(unfinished, file);
    return result;
  } catch (error) {
    await opened.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** The lines of a file. Read once somebody asks for them: lines that come before anybody listens are lost. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}
