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
   * How far the latest time that was read lies ahead of now, once for each time the clock was put back; undefined when
   * it was not, or by less than two minutes.
   */
  putBackBy(): number | undefined;
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
    putBackBy: () => {
      const now = clock();
      const back = latest - now;
      if (!(back >= least)) return undefined;
      latest = now;
      return back;
    },
  };
}
