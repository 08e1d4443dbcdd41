/**
 * Times on the wire (contract section 2.4): RFC 3339 in, with the parser's error texts; RFC 3339 out, with
 * the fraction's trailing zeros trimmed.
 */

/** An instant with the offset it was written with. */
export interface Instant {
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  readonly nanoseconds: bigint;
  /** Minutes east of UTC, as the client wrote it; 0 is printed as `Z`. */
  readonly offsetMinutes: number;
}

/** Nanoseconds of 0001-01-01T00:00:00Z, Go's zero time. */
const zeroNanoseconds = -62_135_596_800n * 1_000_000_000n;

/** The zero time, printed `0001-01-01T00:00:00Z`. */
export const zeroInstant: Instant = { nanoseconds: zeroNanoseconds, offsetMinutes: 0 };

export const zeroTimeText = "0001-01-01T00:00:00Z";

/** True for the zero time, which stands for "none" in every time field. */
export function isZeroInstant(instant: Instant): boolean {
  return instant.nanoseconds === zeroNanoseconds;
}

/** A text that is no RFC 3339 time; `message` is the parser text. */
export class TimeTextError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TimeTextError";
  }
}

const layout = "2006-01-02T15:04:05Z07:00";

/** One piece of the layout: what it looks like, its name in errors, and what may be out of range in it. */
interface LayoutElement {
  readonly pattern: RegExp;
  readonly name: string;
  readonly rangeFault?: (found: string) => string | undefined;
}

const between = (part: string, low: number, high: number) => (found: string) =>
  Number.parseInt(found, 10) < low || Number.parseInt(found, 10) > high ? part : undefined;

/** Offsets of 24 hours and of 60 minutes pass, as in Core. */
function offsetFault(found: string): string | undefined {
  if (Number(found.slice(4, 6)) > 60) return "time zone offset minute";
  return Number(found.slice(1, 3)) > 24 ? "time zone offset hour" : undefined;
}

const elements: readonly LayoutElement[] = [
  { pattern: /^\d{4}/, name: "2006" },
  { pattern: /^-/, name: "-" },
  { pattern: /^\d{2}/, name: "01", rangeFault: between("month", 1, 12) },
  { pattern: /^-/, name: "-" },
  { pattern: /^\d{2}/, name: "02" },
  { pattern: /^T/, name: "T" },
  { pattern: /^\d{1,2}/, name: "15", rangeFault: between("hour", 0, 23) },
  { pattern: /^:/, name: ":" },
  { pattern: /^\d{2}/, name: "04", rangeFault: between("minute", 0, 59) },
  { pattern: /^:/, name: ":" },
  { pattern: /^\d{2}([.,]\d+)?/, name: "05", rangeFault: between("second", 0, 59) },
  { pattern: /^(Z|[+-]\d{2}:\d{2})/, name: "Z07:00", rangeFault: offsetFault },
];

/**
 * Parses an RFC 3339 time, as leniently as Core does: an hour of one digit and a comma before the fraction pass.
 *
 * @throws TimeTextError with Go's text, such as
 *   `parsing time "1990-01-31" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"`.
 */
export function parseInstant(text: string): Instant {
  const parts: string[] = [];
  let rest = text;
  for (const { pattern, name, rangeFault } of elements) {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) {
      throw new TimeTextError(
        `parsing time ${quoted(text)} as "${layout}": cannot parse ${quoted(rest)} as "${name}"`,
      );
    }
    const fault = rangeFault?.(found);
    if (fault !== undefined) throw outOfRange(text, fault);
    parts.push(found);
    rest = rest.slice(found.length);
  }
  if (rest !== "") throw new TimeTextError(`parsing time ${quoted(text)}: extra text: ${quoted(rest)}`);
  return assemble(text, parts);
}

function outOfRange(text: string, part: string): TimeTextError {
  return new TimeTextError(`parsing time ${quoted(text)}: ${part} out of range`);
}

/** A text as time errors quote it: every byte that is no printable ASCII in hexadecimal. */
function quoted(text: string): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const shown = bytes.replace(/[^ -\x7f]|["\\]/g, (byte) =>
    byte === '"' || byte === "\\" ? `\\${byte}` : `\\x${Buffer.from(byte, "latin1").toString("hex")}`,
  );
  return `"${shown}"`;
}

/** The same as `parseInstant`, but `undefined` instead of an error. */
export function tryParseInstant(text: string): Instant | undefined {
  try {
    return parseInstant(text);
  } catch (error) {
    if (error instanceof TimeTextError) return undefined;
    throw error;
  }
}

function assemble(text: string, parts: readonly string[]): Instant {
  const [year, month, day, hour, minute] = [0, 2, 4, 6, 8].map((index) => Number(parts[index])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [second = "0", fraction = ""] = (parts[10] ?? "").split(/[.,]/);
  // The day alone is looked at last: how many there are depends on month and year.
  if (day < 1 || day > daysIn(year, month)) throw outOfRange(text, "day");
  const offsetMinutes = parseOffset(parts[11] ?? "Z");
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, Number(second), 0);
  const wallClock = BigInt(date.getTime()) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
  return { nanoseconds: wallClock - BigInt(offsetMinutes) * 60_000_000_000n, offsetMinutes };
}

function daysIn(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

function parseOffset(text: string): number {
  if (text === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return text.startsWith("-") ? -minutes : minutes;
}

/**
 * Prints an instant as RFC 3339 with up to nine fractional digits.
 *
 * @example formatInstant(parseInstant("2024-11-26T08:36:36.500+02:00")) // "2024-11-26T08:36:36.5+02:00"
 */
export function formatInstant(instant: Instant): string {
  const wallClock = instant.nanoseconds + BigInt(instant.offsetMinutes) * 60_000_000_000n;
  const seconds = floorDivide(wallClock, 1_000_000_000n);
  const fraction = (wallClock - seconds * 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  const date = new Date(Number(seconds) * 1000);
  const year = date.getUTCFullYear().toString().padStart(4, "0");
  const rest = date.toISOString().slice(-20, -5);
  return `${year}${rest}${fraction === "" ? "" : `.${fraction}`}${formatOffset(instant.offsetMinutes)}`;
}

function formatOffset(offsetMinutes: number): string {
  if (offsetMinutes === 0) return "Z";
  const size = Math.abs(offsetMinutes);
  const twoDigits = (value: number) => value.toString().padStart(2, "0");
  return `${offsetMinutes < 0 ? "-" : "+"}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** Rounds to whole microseconds as PostgreSQL stores them; a half goes to the even one. */
export function toMicroseconds(instant: Instant): bigint {
  const whole = floorDivide(instant.nanoseconds, 1000n);
  const rest = instant.nanoseconds - whole * 1000n;
  if (rest > 500n || (rest === 500n && whole % 2n !== 0n)) return whole + 1n;
  return whole;
}

/** An instant of whole microseconds since 1970, in UTC. */
export function fromMicroseconds(microseconds: bigint): Instant {
  return { nanoseconds: microseconds * 1000n, offsetMinutes: 0 };
}

/** The text of a `timestamp` column (`2026-11-24 20:34:12.142083`) for an instant, in UTC. */
export function toTimestampText(instant: Instant): string {
  const text = formatInstant(fromMicroseconds(toMicroseconds(instant)));
  return withEra(text.slice(0, -1).replace("T", " "));
}

/** The year 0 is 1 BC to PostgreSQL; an offset may lead to the last day of the year before. */
function withEra(text: string): string {
  if (text.startsWith("0000-")) return `0001${text.slice(4)} BC`;
  return text.startsWith("00-1-") ? `0002${text.slice(4)} BC` : text;
}

/**
 * The clock as a client wrote it, for a column without a zone: PostgreSQL reads the offset (and refuses one of
 * 16 hours or more) but leaves it out of the value.
 *
 * @example toClockText(parseInstant("2024-01-15T10:00:00+02:00")) // "2024-01-15 10:00:00+02:00"
 */
export function toClockText(instant: Instant): string {
  return withEra(formatInstant(instant).replace("T", " "));
}

/** An instant without its fraction of a second, as times before 1970 have it too. */
export function wholeSeconds(instant: Instant): Instant {
  return { ...instant, nanoseconds: floorDivide(instant.nanoseconds, 1_000_000_000n) * 1_000_000_000n };
}

/**
 * The wire text for a `timestamp` or `date` column's text; absent or null is the zero time.
 *
 * @example timestampToWire("2026-11-24 20:34:12.1420") // "2026-11-24T20:34:12.142Z"
 */
export function timestampToWire(text: unknown): string {
  if (typeof text !== "string") return zeroTimeText;
  const found = /^(\d{4,})(-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?)?/.exec(text);
  if (found === null) return zeroTimeText;
  const [, written = "", day, clock = "00:00:00", digits = ""] = found;
  const year = text.endsWith(" BC") ? String(1 - Number(written)).padStart(4, "0") : written;
  const fraction = digits.replace(/0+$/, "");
  return `${year}${day}T${clock}${fraction === "" ? "" : `.${fraction}`}Z`;
}
