/** The digits and marks of a reader's language, read once for each: an amount is written with one set of them. */

/** How a language writes a number. */
export interface Numerals {
  /** Its digits, from nought to nine. */
  readonly digits: readonly string[];
  readonly decimalMark: string;
  /** Puts the language's marks between the groups of an integer that is not negative. */
  readonly grouped: (integer: bigint) => string;
}

const known = new Map<string, Numerals>();

/**
 * The numerals of a language.
 *
 * @param locale a BCP 47 tag; the reader's own unless told
 * @example
 * ```ts
 * numeralsOf("ar-EG").digits[7]; // "٧"
 * ```
 */
export function numeralsOf(locale?: string): Numerals {
  const key = locale ?? "";
  const numerals = known.get(key) ?? readNumerals(locale);
  known.set(key, numerals);
  return numerals;
}

function readNumerals(locale: string | undefined): Numerals {
  const plain = new Intl.NumberFormat(locale, { useGrouping: false });
  const grouping = new Intl.NumberFormat(locale);
  const mark = grouping.formatToParts(1.5).find((part) => part.type === "decimal");
  return {
    digits: Array.from({ length: 10 }, (_, digit) => plain.format(digit)),
    decimalMark: mark?.value ?? ".",
    grouped: (integer) => grouping.format(integer),
  };
}

/**
 * Latin digits in the digits of a language.
 *
 * @example
 * ```ts
 * inDigitsOf("67", numeralsOf("ar-EG")); // "٦٧"
 * ```
 */
export function inDigitsOf(text: string, numerals: Numerals): string {
  return text.replace(/\d/g, (digit) => numerals.digits[Number(digit)] ?? digit);
}
