/** Numbers of a distribution: written as text, counted with exactly (contract section 9.1.1). */
import { readDouble } from "./doubles.ts";

/** Text that names infinity or "not a number": Core reads it and then breaks down on it. */
export class UncountableNumber extends Error {
  constructor(text: string) {
    super(`"${text}" can't be counted with`);
    this.name = "UncountableNumber";
  }
}

/**
 * The double that a text stands for, or undefined when it is no number or beyond every double.
 *
 * @throws UncountableNumber for `inf` and `nan`
 */
export function countableNumber(text: string): number | undefined {
  const value = readDouble(text);
  if (value !== undefined && !Number.isFinite(value)) throw new UncountableNumber(text);
  return value;
}

const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** The signed 64-bit integer that a text stands for, or undefined. */
export function integerOf(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace("+", ""));
  return value < int64.least || value > int64.most ? undefined : value;
}

/** A double as a signed 64-bit integer; one that does not fit becomes the least, as processors have it. */
export function toInt64(value: number): bigint {
  const whole = BigInt(Math.trunc(value));
  return whole < int64.least || whole > int64.most ? int64.least : whole;
}
