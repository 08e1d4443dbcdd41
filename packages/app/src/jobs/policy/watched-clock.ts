/**
 * A clock that notices when it is put back. What was written by it before that lies ahead, by as much as it was wrong:
 * a run that was to be tried again in three seconds would wait for a day.
 */

/** Less than this is not worth it: nothing waits for much longer than it was meant to. */
const least = 2 * 60_000;

export type WatchedClock = {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /**
   * The latest time that was read before the clock was put back, in milliseconds since 1970, once for each time that it
   * was: whoever asks has to keep it until everything is done. Undefined when it was not put back, or by less than two
   * minutes. A process that starts when the clock is right again has seen nothing.
   */
  putBackFrom(): number | undefined;
};

/** Watches a clock. Everything that writes times a run waits for has to read it here. */
export function watchClock(clock: () => number): WatchedClock {
  let latest = Number.NEGATIVE_INFINITY;
  return {
    now: () => {
      const now = clock();
      if (now > latest) latest = now;
      return now;
    },
    putBackFrom: () => {
      const now = clock();
      if (!(latest - now >= least)) return undefined;
      const from = latest;
      latest = now;
      return from;
    },
  };
}
