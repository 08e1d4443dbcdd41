/**
 * What was done to the account through the simulator's own doors, as lines of a file: played again at the next start,
 * it makes the same account again, since everything in it depends on the account it began with and on the order of what
 * is done. Without it a ledger would hold sales that Stripe knows nothing of.
 *
 * Its first line says which account that was, the others are calls. A file of an earlier version has no such line: it
 * began with the account that an app brings up.
 */
import {
  closeSync,
  existsSync,
  fchmodSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** A call of one of the doors that change the account or its keys. */
export type KeptCall = z.infer<typeof keptCall>;

const keptCall = z.strictObject({ method: z.string(), path: z.string(), body: z.string() });

/** Which account it began with. */
export type KeptAccount = z.infer<typeof keptAccount>;

const keptAccount = z.strictObject({ seed: z.int(), sales: z.int() });

/** What an app brings up. */
export const usualAccount: KeptAccount = { seed: 1, sales: 0 };

/** How each call's line begins: `method` is the first field. */
const beginningOfCall = '{"method":"';

/** Keys are among what is kept. */
const ownersOnly = 0o600;

/** Faults are for a moment, and are none of it. */
const lastingDoors: ReadonlySet<string> = new Set(["/simulator/activity", "/simulator/keys"]);

/** One whose app was killed ends a moment later. */
const lockPatience = 5_000;

/** The file is none that this simulator can go on from; the message names it, and says what to do. */
export class KeptUnreadable extends Error {}

/** A call could not be kept, and was not carried out. */
export class KeptUnwritable extends Error {}

export type Kept = {
  /** Plays each call that was kept, in order; `play` says whether it was carried out. */
  replay(play: (call: KeptCall) => boolean): void;
  /**
   * Keeps a call that is about to be carried out; nothing of one that changes nothing for good.
   *
   * @throws KeptUnwritable
   */
  note(call: KeptCall): void;
  /** Lets the file go. */
  close(): void;
};

/** Nothing is kept. */
export const nothingKept: Kept = { replay: () => undefined, note: () => undefined, close: () => undefined };

/**
 * Opens the file, which need not be there, for this simulator alone. A last line that a kill cut off was never answered,
 * and is cut away; all before it stays as it is. Nothing is changed before all of it was played.
 *
 * @param account what the simulator began with
 * @param patience how long another one that has the file may take to end, in milliseconds
 * @throws KeptUnreadable
 */
export function openKept(file: string, account: KeptAccount, patience = lockPatience): Kept {
  const letGo = byTheSystem(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    return lock(file, patience);
  });
  try {
    const written = byTheSystem(file, () => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0)));
    return keptIn(file, contentsOf(written, file, account), letGo);
  } catch (error) {
    letGo();
    throw error;
  }
}

function keptIn(file: string, { calls, firstLine, whole, missing }: Contents, letGo: () => void): Kept {
  let opened: number | undefined;
  let length = whole;
  const add = (text: string) => {
    if (opened === undefined) return;
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; )
      done += writeSync(opened, bytes, done, bytes.length - done, length + done);
    length += bytes.length;
  };
  return {
    replay: (play) => {
      for (const [index, call] of calls.entries())
        if (!play(call)) throw badLine(file, firstLine + index, "is refused by this version");
      byTheSystem(file, () => {
        opened = openSync(file, existsSync(file) ? "r+" : "w", ownersOnly);
        fchmodSync(opened, ownersOnly);
        ftruncateSync(opened, length);
        add(missing);
      });
    },
    note: (call) => {
      if (opened === undefined || !lastingDoors.has(call.path)) return;
      try {
        add(lineOf(call));
      } catch (error) {
        // Of a disk that is full, a part may have been written.
        ftruncateSync(opened, length);
        throw new KeptUnwritable(`It was not done, because ${file} cannot keep it: ${wordsOf(error)}.`);
      }
    },
    close: () => {
      if (opened !== undefined) closeSync(opened);
      opened = undefined;
      letGo();
    },
  };
}

/**
 * A lock of the operating system's, which ends with the process that has it, whatever ends that; SQLite takes it where
 * Node has no call for it.
 */
function lock(file: string, patience: number): () => void {
  const held = new DatabaseSync(`${file}.lock`, { timeout: patience });
  try {
    held.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    held.close();
    if (!/locked/.test(wordsOf(error))) throw error;
    throw new KeptUnreadable(
      `another simulator that runs has ${file} open, and each of the two would know of its own sales only. End the app that runs there, or start this one in another folder.`,
    );
  }
  return () => {
    if (held.isOpen) held.close();
  };
}

type Contents = {
  readonly calls: readonly KeptCall[];
  /** The number of the first call's line. */
  readonly firstLine: number;
  /** How many bytes stay. */
  readonly whole: number;
  /** What is to be written behind them. */
  readonly missing: string;
};

function contentsOf(written: Buffer, file: string, account: KeptAccount): Contents {
  const complete = written.subarray(0, written.lastIndexOf("\n") + 1);
  const lines = complete.toString("utf8").split("\n").slice(0, -1);
  const end = written.subarray(complete.length).toString("utf8");
  const isWhole = jsonOf(end) !== undefined;
  // Such as an editor leaves it.
  if (isWhole) lines.push(end);
  const first = keptAccount.safeParse(jsonOf(lines[0] ?? ""));
  const header = `${JSON.stringify(account)}\n`;
  const isNew = lines.length === 0;
  if (!isWhole && !isBeginning(end, isNew ? header : beginningOfCall))
    throw badLine(file, lines.length + 1, notOurs);
  if (!isNew) checkAccount(file, first.data ?? usualAccount, account);
  const firstLine = first.success ? 2 : 1;
  return {
    calls: lines.slice(firstLine - 1).map((line, index) => callOf(line, file, firstLine + index)),
    firstLine,
    whole: isWhole ? written.length : complete.length,
    missing: isNew ? header : isWhole ? "\n" : "",
  };
}

const notOurs = "is no call of a door";

function checkAccount(file: string, kept: KeptAccount, account: KeptAccount): void {
  if (kept.seed === account.seed && kept.sales === account.sales) return;
  throw new KeptUnreadable(
    `${file} belongs to the account that is started with --seed ${kept.seed} --sales ${kept.sales}, not to this one. Start it so, or name another file.`,
  );
}

function callOf(line: string, file: string, number: number): KeptCall {
  const read = keptCall.safeParse(jsonOf(line));
  if (read.success) return read.data;
  throw badLine(file, number, notOurs);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Anything else at the end was written by somebody else, and is not this simulator's to cut. */
function isBeginning(end: string, ofLine: string): boolean {
  return end.startsWith(beginningOfCall) || ofLine.startsWith(end) || beginningOfCall.startsWith(end);
}

function lineOf({ method, path, body }: KeptCall): string {
  return `${JSON.stringify({ method, path, body })}\n`;
}

function badLine(file: string, line: number, problem: string): KeptUnreadable {
  return new KeptUnreadable(
    `line ${line} of ${file} ${problem}. What was sold at this simulator is in that file, and nothing of it was changed. Correct the line; or move the file away, together with the ledger that was posted from it, to begin anew.`,
  );
}

/** Whatever the system refuses is said in its words, and where. */
function byTheSystem<Value>(file: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof KeptUnreadable) throw error;
    throw new KeptUnreadable(
      `${file} cannot be used: ${wordsOf(error)}. What is sold at this simulator is kept in that file. Make it one that this user may read and write, or move away what is there.`,
    );
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
