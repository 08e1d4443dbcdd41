/** Which waits end: those whose time has come. Those that a clock which was wrong has written begin anew. */
import { clockSkew } from "../../installations/clock-skew.ts";
import type { Workshop } from "../execution/workshop.ts";
import { longestWaitMilliseconds } from "../policy/retries.ts";

export type Waits = {
  /** Makes due what waits for nothing any more; true when there may be more of it at once. */
  end(): Promise<boolean>;
};

/**
 * How much later than it is now a wait may begin and be believed, in milliseconds. Whoever looks goes by his own clock:
 * one that is behind by more than this takes the waits of all others for wrong, and ends them.
 */
const believedAhead = 10 * clockSkew;

/**
 * The waits of one engine.
 *
 * A wait is kept with the moment in which it began, by the clock that said until when it lasts. One that begins far
 * later than it is now was written by a clock that was ahead: it begins anew by the clock of whoever looks, who need
 * not have seen it jump. One that begins less far ahead, as where the clocks of replicas differ, ends when it says, so
 * that at most this much is added to it. One that was written by a clock that was behind ends early, which costs a try.
 */
export function createWaits({ store, clock, log }: Pick<Workshop, "store" | "clock" | "log">): Waits {
  let isSaid = false;
  return {
    end: async () => {
      const look = { now: clock(), clockSkew: believedAhead, longestWait: longestWaitMilliseconds };
      const { misdated } = await store.runs.promote(look);
      if (misdated > 0 && !isSaid)
        log.warn(
          "Runs were waiting by a clock that is far ahead of this one. They wait anew, as long as they were meant to. If this goes on, the clock here is behind: set it, since the waits of all replicas end early by it.",
          { runs: misdated },
        );
      isSaid = misdated > 0;
      return misdated > 0;
    },
  };
}
