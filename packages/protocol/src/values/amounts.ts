/** Amounts as people type and read them, from and to minor units, without a floating point number on the way. */
import { currencyDecimals } from "./currencies.ts";

/** Digits, and a point before the decimals: a comma means thousands to one reader and decimals to the next. */
const typed = /^([-−]?)(\d{1,38})(?:\.(\d{1,38}))?$/;

/**
 * What a person typed, or a file has, in minor units of its currency. `undefined` for what could be read in two ways or
 * cannot be had in this currency: marks of thousands, a decimal comma, an exponent, more decimals than it has. Zero and
 * less than zero are amounts: whether they make sense is for who asks.
 *
 * @param currency whose decimals count, `currencyDecimals`
 * @example
 * ```ts
 * parseAmount("12.50", "USD"); // 1250n
 * parseAmount("1250", "JPY"); // 1250n
 * parseAmount("12.505", "USD"); // undefined: a dollar has two decimals
 * parseAmount("1,250", "USD"); // undefined
 * ```
 */
export function parseAmount(text: string, currency: string): bigint | undefined {
  const [, sign, whole = "", fraction = ""] = typed.exec(text.trim()) ?? [];
  const decimals = currencyDecimals(currency);
  if (sign === undefined || fraction.length > decimals) return undefined;
  const minor = BigInt(whole + fraction.padEnd(decimals, "0"));
  return sign === "" ? minor : -minor;
}

/**
 * An amount in minor units for a person, with the decimals of its currency, exact however long it is. For texts such as
 * an alert's; pages have `Money` of the portal kit, which writes it as the reader does.
 *
 * @example
 * ```ts
 * formatAmount(-101665076n, "USD"); // "-1,016,650.76 USD"
 * formatAmount(5508n, "JPY"); // "5,508 JPY"
 * ```
 */
export function formatAmount(minor: bigint, currency: string): string {
  const decimals = currencyDecimals(currency);
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const whole = BigInt(digits.slice(0, point)).toLocaleString("en");
  const fraction = decimals === 0 ? "" : `.${digits.slice(point)}`;
  return `${minor < 0n ? "-" : ""}${whole}${fraction} ${currency}`;
}
