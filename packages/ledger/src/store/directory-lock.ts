/**
 * One process at a time may open a ledger's directory: two engines on the same files would destroy them.
 *
 * The lock is the operating system's: a SQLite file held in an exclusive transaction, as the local Cloud holds its
 * own. It ends with its holder however that ends, and it holds between containers that share a volume, where the
 * number of a process says nothing.
 */
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeDirectory } from "./directory.ts";

/**
 * Takes the lock of a directory, which is made where it is missing.
 *
 * @returns a function that gives it back.
 * @throws DirectoryInUse when somebody has it, this process included.
 */
export async function lockDirectory(directory: string): Promise<() => void> {
  makeDirectory(resolve(directory));
  const lock = new DatabaseSync(join(resolve(directory), "annex.lock"));
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw isHeld(cause) ? new DirectoryInUse(directory, { cause }) : cause;
  }
  return () => lock.close();
}

/** SQLite's code for what somebody else holds. */
const busy = 5;

function isHeld(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === busy;
}

/**
 * Somebody else has the directory.
 *
 * @example
 * ```ts
 * if (error instanceof DirectoryInUse) console.error(`Stop what uses ${error.directory}.`);
 * ```
 */
export class DirectoryInUse extends Error {
  readonly directory: string;

  constructor(directory: string, options?: ErrorOptions) {
    super(
      `the ledger's directory ${directory} is in use by another process; stop it, or choose another directory`,
      options,
    );
    this.name = "DirectoryInUse";
    this.directory = directory;
  }
}
