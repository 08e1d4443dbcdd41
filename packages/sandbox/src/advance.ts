/** Putting the Cloud's clock ahead: kept over a restart, and whatever waits for a time comes due, in the ledgers too. */
import { Refusal } from "./errors.ts";
import type { Services } from "./services.ts";

/** Times are compared as texts, which have four digits for the year. */
const lastMoment = Date.UTC(9999, 11, 31);

/**
 * Puts the clock ahead by so many seconds. Resolves with the new time when what came due in the ledgers is done.
 *
 * @throws Refusal 422 `invalid_request` where that is past the year 9999.
 */
export async function advanceClock(
  { tools, settings, instances }: Pick<Services, "tools" | "settings" | "instances">,
  seconds: number,
): Promise<Date> {
  const milliseconds = seconds * 1000;
  if (tools.clock().getTime() + milliseconds > lastMoment)
    throw new Refusal(422, "invalid_request", "advance_seconds: would put the clock past the year 9999.", {
      field: "advance_seconds",
    });
  // Kept first: after a kill in between, time must not run backwards.
  await settings.keepClockAhead(tools.time.ahead() + milliseconds);
  const now = tools.time.advance(milliseconds);
  await instances.settle();
  return now;
}
