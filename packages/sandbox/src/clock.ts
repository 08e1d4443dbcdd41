/**
 * The Cloud's own clock: the machine's, plus what it was put ahead by. Everything in the room reads the
 * time here, and whatever waits for a time waits here, so that it comes due when the clock is put ahead.
 */

export type CloudClock = {
  readonly now: () => Date;
  /**
   * Resolves when so many milliseconds of this clock have gone by.
   *
   * @throws the signal's reason when it is aborted first.
   */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts with a `TimeoutError` when so many milliseconds have gone by, and how to let it go. */
  deadline(milliseconds: number): Deadline;
  /** Puts the clock ahead; what comes due by that is woken. Gives the new time. */
  advance(milliseconds: number): Date;
  /** How far ahead of the machine's clock this one is, in milliseconds. */
  ahead(): number;
};

/** A time limit that is running, until it is released. */
export type Deadline = { readonly signal: AbortSignal; release(): void };

/** Timers of the machine take no more than this many milliseconds at once. */
const longestTimer = 2 ** 31 - 1;

type Waiting = { readonly due: number; timer: NodeJS.Timeout | undefined; readonly wake: () => void };

/**
 * A clock over the machine's.
 *
 * @param machine the time it counts from.
 * @param ahead milliseconds it is ahead of it from the beginning.
 * @example
 * ```ts
 * const clock = createClock(() => new Date());
 * const tomorrow = clock.wait(24 * 3600 * 1000);
 * clock.advance(24 * 3600 * 1000);
 * await tomorrow; // at once
 * ```
 */
export function createClock(machine: () => Date, ahead = 0): CloudClock {
  let offset = ahead;
  const waiting = new Set<Waiting>();
  const now = () => new Date(machine().getTime() + offset);

  function arm(one: Waiting): void {
    clearTimeout(one.timer);
    const left = Math.max(0, one.due - now().getTime());
    one.timer = setTimeout(() => (left > longestTimer ? arm(one) : end(one)), Math.min(left, longestTimer));
  }

  function end(one: Waiting): void {
    clearTimeout(one.timer);
    if (waiting.delete(one)) one.wake();
  }

  function begin(milliseconds: number, wake: () => void): Waiting {
    const one: Waiting = { due: now().getTime() + milliseconds, timer: undefined, wake };
    waiting.add(one);
    arm(one);
    return one;
  }

  function cancel(one: Waiting): void {
    clearTimeout(one.timer);
    waiting.delete(one);
  }

  return {
    now,
    ahead: () => offset,
    advance: (milliseconds) => {
      offset += milliseconds;
      const time = now().getTime();
      for (const one of [...waiting]) {
        if (one.due <= time) end(one);
        else arm(one);
      }
      return now();
    },
    wait: (milliseconds, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const one = begin(milliseconds, () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
        const onAbort = () => {
          cancel(one);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    deadline: (milliseconds) => {
      const controller = new AbortController();
      const late = () => controller.abort(new DOMException("The time limit is over.", "TimeoutError"));
      const one = begin(milliseconds, late);
      return { signal: controller.signal, release: () => cancel(one) };
    },
  };
}
