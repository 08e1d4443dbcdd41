/** Putting the Cloud's clock ahead: kept over a restart, and whatever waits for a time comes due, in the ledgers too. */
import type { Services } from "./services.ts";

/** Puts the clock ahead by so many seconds. Resolves with the new time when what came due in the ledgers is done. */
export async function advanceClock(
  { tools, settings, instances }: Pick<Services, "tools" | "settings" | "instances">,
  seconds: number,
): Promise<Date> {
  const milliseconds = seconds * 1000;
  // Kept first: after a kill in between, time must not run backwards.
  await settings.keepClockAhead(tools.time.ahead() + milliseconds);
  const now = tools.time.advance(milliseconds);
  await instances.settle();
  return now;
}
