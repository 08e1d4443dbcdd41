/** How long the app's own code may take for one call of a page. */
import { AppError } from "../../errors/app-error.ts";

/** Below the 30 seconds after which the page's kit gives up, so that the page hears why. */
export const usualDeadlineSeconds = 25;

/** A deadline in milliseconds. @throws TypeError when the seconds are none. */
export function deadlineOf(seconds: number, of: string): number {
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 24 * 3600) return seconds * 1000;
  throw new TypeError(`${of} must be a number of seconds above 0 and up to a day, not ${String(seconds)}.`);
}

/** The deadline of one call. */
export type Deadline = {
  readonly milliseconds: number;
  /** Aborted when it has passed. */
  signal(): AbortSignal;
  /**
   * The work's value. Work that takes longer is left behind.
   *
   * @throws AppError 504 `app_failed` when it did not end in time
   */
  limit<Value>(work: Promise<Value>): Promise<Value>;
};

export function createDeadline(milliseconds: number): Deadline {
  let abort: AbortController | undefined;
  return {
    milliseconds,
    signal: () => {
      abort ??= new AbortController();
      return abort.signal;
    },
    limit: async (work) => {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        const error = notInTime(milliseconds);
        late.reject(error);
        abort ??= new AbortController();
        abort.abort(error);
      }, milliseconds);
      try {
        return await Promise.race([work, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function notInTime(milliseconds: number): AppError {
  return new AppError({
    code: "app_failed",
    status: 504,
    whatHappened: `The app did not answer within ${milliseconds / 1000} seconds. What it had begun may still have been done.`,
    whatToDo:
      "Look whether it was done, then try again. If it happens again, give the reference to the app's developer.",
    details: { outcome: "unknown" },
  });
}
