/** What a run reads, and how far the books are once it has ended. Pure. */
import type { SyncInput } from "./input.ts";
import type { Reading } from "./reading.ts";
import type { Position } from "./register.ts";

/** How far back a run looks before the last one's newest, in seconds: what comes late is found. */
export const overlap = 2 * 86_400;
/** … after a comparison that left a difference without a reason. */
const widerOverlap = 90 * 86_400;

/** What a run reads: the days asked for, everything the first time, else what came since. */
export function readingOf(
  { from, to }: Pick<SyncInput, "from" | "to">,
  { readThrough, lookFurtherBack }: Position,
): Reading {
  if (from !== undefined || to !== undefined) {
    return {
      verify: true,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
  }
  if (readThrough === undefined) return { verify: false };
  return {
    verify: false,
    from: Math.max(0, readThrough - (lookFurtherBack === true ? widerOverlap : overlap)),
  };
}

/**
 * How far the books are once a run has ended: only a run up to now moves it, and never past now. What a test clock of
 * Stripe's dates ahead must not hide what comes before it.
 *
 * @param now in seconds since 1970
 */
export function positionAfter(position: Position, reading: Reading, newest: number, now: number): Position {
  const { lookFurtherBack: _done, ...rest } = position;
  const isRange = reading.verify;
  const readThrough = Math.max(position.readThrough ?? 0, Math.min(newest, now));
  return {
    ...(isRange ? position : rest),
    ...(isRange || readThrough === 0 ? {} : { readThrough }),
  };
}
