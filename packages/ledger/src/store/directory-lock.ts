/**
 * One process at a time may open a ledger's directory: two engines on the same files would destroy them.
 *
 * The lock is a file with the holder's process id and start time. A holder that is gone (killed, machine
 * restarted) leaves the file behind; the next one sees that no such process runs and takes it over.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const heldHere = new Set<string>();

/**
 * Takes the lock of a directory.
 *
 * @returns a function that gives it back.
 * @throws Error when a living process, or this one, has it.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = join(resolve(directory), "ledger.lock");
  if (heldHere.has(file)) throw lockedError(directory, process.pid);
  heldHere.add(file);
  try {
    await take(directory, file);
  } catch (error) {
    heldHere.delete(file);
    throw error;
  }
  return async () => {
    await rm(file, { force: true });
    heldHere.delete(file);
  };
}

async function take(directory: string, file: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await createExclusively(file, mine)) return;
    const holder = await readHolder(file);
    if (holder !== undefined && (await isAlive(holder))) throw lockedError(directory, holder.pid);
    await removeStale(file);
  }
  throw lockedError(directory, undefined);
}

async function createExclusively(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Moves the stale file away under a name of our own first, so that two takers can't remove each other's. */
async function removeStale(file: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
  await rm(aside, { force: true });
}

interface Holder {
  readonly pid: number;
  readonly started: string;
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, started } = value as Record<string, unknown>;
    if (typeof pid !== "number" || typeof started !== "string") return undefined;
    return { pid, started };
  } catch {
    // Gone meanwhile, or cut off by a crash while it was written: nobody holds it.
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!isCode(error, "EPERM")) return false;
  }
  return (await startOf(holder.pid)) === holder.started;
}

/** The start time of a process where the system tells it; tells a reused process id from the holder's. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function lockedError(directory: string, pid: number | undefined): Error {
  const holder = pid === undefined ? "another process" : `process ${pid}`;
  return new Error(
    `the ledger's directory ${directory} is in use by ${holder}; stop it, or choose another directory`,
  );
}
