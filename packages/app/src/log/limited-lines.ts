import type { Log, LogFields } from "./index.ts";

const minute = 60_000;
const linesAMinute = 120;

/** A line about a refusal, or one more in the count of those that are left out. */
export type LimitedLines = (message: string, fields: LogFields) => void;

/**
 * Lines about what anybody outside can cause as often as he likes: so many a minute, then a count.
 *
 * @param further what is said of those that were left out, beside `refused`, their number.
 * @param clock now, in milliseconds.
 */
export function limitLines(log: Log, further: string, clock: () => number): LimitedLines {
  let began = Number.NEGATIVE_INFINITY;
  let lines = 0;
  return (message, fields) => {
    const now = clock();
    if (now < began || now - began >= minute) {
      if (lines > linesAMinute) log.warn(further, { refused: lines - linesAMinute });
      began = now;
      lines = 0;
    }
    lines += 1;
    if (lines <= linesAMinute) log.warn(message, fields);
  };
}
