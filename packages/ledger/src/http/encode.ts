/**
 * Encoding of answers as Core's encoder does it (contract sections 2.1 and 2.2): no trailing newline, `<`,
 * `>`, `&`, U+2028 and U+2029 escaped, big integers bare, entity keys in the order given, metadata keys
 * ascending, undefined members left out.
 */

/** Wraps free-form data whose keys are to be printed in ascending byte order. */
export class Sorted {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** A value that is encoded already, so that much of it can be encoded in turns; it stands in an answer as it is. */
export class Encoded {
  readonly json: string;

  constructor(value: unknown) {
    this.json = encode(value, false);
  }
}

/**
 * Encodes a value as JSON text.
 *
 * @example encodeJson({ precise_amount: 10n ** 30n, meta_data: new Sorted({ b: 1, a: 2 }) })
 */
export function encodeJson(value: unknown): string {
  return encode(value, false);
}

function encode(value: unknown, sorted: boolean): string {
  if (value === null || value === undefined) return "null";
  switch (typeof value) {
    case "string":
      return encodeText(value);
    case "number":
      return Number.isFinite(value) ? String(value) : "null";
    case "bigint":
      return value.toString();
    case "boolean":
      return value ? "true" : "false";
    default:
      return encodeComposite(value, sorted);
  }
}

function encodeComposite(
  value: object | symbol | ((...parameters: never[]) => unknown),
  sorted: boolean,
): string {
  if (value instanceof Sorted) return encode(value.value, true);
  if (value instanceof Encoded) return value.json;
  if (Array.isArray(value)) return `[${value.map((item: unknown) => encode(item, sorted)).join(",")}]`;
  let members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (sorted) members = members.sort(([first], [second]) => compareBytes(first, second));
  return `{${members.map(([key, member]) => `${encodeText(key)}:${encode(member, sorted)}`).join(",")}}`;
}

const needsEscape = /[<>&\u2028\u2029]/g;

function encodeText(value: string): string {
  const quoted = JSON.stringify(value.toWellFormed());
  return quoted.replace(needsEscape, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Ascending by UTF-8 bytes, which is by code point. */
function compareBytes(first: string, second: string): number {
  if (first === second) return 0;
  return Buffer.compare(Buffer.from(first, "utf8"), Buffer.from(second, "utf8"));
}
