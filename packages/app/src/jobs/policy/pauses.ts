/** How long work waits for what only Cloud knows: pure decisions, in milliseconds. */

const minute = 60_000;

/** When a run looks again whether its installation may go on. */
export function pauseForQuestion(since: number, now: number): number {
  return between(2000, elapsed(since, now) / 4, minute);
}

/** When Cloud is asked again about a key that it refuses: from a minute to an hour, growing with the time it has lasted. */
export function pauseWhileSuspended(since: number, now: number): number {
  return between(minute, elapsed(since, now), 60 * minute);
}

/** When Cloud is asked again which of two installations it holds: from five seconds to an hour. */
export function pauseWhileContested(since: number, now: number): number {
  return between(5000, elapsed(since, now) / 2, 60 * minute);
}

// A clock that was ahead wrote a time that has not come yet: then nothing has elapsed.
function elapsed(since: number, now: number): number {
  return Math.max(0, now - since);
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(most, Math.max(least, wanted));
}
