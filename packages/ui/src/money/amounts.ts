/**
 * Amounts as text, without a floating-point number on the way. An amount is an integer of minor units; how many of
 * them make one unit is said by a precision (100 for cents) or by a number of decimals. Contract: amounts of Core are
 * integers of any size.
 */
import { inDigitsOf, numeralsOf } from "./numerals.ts";

/** An amount as it comes over the wire: digits as text, or an integer (a `bigint` where a `number` would round). */
export type WireInteger = string | number | bigint;

/** An amount split for display and alignment. */
export interface MoneyParts {
  /** `"−"` (the minus sign, not a hyphen) or empty. */
  readonly sign: "−" | "";
  /** Whole units, grouped. */
  readonly whole: string;
  /** Decimal mark and decimals, or empty for currencies without. */
  readonly fraction: string;
}

/** An amount of one currency at one precision, in minor units. */
export interface CurrencyAmount {
  readonly currency: string;
  readonly precision: bigint;
  readonly minorUnits: bigint;
}

/**
 * The integer in a value, or `undefined` when it holds none exactly.
 *
 * @example
 * ```ts
 * exactInteger(12);      // 12n
 * exactInteger("-007");  // -7n
 * exactInteger(1.5);     // undefined
 * ```
 */
export function exactInteger(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value === "string" && /^-?\d+$/.test(value)) return BigInt(value);
  return undefined;
}

/**
 * An amount from the wire as `bigint`.
 *
 * @throws RangeError when it is not an exact integer
 * @example
 * ```ts
 * minorUnits("90071992547409931"); // 90071992547409931n
 * ```
 */
export function minorUnits(amount: WireInteger): bigint {
  const integer = exactInteger(amount);
  if (integer === undefined) throw new RangeError(`${amount} is not an exact integer of minor units`);
  return integer;
}

/**
 * How many decimals a precision needs, or `undefined` when no number of decimals shows every amount exactly (a
 * precision of 3, say).
 *
 * @example
 * ```ts
 * decimalsOf(100n); // 2
 * decimalsOf(8n);   // 3
 * decimalsOf(3n);   // undefined
 * ```
 */
export function decimalsOf(precision: bigint): number | undefined {
  if (precision <= 0n) return undefined;
  let scale = 1n;
  for (let decimals = 0; decimals <= 36; decimals += 1) {
    if (scale % precision === 0n) return decimals;
    scale *= 10n;
  }
  return undefined;
}

/** An amount in units of a power of ten, or `undefined` where its precision has none. */
function inDecimals(minor: bigint, precision: bigint): { minor: bigint; decimals: number } | undefined {
  const decimals = decimalsOf(precision);
  return decimals === undefined
    ? undefined
    : { minor: minor * (10n ** BigInt(decimals) / precision), decimals };
}

function absolute(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

/**
 * Splits an amount for display, without ever passing through a floating point number, in one numeral system.
 *
 * @param minor the amount in minor units
 * @param decimals how many decimals the currency has (0 for JPY, 3 for KWD)
 * @param locale whose digits and marks; the reader's own unless told
 * @example
 * ```ts
 * moneyParts(-1234567n, 2, "en"); // { sign: "−", whole: "12,345", fraction: ".67" }
 * ```
 */
export function moneyParts(minor: bigint, decimals: number, locale?: string): MoneyParts {
  const numerals = numeralsOf(locale);
  const digits = absolute(minor)
    .toString()
    .padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return {
    sign: minor < 0n ? "−" : "",
    whole: numerals.grouped(BigInt(digits.slice(0, cut))),
    fraction: decimals === 0 ? "" : numerals.decimalMark + inDigitsOf(digits.slice(cut), numerals),
  };
}

/**
 * Splits an amount by its precision; where no number of decimals is exact, the precision stands below a stroke.
 *
 * @example
 * ```ts
 * amountParts(123456n, 100n, "en"); // { sign: "", whole: "1,234", fraction: ".56" }
 * amountParts(7n, 3n, "en");        // { sign: "", whole: "7", fraction: "/3" }
 * ```
 */
export function amountParts(minor: bigint, precision: bigint, locale?: string): MoneyParts {
  const scaled = inDecimals(minor, precision);
  if (scaled !== undefined) return moneyParts(scaled.minor, scaled.decimals, locale);
  return {
    ...moneyParts(minor, 0, locale),
    fraction: `/${inDigitsOf(precision.toString(), numeralsOf(locale))}`,
  };
}

/**
 * An amount as one text, its currency after it.
 *
 * @example
 * ```ts
 * formatMoney(123450n, 2, "EUR", "en"); // "1,234.50 EUR"
 * ```
 */
export function formatMoney(minor: bigint, decimals: number, currency: string, locale?: string): string {
  const { sign, whole, fraction } = moneyParts(minor, decimals, locale);
  return `${sign}${whole}${fraction} ${currency.toUpperCase()}`;
}

/**
 * An amount for other programs: plain digits, a point, no groups, every decimal.
 *
 * @example
 * ```ts
 * plainAmount(-123456n, 100n); // "-1234.56"
 * plainAmount(7n, 3n);         // "7/3"
 * ```
 */
export function plainAmount(minor: bigint, precision: bigint): string {
  const scaled = inDecimals(minor, precision);
  if (scaled === undefined) return `${minor}/${precision}`;
  const digits = absolute(scaled.minor)
    .toString()
    .padStart(scaled.decimals + 1, "0");
  const cut = digits.length - scaled.decimals;
  const fraction = scaled.decimals === 0 ? "" : `.${digits.slice(cut)}`;
  return `${scaled.minor < 0n ? "-" : ""}${digits.slice(0, cut)}${fraction}`;
}

/**
 * Adds what may be added: a sum for each currency and precision, in order of first appearance.
 *
 * @example
 * ```ts
 * sumByCurrency([
 *   { currency: "USD", precision: 100n, minorUnits: 5n },
 *   { currency: "USD", precision: 100n, minorUnits: 7n },
 * ]); // [{ currency: "USD", precision: 100n, minorUnits: 12n }]
 * ```
 */
export function sumByCurrency(amounts: readonly CurrencyAmount[]): readonly CurrencyAmount[] {
  const sums = new Map<string, CurrencyAmount>();
  for (const amount of amounts) {
    const key = `${amount.currency}/${amount.precision}`;
    const sum = sums.get(key);
    sums.set(key, sum ? { ...sum, minorUnits: sum.minorUnits + amount.minorUnits } : amount);
  }
  return [...sums.values()];
}
