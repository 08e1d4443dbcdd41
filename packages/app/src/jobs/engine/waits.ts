/** Which waits end: those whose time has come. Those that a clock which was wrong has written begin anew. */
import { clockSkew } from "../../installations/clock-skew.ts";
import type { Workshop } from "../execution/workshop.ts";
import { longestWaitMilliseconds } from "../policy/retries.ts";

export type Waits = {
  /** Makes due what waits for nothing any more; true when there may be more of it at once. */
  end(): Promise<boolean>;
};

/**
 * The waits of one engine.
 *
 * A wait is kept with the moment in which it began, by the clock that said until when it lasts. So it does not matter
 * who looks at it, nor whether he saw the clock jump: one that begins later than it is now has been written by a clock
 * that was ahead. One that was written by a clock that was behind ends early, which costs a try.
 */
export function createWaits({ store, clock, log }: Pick<Workshop, "store" | "clock" | "log">): Waits {
  return {
    end: async () => {
      const now = clock();
      const { misdated } = await store.runs.promote({ now, clockSkew, longestWait: longestWaitMilliseconds });
      if (misdated > 0)
        log.warn(
          "The clock was wrong: runs were waiting by it. They wait anew, as long as they were meant to.",
          {
            runs: misdated,
          },
        );
      return misdated > 0;
    },
  };
}
