/**
 * JSON without losing digits. Core's amounts are integers of any size, and
 * `JSON.parse` alone would round everything above 2^53.
 */

type SourceContext = { readonly source?: string };
type SourceReviver = (this: unknown, key: string, value: unknown, context: SourceContext) => unknown;
type RawJson = (text: string) => unknown;

const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;
const rawJson = (JSON as unknown as { rawJSON: RawJson }).rawJSON;
const integerText = /^-?\d+$/;
const mayHoldBigInteger = /\d{16}/;

/**
 * Parses JSON text. Integers that a double cannot hold exactly become `bigint`;
 * every other number stays a `number`.
 *
 * @throws SyntaxError when the text is not JSON.
 * @example
 * ```ts
 * parseExactJson('{"balance":90071992547409931}'); // { balance: 90071992547409931n }
 * parseExactJson('{"balance":12}');                // { balance: 12 }
 * ```
 */
export function parseExactJson(text: string): unknown {
  // Almost no text holds sixteen digits in a row; those that don't take the fast way.
  if (!mayHoldBigInteger.test(text)) return JSON.parse(text);
  return parseWithSource(text, (_key, value, context) => exactNumber(value, context.source));
}

function exactNumber(value: unknown, source: string | undefined): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return source !== undefined && integerText.test(source) ? BigInt(source) : value;
}

/**
 * Writes JSON text with every `bigint` as a bare integer of all its digits.
 *
 * @throws TypeError when the value is cyclic or not representable (a function, `undefined`).
 * @example
 * ```ts
 * stringifyExactJson({ precise_amount: 90071992547409931n }); // '{"precise_amount":90071992547409931}'
 * ```
 */
export function stringifyExactJson(value: unknown, space?: number): string {
  const text = JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === "bigint" ? rawJson(item.toString()) : item),
    space,
  ) as string | undefined;
  if (text === undefined) throw new TypeError(`A value of type ${typeof value} cannot be written as JSON.`);
  return text;
}
