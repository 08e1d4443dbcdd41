/**
 * Cloud's clock, as the dates of its answers tell it. What Cloud recorded bears Cloud's times, and the clock here may be
 * wrong, or be put right in the middle: the two are compared by Cloud's.
 */

/** What a clock here may be off without being wrong, in milliseconds. */
const tolerance = 10 * 60_000;

/** Reads the date of each answer. All clients of one Cloud may share one: each knows what the others heard. */
export interface CloudClock {
  /** Takes the date of an answer that has just come. */
  hear(headers: Headers): void;
  /** Now, by Cloud's clock; undefined before the first answer that bears a date. */
  now(): Date | undefined;
  /**
   * A moment that was noted by the clock here, by Cloud's; as it is where Cloud has told no time, and undefined where
   * it lies ahead, since the clock was wrong when it was noted.
   */
  toCloud(noted: Date): Date | undefined;
}

/**
 * A clock that has heard nothing.
 *
 * @param here the clock of this process, which those that share it write by
 * @param elapsed milliseconds that only go on, whatever is done to the clock
 * @example
 * const cloudClock = createCloudClock();
 * const clients = instances.map(({ instanceId, apiKey }) => createClient({ instanceId, apiKey, cloudClock }));
 */
export function createCloudClock(
  here: () => Date = () => new Date(),
  elapsed: () => number = () => performance.now(),
): CloudClock {
  let heard: { readonly time: number; readonly at: number } | undefined;
  const now = () => (heard === undefined ? undefined : new Date(heard.time + elapsed() - heard.at));
  return {
    hear(headers) {
      const date = datedAt(headers);
      if (date !== undefined) heard = { time: date.getTime(), at: elapsed() };
    },
    now,
    toCloud(noted) {
      const ahead = noted.getTime() - here().getTime();
      if (ahead > tolerance) return undefined;
      return new Date((now() ?? here()).getTime() + ahead);
    },
  };
}

/** When an answer was made, by the clock of who made it. */
export function datedAt(headers: Headers): Date | undefined {
  const time = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(time) ? undefined : new Date(time);
}
