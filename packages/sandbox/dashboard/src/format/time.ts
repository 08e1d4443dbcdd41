/** Times as text: always in UTC and saying so, the distance from now only as an extra. */

const zeroTime = "0001-01-01T00:00:00Z";

/**
 * The moment a time names, or `undefined` for none, an unreadable one, or Core's zero time.
 */
export function momentOf(time: string | null | undefined): Date | undefined {
  if (time === null || time === undefined || time === "" || time === zeroTime) return undefined;
  const moment = new Date(hasZone(time) ? time : `${time.replace(" ", "T")}Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

// Core's own columns carry no zone: they are UTC.
function hasZone(time: string): boolean {
  return /(?:Z|[+-]\d{2}:?\d{2})$/i.test(time);
}

/**
 * A moment in UTC, with the zone.
 *
 * @example
 * ```ts
 * utcTime(new Date("2026-11-24T22:05:09.120Z"));                 // "2026-11-24 22:05:09 UTC"
 * utcTime(new Date("2026-11-24T22:05:09.120Z"), "milliseconds"); // "2026-11-24 22:05:09.120 UTC"
 * ```
 */
export function utcTime(moment: Date, resolution: "seconds" | "milliseconds" = "seconds"): string {
  const text = moment.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, resolution === "seconds" ? 19 : 23)} UTC`;
}

const steps = [
  { limit: 60, size: 1, unit: "second" },
  { limit: 3600, size: 60, unit: "minute" },
  { limit: 86_400, size: 3600, unit: "hour" },
  { limit: 2_592_000, size: 86_400, unit: "day" },
  { limit: 31_536_000, size: 2_592_000, unit: "month" },
  { limit: Number.POSITIVE_INFINITY, size: 31_536_000, unit: "year" },
] as const;

const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/**
 * How long ago, or how soon.
 *
 * @example
 * ```ts
 * relativeTime(new Date(0), new Date(90_000)); // "1 minute ago"
 * ```
 */
export function relativeTime(moment: Date, now: Date): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const step = steps.find((candidate) => Math.abs(seconds) < candidate.limit) ?? steps[steps.length - 1];
  if (step === undefined || Math.abs(seconds) < 5) return "just now";
  return relativeFormat.format(Math.trunc(seconds / step.size), step.unit);
}

/**
 * A duration given in milliseconds, short.
 *
 * @example
 * ```ts
 * durationText(840);    // "840 ms"
 * durationText(10_004); // "10.0 s"
 * ```
 */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
