/** Putting work off: when it is tried again, and why it waits. */
import { isKeptByOthers, OrderFailed } from "../posting/failures.ts";
import { refusalText } from "../rules/refusals.ts";

/** What a handler throws when something else has to happen first; the piece is tried again some time later. */
export class TryLater extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TryLater";
  }
}

/** A wait that doubles with each attempt, up to a longest. */
interface Pace {
  readonly first: bigint;
  readonly longest: bigint;
}

const second = 1_000_000_000n;
/** Somebody else is in the way, or has to come first. */
const soon: Pace = { first: second, longest: 30n * second };
/** The database refuses, or the code is at fault. */
const seldom: Pace = { first: 15n * second, longest: 480n * second };

/** True when nothing is broken: somebody else only has to let go or come first. */
export function isOnlyWaiting(error: unknown): boolean {
  const isUntold = error instanceof OrderFailed && error.reference === undefined;
  return error instanceof TryLater || isUntold || isKeptByOthers(error);
}

/** Nanoseconds until work that failed is tried again; `attempts` came before this one. Accepted work is never given up. */
export function delayAfter(error: unknown, attempts: number): bigint {
  const { first, longest } = isOnlyWaiting(error) ? soon : seldom;
  const doubled = first * 2n ** BigInt(Math.min(attempts, 10));
  return doubled < longest ? doubled : longest;
}

/** Why a piece of work waits, for those who look. */
export function whyLater(error: unknown): string {
  if (error instanceof OrderFailed) {
    const named = error.reference === undefined ? "" : ` (${error.reference})`;
    return `${refusalText(error.refusal)}${named}`;
  }
  return error instanceof Error ? error.message : String(error);
}
