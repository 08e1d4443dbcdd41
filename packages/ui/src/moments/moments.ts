/** Moments and lengths of time as text. Moments are always in UTC and say so; the distance from now is an extra. */

const coreZeroTime = "0001-01-01T00:00:00Z";

/**
 * The moment a time of the wire names, or `undefined` for none, an unreadable one, or Core's zero time.
 *
 * @example
 * ```ts
 * momentOf("2026-04-21 12:00:00")?.toISOString(); // "2026-04-21T12:00:00.000Z"
 * ```
 */
export function momentOf(time: string | null | undefined): Date | undefined {
  if (time === null || time === undefined || time === "" || time === coreZeroTime) return undefined;
  // Core's own columns carry no zone: they are UTC.
  const moment = new Date(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time.replace(" ", "T")}Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** How exact a moment is written. */
export type Resolution = "days" | "minutes" | "seconds" | "milliseconds";

const lengthOf: Readonly<Record<Resolution, number>> = {
  days: 10,
  minutes: 16,
  seconds: 19,
  milliseconds: 23,
};

/**
 * A moment as date and time in UTC with its zone said. Not the reader's own zone: two people who speak of an entry
 * must see the same time.
 *
 * @example
 * ```ts
 * formatMoment(new Date("2026-11-25T00:25:09Z"));            // "2026-11-25 00:25 UTC"
 * formatMoment(new Date("2026-11-25T00:25:09Z"), "seconds"); // "2026-11-25 00:25:09 UTC"
 * formatMoment(new Date("2026-11-25T00:25:09Z"), "days");    // "2026-11-25"
 * ```
 */
export function formatMoment(moment: Date, resolution: Resolution = "minutes"): string {
  const text = moment.toISOString().slice(0, lengthOf[resolution]).replace("T", " ");
  return resolution === "days" ? text : `${text} UTC`;
}

const steps = [
  { limit: 3_600, size: 60, unit: "minute" },
  { limit: 86_400, size: 3_600, unit: "hour" },
  { limit: 2_592_000, size: 86_400, unit: "day" },
  { limit: 31_536_000, size: 2_592_000, unit: "month" },
  { limit: Number.POSITIVE_INFINITY, size: 31_536_000, unit: "year" },
] as const;

/**
 * How long ago a moment is, or how soon it comes, such as "3 minutes ago"; "just now" within a minute.
 *
 * @example
 * ```ts
 * formatAgo(new Date(0), new Date(90_000), "en"); // "1 minute ago"
 * ```
 */
export function formatAgo(moment: Date, now: Date, locale?: string): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const step = steps.find((candidate) => Math.abs(seconds) < candidate.limit);
  if (step === undefined || Math.abs(seconds) < 60) return "just now";
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return format.format(Math.trunc(seconds / step.size), step.unit);
}

/**
 * How long ago something happened. Whoever wrote it down may have a clock ahead of this one by more than a minute; then
 * it is the exact time, for what has happened does not lie ahead.
 *
 * @example
 * ```ts
 * formatSince(new Date(0), new Date(90_000), "en"); // "1 minute ago"
 * formatSince(new Date(360_000), new Date(0));      // "1970-01-01 00:06:00 UTC"
 * ```
 */
export function formatSince(moment: Date, now: Date, locale?: string): string {
  return isAhead(moment, now) ? formatMoment(moment, "seconds") : formatAgo(moment, now, locale);
}

/** Whether a moment lies ahead by more than "just now" covers. */
export function isAhead(moment: Date, now: Date): boolean {
  return moment.getTime() - now.getTime() >= 60_000;
}

/**
 * A length of time in at most two units.
 *
 * @param milliseconds the length; negative counts as zero
 * @example
 * ```ts
 * formatDuration(65_000); // "1 min 5 s"
 * formatDuration(40);     // "under 0.1 s"
 * ```
 */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 0.1) return "under 0.1 s";
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * How long a call took: milliseconds where they matter, seconds above.
 *
 * @example
 * ```ts
 * formatLatency(840);    // "840 ms"
 * formatLatency(10_004); // "10.0 s"
 * ```
 */
export function formatLatency(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
