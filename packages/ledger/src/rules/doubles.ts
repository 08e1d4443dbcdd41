/**
 * Numbers written as text, the way Core reads them in files, query strings and distributions (contract
 * sections 9.1.1, 15.1, 15.2).
 */

const digits = String.raw`\d(?:_?\d)*`;
const decimal = new RegExp(
  String.raw`^[+-]?(?:${digits}\.?(?:${digits})?|\.${digits})(?:[eE][+-]?${digits})?$`,
);
const hexDigits = "[0-9a-f](?:_?[0-9a-f])*";
const hexadecimal = new RegExp(
  `^([+-]?)0x_?(?=[0-9a-f]|\\.[0-9a-f])((?:${hexDigits})?)\\.?((?:${hexDigits})?)p([+-]?${digits})$`,
  "i",
);
const infinite = /^[+-]?inf(?:inity)?$/i;
const notANumber = /^nan$/i;

/**
 * The double a text stands for; undefined for text that is no number, or one too large for a double.
 *
 * @example readDouble("1_000.5") // 1000.5
 * @example readDouble("-inf") // -Infinity
 */
export function readDouble(text: string): number | undefined {
  if (infinite.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (notANumber.test(text)) return Number.NaN;
  const number = decimal.test(text) ? Number(text.replaceAll("_", "")) : readHexadecimal(text);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

/** Hexadecimal notation, `0x1.8p3`; its exponent is one of two and can't be left out. */
function readHexadecimal(text: string): number | undefined {
  const found = hexadecimal.exec(text);
  if (found === null) return undefined;
  const [sign, whole = "", fraction = "", exponent] = found.slice(1).map((part) => part.replaceAll("_", ""));
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  return (sign === "-" ? -1 : 1) * mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
}
