/** Numbers written as text, the way Core reads them in files and query strings (contract sections 15.1, 15.2). */

const digits = String.raw`\d(?:_?\d)*`;
const decimal = new RegExp(
  String.raw`^[+-]?(?:${digits}\.?(?:${digits})?|\.${digits})(?:[eE][+-]?${digits})?$`,
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
  if (!decimal.test(text)) return undefined;
  const number = Number(text.replaceAll("_", ""));
  return Number.isFinite(number) ? number : undefined;
}
