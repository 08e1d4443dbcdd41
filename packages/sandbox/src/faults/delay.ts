/** Waiting that a fault asks for, and that is over with the fault. */
import type { CloudClock } from "../clock.ts";

/** So long, unless its fault is ended first: then what waits goes on at once. */
export type Delay = {
  readonly faultId: string;
  readonly milliseconds: number;
  readonly ended: AbortSignal;
};

export type Waiting = {
  readonly signal?: AbortSignal;
  /** When it began, in milliseconds of the Cloud's clock; now, where it does not go on after a restart. */
  readonly begun?: number;
  /** Told when a wait is over with its fault: the rest begins at that moment. */
  onEnded?(since: Date, rest: readonly Delay[]): Promise<void>;
};

/**
 * Waits for one after the other. Gives the milliseconds that it took, by the Cloud's clock.
 *
 * @throws the signal's reason when it is aborted first.
 */
export async function waitOut(
  delays: readonly Delay[],
  time: CloudClock,
  { signal, begun = time.now().getTime(), onEnded }: Waiting = {},
): Promise<number> {
  let due = begun;
  for (const [index, { milliseconds, ended }] of delays.entries()) {
    due += milliseconds;
    try {
      const either = signal === undefined ? ended : AbortSignal.any([ended, signal]);
      await time.wait(due - time.now().getTime(), either);
    } catch (reason) {
      if (!ended.aborted || signal?.aborted === true) throw reason;
      // What comes after it begins now.
      const now = time.now();
      due = now.getTime();
      await onEnded?.(now, delays.slice(index + 1));
    }
  }
  return time.now().getTime() - begun;
}
