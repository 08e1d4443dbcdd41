/** Numbers, money, times and durations as text for people. Pure; the locale is the reader's unless told. */

/** Minor units of a currency, split for display and alignment. */
export interface MoneyParts {
  /** `"−"` (the minus sign, not a hyphen) or empty. */
  readonly sign: "−" | "";
  /** Whole units, grouped. */
  readonly whole: string;
  /** Decimal mark and decimals, or empty for currencies without. */
  readonly fraction: string;
}

/** An amount as it comes over the wire: digits as text, or an integer (a `bigint` where a `number` would round). */
export type WireInteger = string | number | bigint;

const INTEGER_TEXT = /^-?\d+$/;

/**
 * An amount from the wire as `bigint`.
 *
 * @throws RangeError when it is not an exact integer
 */
export function minorUnits(amount: WireInteger): bigint {
  if (isExactInteger(amount)) return BigInt(amount);
  throw new RangeError(`${amount} is not an exact integer of minor units`);
}

function isExactInteger(amount: WireInteger): boolean {
  if (typeof amount === "string") return INTEGER_TEXT.test(amount);
  return typeof amount === "bigint" || Number.isSafeInteger(amount);
}

const MINUS = "−";

function decimalMark(locale: string | undefined): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find((part) => part.type === "decimal")?.value ?? ".";
}

/**
 * Splits an amount for display, without ever passing through a floating point number.
 *
 * @param minor the amount in minor units
 * @param decimals how many decimals the currency has (0 for JPY, 3 for KWD)
 * @example
 * moneyParts(-1234567n, 2); // { sign: "−", whole: "12,345", fraction: ".67" }
 */
export function moneyParts(minor: bigint, decimals: number, locale?: string): MoneyParts {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return {
    sign: minor < 0n ? MINUS : "",
    whole: new Intl.NumberFormat(locale).format(BigInt(digits.slice(0, cut))),
    fraction: decimals === 0 ? "" : decimalMark(locale) + digits.slice(cut),
  };
}

/**
 * An amount as one text.
 *
 * @example
 * formatMoney(123450n, 2, "EUR"); // "1,234.50 EUR"
 */
export function formatMoney(minor: bigint, decimals: number, currency: string, locale?: string): string {
  const { sign, whole, fraction } = moneyParts(minor, decimals, locale);
  return `${sign}${whole}${fraction} ${currency.toUpperCase()}`;
}

/** A count with grouping. */
export function formatCount(count: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** `1 run`, `2 runs`; the plural is the singular with an s unless told. */
export function countOf(count: number, singular: string, plural = `${singular}s`, locale?: string): string {
  return `${formatCount(count, locale)} ${count === 1 ? singular : plural}`;
}

/**
 * A length of time in at most two units.
 *
 * @param milliseconds the length; negative counts as zero
 * @example
 * formatDuration(65_000); // "1 min 5 s"
 */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/**
 * How long ago a moment is, such as "3 minutes ago"; "just now" below a minute, and for moments a clock
 * difference puts into the future.
 */
export function formatAgo(moment: Date, now: Date, locale?: string): string {
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  const step = STEPS.find(([, size]) => seconds >= size);
  if (step === undefined) return "just now";
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(
    -Math.floor(seconds / step[1]),
    step[0],
  );
}

/**
 * A moment as date and time in UTC with its zone said, to the minute, or to the second when `precise`. Not the
 * reader's own zone: two people who speak of an entry must see the same time, and the dashboard around shows UTC.
 *
 * @example
 * ```ts
 * formatMoment(new Date("2026-11-25T00:25:09Z"));       // "2026-11-25 00:25 UTC"
 * formatMoment(new Date("2026-11-25T00:25:09Z"), true); // "2026-11-25 00:25:09 UTC"
 * ```
 */
export function formatMoment(moment: Date, precise = false): string {
  const [day = "", time = ""] = moment.toISOString().split("T");
  return `${day} ${time.slice(0, precise ? 8 : 5)} UTC`;
}

/** An id shortened in its middle, so that its kind and its end stay readable. */
export function shortId(id: string, longest = 18): string {
  if (id.length <= longest) return id;
  const tail = Math.floor((longest - 1) / 3);
  return `${id.slice(0, longest - 1 - tail)}…${id.slice(-tail)}`;
}
