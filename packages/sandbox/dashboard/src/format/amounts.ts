/**
 * Amounts as text, without a floating-point number on the way. An amount is an
 * integer of minor units and a precision, the number of minor units in one unit
 * (100 for cents). Contract: amounts of Core are integers of any size.
 */

/** A number as the exact JSON parser gives it. */
export type ExactNumber = number | bigint;

/**
 * The integer in a value, or `undefined` when it holds none exactly.
 *
 * @example
 * ```ts
 * exactInteger(12);      // 12n
 * exactInteger("007");   // 7n
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
 * An integer with its digits in groups of three.
 *
 * @example
 * ```ts
 * groupedInteger(-1234567n); // "-1,234,567"
 * ```
 */
export function groupedInteger(value: bigint): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString();
  return (negative ? "-" : "") + digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * How many decimals a precision needs, or `undefined` when no number of
 * decimals shows every amount exactly (a precision of 3, say).
 *
 * @example
 * ```ts
 * decimalsOf(100n);  // 2
 * decimalsOf(1n);    // 0
 * decimalsOf(5n);    // 1
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

/**
 * Minor units as a decimal number, exact to the last digit.
 *
 * @example
 * ```ts
 * decimalAmount(123456n, 100n);  // "1,234.56"
 * decimalAmount(-5n, 1000n);     // "-0.005"
 * decimalAmount(7n, 3n);         // "7/3"
 * ```
 */
export function decimalAmount(minorUnits: bigint, precision: bigint): string {
  const decimals = decimalsOf(precision);
  if (decimals === undefined) return `${groupedInteger(minorUnits)}/${precision}`;
  const scale = 10n ** BigInt(decimals);
  const scaled = minorUnits * (scale / precision);
  const absolute = scaled < 0n ? -scaled : scaled;
  const fraction = decimals === 0 ? "" : `.${(absolute % scale).toString().padStart(decimals, "0")}`;
  return `${scaled < 0n ? "-" : ""}${groupedInteger(absolute / scale)}${fraction}`;
}

/** An amount of one currency at one precision, in minor units. */
export type Money = { readonly currency: string; readonly precision: bigint; readonly minorUnits: bigint };

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
export function sumByCurrency(amounts: readonly Money[]): readonly Money[] {
  const sums = new Map<string, Money>();
  for (const amount of amounts) {
    const key = `${amount.currency}/${amount.precision}`;
    const sum = sums.get(key);
    sums.set(key, sum ? { ...sum, minorUnits: sum.minorUnits + amount.minorUnits } : amount);
  }
  return [...sums.values()];
}
