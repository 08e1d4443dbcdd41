/**
 * What was done to the account through the simulator's own doors, as lines of a file: played again at the next start,
 * it makes the same account again, since everything in it depends on the seed and on the order of what is done. Without
 * it a ledger would hold sales that Stripe knows nothing of.
 */
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** A call of one of the doors that change the account or its keys. */
export type KeptCall = z.infer<typeof keptCall>;

const keptCall = z.strictObject({ method: z.string(), path: z.string(), body: z.string() });

/** How each line begins: `method` is the first field. */
const beginningOfLine = '{"method":"';

/** Keys are among what is kept. */
const ownersOnly = 0o600;

/** Faults are for a moment, and are none of it. */
const lastingDoors: ReadonlySet<string> = new Set(["/simulator/activity", "/simulator/keys"]);

/** The file is none that this simulator can go on from; the message names it and the line, and says what to do. */
export class KeptUnreadable extends Error {
  constructor(file: string, line: number, problem: string) {
    super(
      `line ${line} of ${file} ${problem}. What was sold at this simulator is in that file, and nothing of it was changed. Correct the line; or move the file away, together with the ledger that was posted from it, to begin anew.`,
    );
  }
}

export type Kept = {
  /** Plays each call that was kept, in order; `play` says whether it was carried out. */
  replay(play: (call: KeptCall) => boolean): void;
  /** Keeps a call that was carried out; nothing of one that changes nothing for good. */
  note(call: KeptCall): void;
};

/** Nothing is kept. */
export const nothingKept: Kept = { replay: () => undefined, note: () => undefined };

/**
 * Opens the file, which need not be there. A last line that a kill cut off was never answered, and is cut away; all
 * before it stays as it is.
 *
 * @throws KeptUnreadable
 */
export function openKept(file: string): Kept {
  const written = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const whole = written.subarray(0, written.lastIndexOf("\n") + 1);
  const lines = whole.toString("utf8").split("\n").slice(0, -1);
  const calls = lines.map((line, index) => callOf(line, file, index + 1));
  const torn = written.subarray(whole.length).toString("utf8");
  if (!isBeginningOfCall(torn)) throw new KeptUnreadable(file, lines.length + 1, "is no call of a door");
  mkdirSync(dirname(file), { recursive: true });
  if (torn !== "") truncateSync(file, whole.length);
  appendFileSync(file, "", { mode: ownersOnly });
  chmodSync(file, ownersOnly);
  return {
    replay: (play) => {
      for (const [index, call] of calls.entries()) {
        if (!play(call)) throw new KeptUnreadable(file, index + 1, "is refused by this version");
      }
    },
    note: (call) => {
      if (lastingDoors.has(call.path)) appendFileSync(file, lineOf(call));
    },
  };
}

function callOf(line: string, file: string, number: number): KeptCall {
  const read = keptCall.safeParse(jsonOf(line));
  if (read.success) return read.data;
  throw new KeptUnreadable(file, number, "is no call of a door");
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Anything else at the end was written by somebody else, and is not this simulator's to cut. */
function isBeginningOfCall(torn: string): boolean {
  return torn.startsWith(beginningOfLine) || beginningOfLine.startsWith(torn);
}

function lineOf({ method, path, body }: KeptCall): string {
  return `${JSON.stringify({ method, path, body })}\n`;
}
