/** Numbers written as text, by the grammar Core reads them with (contract sections 9.1.1, 15.1, 15.2). */

const digits = "\\d(?:_?\\d)*";
const decimalNumber = new RegExp(
  `^[+-]?(?:${digits}\\.?|(?:${digits})?\\.${digits})(?:[eE][+-]?${digits})?$`,
);
const hexDigits = "[0-9a-f](?:_?[0-9a-f])*";
const hexNumber = new RegExp(
  `^([+-]?)0x_?(?=[0-9a-f]|\\.[0-9a-f])((?:${hexDigits})?)\\.?((?:${hexDigits})?)p([+-]?\\d+)$`,
  "i",
);
/** Longer texts are taken for no number: looking at millions of digits would hold up everybody else. */
const mostCharacters = 10_000;
const infinite = /^[+-]?inf(?:inity)?$/i;
const notANumber = /^nan$/i;

/**
 * The double that a text stands for, infinities and "not a number" among them; undefined for text that is no
 * number, or one beyond every double.
 *
 * @example readDouble("1_000.5") // 1000.5
 * @example readDouble("-inf") // -Infinity
 */
export function readDouble(text: string): number | undefined {
  if (text.length > mostCharacters) return undefined;
  if (infinite.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (notANumber.test(text)) return Number.NaN;
  const value = decimalNumber.test(text) ? Number(text.replaceAll("_", "")) : hexadecimal(text);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Text that names infinity or "not a number": Core reads it and then breaks down on it. */
export class UncountableNumber extends Error {
  constructor(text: string) {
    super(`"${text}" can't be counted with`);
    this.name = "UncountableNumber";
  }
}

/**
 * As `readDouble`, for a number that is counted with.
 *
 * @throws UncountableNumber for `inf` and `nan`
 */
export function countableDouble(text: string): number | undefined {
  const value = readDouble(text);
  if (value !== undefined && !Number.isFinite(value)) throw new UncountableNumber(text);
  return value;
}

/** Hexadecimal notation, `0x1.8p3`; its exponent is one of two and can't be left out. */
function hexadecimal(text: string): number | undefined {
  const found = hexNumber.exec(text.replaceAll(/(?<=[0-9a-f])_(?=[0-9a-f])/gi, ""));
  if (found === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent] = found;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  return (sign === "-" ? -1 : 1) * mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
}

const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** The signed 64-bit integer that a text stands for, or undefined. */
export function integerOf(text: string): bigint | undefined {
  if (!/^[+-]?0*\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text.replace("+", ""));
  return value < int64.least || value > int64.most ? undefined : value;
}

/** A double as a signed 64-bit integer; one that does not fit becomes the least, as processors have it. */
export function toInt64(value: number): bigint {
  const whole = BigInt(Math.trunc(value));
  return whole < int64.least || whole > int64.most ? int64.least : whole;
}
