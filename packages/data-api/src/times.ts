/** Times as the Data and Filters APIs are sent them, and the spans of time they stand for. */

/** A span of time as written: its start and the start of the next one, as wall clock. */
export interface TimeSpan {
  readonly start: string;
  readonly end: string;
}

/** Ends a time of PostgreSQL's that lies before its year 1. */
const BEFORE_CHRIST = " BC";

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * The span a time sent to the Data API stands for: a day, a minute, a second or the last digit of a fraction.
 * Converted to UTC where it is compared with times; ignored where only the day as written counts.
 *
 * @returns undefined for text that is no time, or no day of the calendar.
 */
export function timeSpan(raw: string, offset: "ignored" | "converted" = "ignored"): TimeSpan | undefined {
  const parts = TIME.exec(raw);
  if (parts === null) return undefined;
  const [, year = "", month = "", day = "", hour, minute, second, fraction, zone] = parts;
  const written = Date.parse(`${year}-${month}-${day}T${hour ?? "00"}:${minute ?? "00"}:${second ?? "00"}Z`);
  if (Number.isNaN(written) || new Date(written).getUTCDate() !== Number(day)) return undefined;
  const whole = offset === "converted" ? written - offsetMilliseconds(zone) : written;
  if (fraction !== undefined) return fractionSpan(whole, fraction);
  return { start: wallClock(whole), end: wallClock(whole + unitOf(hour, second)) };
}

function offsetMilliseconds(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function unitOf(hour: string | undefined, second: string | undefined): number {
  if (hour === undefined) return 86_400_000;
  return second === undefined ? 60_000 : 1_000;
}

function fractionSpan(whole: number, fraction: string): TimeSpan {
  const start = BigInt(whole) * 1_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  const unit = 10n ** BigInt(6 - Math.min(fraction.length, 6));
  return { start: microseconds(start), end: microseconds(start + unit) };
}

function microseconds(sinceEpoch: bigint): string {
  const fraction = ((sinceEpoch % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return wallClock(Number((sinceEpoch - fraction) / 1_000n), `.${String(fraction).padStart(6, "0")}`);
}

/** As PostgreSQL reads it, to which the year 0 is 1 BC. */
function wallClock(milliseconds: number, fraction = ""): string {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  const written = String(year < 1 ? 1 - year : year).padStart(4, "0");
  const [, day = "", clock = ""] = /(-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(date.toISOString()) ?? [];
  return `${written}${day} ${clock}${fraction}${year < 1 ? BEFORE_CHRIST : ""}`;
}

/**
 * A time or day as PostgreSQL writes it, era and all, with the year as the wire has it: 1 BC is the year 0.
 *
 * @example withoutEra("0001-02-29T12:00:00.000000 BC") // "0000-02-29T12:00:00.000000"
 */
export function withoutEra(written: string): string {
  const time = written.replace(/ (AD|BC)$/, "");
  if (!isBeforeChrist(written)) return time;
  return time.replace(/^\d+/, (year) => String(1 - Number(year)).padStart(4, "0"));
}

/** The day of a time as `timeSpan` writes them. */
export function dayOf(time: string): string {
  return `${time.slice(0, 10)}${isBeforeChrist(time) ? BEFORE_CHRIST : ""}`;
}

/** True for a time or day as PostgreSQL writes it that lies before its year 1. */
export function isBeforeChrist(time: string): boolean {
  return time.endsWith(BEFORE_CHRIST);
}
