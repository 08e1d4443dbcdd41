/** Which waits end: those whose time has come. Those that a clock which was wrong has written begin anew. */
import { clockSkew } from "../../installations/clock-skew.ts";
import type { Workshop } from "../execution/workshop.ts";
import { longestWaitMilliseconds } from "../policy/retries.ts";

export type Waits = {
  /** Makes due what waits for nothing any more; true when there may be more of it at once. */
  end(): Promise<boolean>;
};

/** How much later than it is now a wait may begin and be believed, in milliseconds. */
const believedAhead = 10 * clockSkew;

/**
 * The waits of one engine.
 *
 * A wait is kept with the moment in which it began, by the clock that said until when it lasts. One that begins far
 * later than it is now was written by a clock that was ahead: it begins anew by the clock of whoever looks, who need
 * not have seen it jump; on a database of several machines only where it lies ahead of the database's clock too, since
 * who looks may be behind. One that begins less far ahead, as where the clocks of replicas differ, ends when it says, so
 * that at most this much is added to it. One that was written by a clock that was behind ends early, which costs a try.
 */
export function createWaits({ store, clock, log }: Pick<Workshop, "store" | "clock" | "log">): Waits {
  let isSaid = false;
  return {
    end: async () => {
      const look = { now: clock(), clockSkew: believedAhead, longestWait: longestWaitMilliseconds };
      const { misdated, behindBy } = await store.runs.promote(look);
      if (misdated > 0 && !isSaid)
        log.warn(
          "Runs were waiting by a clock that is far ahead of this one. They wait anew, as long as they were meant to. If this goes on, the clocks of the replicas differ: set them.",
          { runs: misdated },
        );
      if (behindBy !== undefined && !isSaid)
        log.warn("The clock here is behind the database's. Set it: what begins to wait here ends early.", {
          seconds: Math.round(behindBy / 1000),
        });
      isSaid = misdated > 0 || behindBy !== undefined;
      return misdated > 0;
    },
  };
}
