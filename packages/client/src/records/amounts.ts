/** Amounts on their way to Core: exact decimal text and minor units, never a float. Contract section 8, Proxy API. */
import { InvalidRequest } from "../errors/index.ts";

const decimalText = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;
const rawJson = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;

/**
 * Decimal text as a JSON number with exactly these digits.
 *
 * @throws InvalidRequest for signs, exponents, separators and everything else that is not plain digits.
 */
export function jsonDecimal(text: string, field: string): unknown {
  if (!decimalText.test(text))
    throw new InvalidRequest(field, 'must be plain decimal text such as "1234.56"');
  return rawJson(text);
}

/** Minor units, checked. @throws InvalidRequest when negative. */
export function minorUnits(value: bigint, field: string): bigint {
  if (value < 0n) throw new InvalidRequest(field, "must not be negative");
  return value;
}

/**
 * What Core makes of an amount in major units: times the precision, rounded half away from zero.
 *
 * @example
 * toMinorUnits("1.005", 100n); // 101n
 */
export function toMinorUnits(amount: string, precision: bigint): bigint {
  const [whole = "0", fraction = ""] = amount.split(".");
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * precision;
  const rounded = scaled / scale;
  return (scaled % scale) * 2n >= scale ? rounded + 1n : rounded;
}
