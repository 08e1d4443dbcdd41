/** Waiting that a fault asks for, and that is over with the fault. */
import type { CloudClock } from "../clock.ts";

/** So long, unless its fault is ended first: then what waits goes on at once. */
export type Delay = {
  readonly faultId: string;
  readonly milliseconds: number;
  readonly ended: AbortSignal;
};

/**
 * Waits for one after the other. Gives the milliseconds that it took, by the Cloud's clock.
 *
 * @param begun when the waiting began, in milliseconds of that clock; now, where it does not go on after a restart.
 * @throws the signal's reason when it is aborted first.
 */
export async function waitOut(
  delays: readonly Delay[],
  time: CloudClock,
  signal?: AbortSignal,
  begun = time.now().getTime(),
): Promise<number> {
  let due = begun;
  for (const { milliseconds, ended } of delays) {
    due += milliseconds;
    try {
      const either = signal === undefined ? ended : AbortSignal.any([ended, signal]);
      await time.wait(due - time.now().getTime(), either);
    } catch (reason) {
      if (!ended.aborted || signal?.aborted === true) throw reason;
      // What comes after it begins now.
      due = time.now().getTime();
    }
  }
  return time.now().getTime() - begun;
}
