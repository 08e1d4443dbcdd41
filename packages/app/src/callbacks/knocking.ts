/**
 * Keeps those who knock at the two doors without the secret from costing much:
 * per source so many refusals a minute, then 429 without looking any further; and
 * in the log so many lines a minute, then a count. Whoever has the secret is never
 * held back by what others do. Contract section 6.
 */
import type { Log } from "../log/index.ts";
import { type LimitedLines, limitLines } from "../log/limited-lines.ts";

const minute = 60_000;
/** Far more than a misconfigured sender makes, far less than a search for a secret. */
const refusalsOfASource = 600;
/** More sources than this a minute are an attack, and share one count. */
const mostSources = 10_000;

export type Knocking = {
  /** Whether a source has been refused so often that it is not listened to this minute; counts this time. */
  isTooMuch(source: string | undefined): boolean;
  readonly log: LimitedLines;
};

/**
 * Counts refusals.
 *
 * @param clock now, in milliseconds.
 */
export function watchKnocking(log: Log, clock: () => number): Knocking {
  let began = Number.NEGATIVE_INFINITY;
  const refusals = new Map<string, number>();
  const turn = () => {
    const now = clock();
    if (now >= began && now - began < minute) return;
    began = now;
    refusals.clear();
  };
  return {
    isTooMuch: (source) => {
      turn();
      const name =
        source !== undefined && (refusals.size < mostSources || refusals.has(source)) ? source : "";
      const count = (refusals.get(name) ?? 0) + 1;
      refusals.set(name, count);
      return count > refusalsOfASource;
    },
    log: limitLines(log, "Further requests to the doors were refused.", clock),
  };
}
