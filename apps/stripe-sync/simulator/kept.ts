/**
 * What was done to the account through the simulator's own doors, as lines of a file: played again at the next start,
 * it makes the same account again, since everything in it depends on the seed and on the order of what is done. Without
 * it a ledger would hold sales that Stripe knows nothing of.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** A call of one of the doors that change the account or its keys. */
export type KeptCall = z.infer<typeof keptCall>;

const keptCall = z.strictObject({ method: z.string(), path: z.string(), body: z.string() });

/** Faults are for a moment, and are none of it. */
const lastingDoors: ReadonlySet<string> = new Set(["/simulator/activity", "/simulator/keys"]);

export type Kept = {
  readonly calls: readonly KeptCall[];
  /** Keeps a call that was carried out; nothing of one that changes nothing for good. */
  note(call: KeptCall): void;
};

/** Nothing is kept. */
export const nothingKept: Kept = { calls: [], note: () => undefined };

/** Opens the file, which need not be there. A last line that a kill cut off was never answered, and goes. */
export function openKept(file: string): Kept {
  const calls = existsSync(file) ? linesOf(readFileSync(file, "utf8")) : [];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, calls.map(lineOf).join(""));
  return {
    calls,
    note: (call) => {
      if (lastingDoors.has(call.path)) appendFileSync(file, lineOf(call));
    },
  };
}

function linesOf(text: string): readonly KeptCall[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => keptCall.parse(JSON.parse(line)));
}

function lineOf(call: KeptCall): string {
  return `${JSON.stringify(call)}\n`;
}
