/**
 * Amounts (contract sections 7.3 and 7.4): between major and minor units, exactly, and the row's hash.
 * Minor units are bigint, major units the double a request carries; the way between them is decimal.
 */
import { createHash } from "node:crypto";
import Big from "big.js";

/** Division keeps 16 fractional digits, half away from zero. */
const Decimal = Big();
Decimal.DP = 16;
Decimal.RM = Decimal.roundHalfUp;

/** The factor in force: absent (0) means 1. */
export function effectivePrecision(precision: number): number {
  return precision === 0 ? 1 : precision;
}

/**
 * Minor units of an amount in major units, rounded half away from zero. A precision is taken by its value, to the last
 * digit.
 *
 * @example toMinorUnits(1.005, 100) // 101n
 */
export function toMinorUnits(amount: number, precision: number): bigint {
  return roundedProduct(amount, BigInt(precision).toString());
}

/**
 * Minor units of a limit in major units. Of a precision beyond 2^53 Core takes the digits that a double is printed with
 * here, as wherever it divides.
 */
export function limitInMinorUnits(limit: number, precision: number): bigint {
  return roundedProduct(limit, String(precision));
}

function roundedProduct(amount: number, precision: string): bigint {
  const product = new Decimal(String(amount)).times(precision);
  return BigInt(product.round(0, Decimal.roundHalfUp).toFixed());
}

/** An amount in major units: the double that is printed, and the decimal it comes from. */
export interface MajorAmount {
  readonly amount: number;
  readonly text: string;
}

/**
 * Major units of minor ones, with at most 16 fractional digits.
 *
 * @example toMajorUnits(1n, 3) // { amount: 0.3333333333333333, text: "0.3333333333333333" }
 */
export function toMajorUnits(minorUnits: bigint, precision: number): MajorAmount {
  const text = new Decimal(minorUnits.toString()).div(String(precision)).toFixed();
  return { amount: Number(text), text };
}

/** Wide enough for a quotient to be rounded once, to the nearest double. */
const WideDecimal = Big();
WideDecimal.DP = 60;

/** The double nearest to minor units ÷ precision, without the limit of 16 fractional digits. */
export function nearestDouble(minorUnits: bigint, precision: number): number {
  return Number(new WideDecimal(minorUnits.toString()).div(String(precision)).toString());
}

/** A double to two decimals, as Go prints it: from its exact value, a half to the even digit. */
export function twoDecimals(value: number): string {
  // The shortest text of a double is not its value: 10.005 is a little less than that.
  const exact = Number.isInteger(value) ? BigInt(value).toString() : value.toPrecision(100);
  return new Big(exact).toFixed(2, Big.roundHalfEven);
}

/** A double in plain decimal notation, never with an exponent; `Infinity` and `NaN` by these names. */
export function plainDecimal(value: number): string {
  return Number.isFinite(value) ? new Decimal(String(value)).toFixed() : String(value);
}

/** Digits that count against the limit of 15: trailing zeros and a minus sign do (contract section 7.2). */
export function countedDigits(amount: number): number {
  return plainDecimal(amount).replace(".", "").replace(/^0+/, "").length;
}

/** What goes into a row's hash; which values are in force is told by contract section 7.4. */
export interface Hashed {
  readonly amount: number;
  readonly reference: string;
  readonly currency: string;
  readonly source: string;
  readonly destination: string;
}

/** Lower-case hex SHA-256 over amount, reference, currency, source and destination, without separators. */
export function hashOf({ amount, reference, currency, source, destination }: Hashed): string {
  const text = plainDecimal(amount) + reference + currency + source + destination;
  return createHash("sha256").update(text).digest("hex");
}
