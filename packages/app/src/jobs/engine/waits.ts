/**
 * Which waits end: those whose time has come, and those whose time a clock that was wrong has written. How far ahead a
 * time is believed stays as it is until everything beyond it goes on: a look may fail, and takes a thousand at most.
 */
import type { Workshop } from "../execution/workshop.ts";
import { longestWaitMilliseconds } from "../policy/retries.ts";
import type { WatchedClock } from "../policy/watched-clock.ts";

export type Waits = {
  /**
   * Makes due what waits for nothing any more; true when there may be more of it at once.
   *
   * After the clock was put back, what waits beyond the latest time it showed goes on. Nothing tells a run that was
   * meant to wait that long from one that waits by mistake, so it goes on as well: too early, which costs a try.
   */
  end(): Promise<boolean>;
};

/** What is written in the very moment lies beyond it, in milliseconds. */
const margin = 1000;

/** The waits of one engine, whose clock is watched. */
export function createWaits(
  { store, clock, log }: Pick<Workshop, "store" | "clock" | "log">,
  putBackFrom: WatchedClock["putBackFrom"],
): Waits {
  let wrongBeyond = Number.POSITIVE_INFINITY;
  let isSaid = false;

  const say = (runs: number, beyond: number) => {
    if (!isSaid)
      log.warn(
        "The clock was wrong: runs wait for a time further ahead than is believed. They go on now, and so do those that were meant to wait that long.",
        { runs, beyond: new Date(beyond).toISOString() },
      );
    isSaid = true;
  };

  return {
    end: async () => {
      wrongBeyond = Math.min(wrongBeyond, (putBackFrom() ?? Number.POSITIVE_INFINITY) - margin);
      const now = clock();
      // What is due anyway was written by no wrong clock.
      const furthest = Math.max(now, Math.min(now + longestWaitMilliseconds, wrongBeyond));
      const { due, disbelieved } = await store.runs.promote(now, furthest);
      if (disbelieved > 0) say(disbelieved, furthest);
      else {
        wrongBeyond = Number.POSITIVE_INFINITY;
        isSaid = false;
      }
      return disbelieved > 0 && due > 0;
    },
  };
}
