/**
 * What is stored of the app's values (documents, inputs, step results, progress) as JSON text that comes back as
 * exactly the value that went in: a `bigint` stays one however small it is, and a date stays a date. Nothing secret
 * can enter, since this text is stored in clear and shown on pages. Touches nothing.
 */
import { Secret } from "@annex/protocol/words";

/** Deeper than any real value: a cycle. */
const deepest = 100;
const ownTags = new Set(["$bigint", "$date", "$object"]);
/** How each of them begins in a text; where it stands nowhere, the text is plain JSON. */
const beginningOfTag = '"$';
/** A key that somebody revealed. Cloud's keys, and our own links and sessions. */
const revealed = /^(?:Bearer )?(?:blnk_|annexl_|annexs_)[A-Za-z0-9_-]{8,}$/;

/** A value that cannot be kept: says where in it, and why. A mistake of the app's author, so it is not tried again. */
export class UnstorableValue extends TypeError {
  override readonly name = "UnstorableValue";

  constructor(where: Where, why: string) {
    super(`${where.what}${where.path === "" ? "" : `, at ${where.path},`} ${why}.`);
  }
}

/**
 * JSON text of a value; `undefined` gives `undefined`.
 *
 * @param what names the value in errors, such as `The result of step "pay"`.
 * @throws UnstorableValue for a `Secret`, a function, an instance of a class, a number that is not finite, a cycle.
 */
export function encodeValue(value: unknown, what: string): string | undefined {
  // Almost all that is stored is, and needs no copy of it.
  if (isJson(value, 0)) return JSON.stringify(value);
  const stored = toStored(value, { what, path: "" }, 0);
  return stored === undefined ? undefined : JSON.stringify(stored);
}

/** The value that `encodeValue` was given. */
export function decodeValue(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return undefined;
  const stored: unknown = JSON.parse(text);
  return text.includes(beginningOfTag) ? fromStored(stored) : stored;
}

/** Whether it may be stored, and JSON says all of it as it stands. What this does not know is looked at in full. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
      return !revealed.test(value);
    case "number":
      return Number.isFinite(value);
    case "boolean":
    case "undefined":
      return true;
    case "object":
      return value === null || (depth < deepest && isJsonObject(value, depth + 1));
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    if (ownTags.has(key) || !isJson((value as Readonly<Record<string, unknown>>)[key], depth)) return false;
  }
  return true;
}

type Where = { readonly what: string; readonly path: string };

function within(where: Where, part: string): Where {
  return { what: where.what, path: where.path + part };
}

function toStored(value: unknown, where: Where, depth: number): unknown {
  switch (typeof value) {
    case "string":
      if (revealed.test(value)) throw new UnstorableValue(where, "is a secret, and this is stored in clear");
      return value;
    case "number":
      if (!Number.isFinite(value))
        throw new UnstorableValue(where, `is ${value}, which JSON has no word for`);
      return value;
    case "boolean":
    case "undefined":
      return value;
    case "bigint":
      return { $bigint: value.toString() };
    case "object":
      return value === null ? null : objectToStored(value, where, depth + 1);
    default:
      throw new UnstorableValue(where, `is a ${typeof value}`);
  }
}

function objectToStored(value: object, where: Where, depth: number): unknown {
  if (value instanceof Secret) throw new UnstorableValue(where, "is a Secret, and this is stored in clear");
  if (depth > deepest) throw new UnstorableValue(where, "is nested too deeply, or holds itself");
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => toStored(item, within(where, `[${index}]`), depth) ?? null);
  }
  if (value instanceof Date) return { $date: validDate(value, where) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new UnstorableValue(where, "is an instance of a class; give its plain fields instead");
  }
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    toStored(item, within(where, `.${key}`), depth),
  ]);
  const stored: unknown = Object.fromEntries(entries);
  return entries.some(([key]) => ownTags.has(String(key))) ? { $object: stored } : stored;
}

function validDate(date: Date, where: Where): string {
  if (Number.isNaN(date.getTime())) throw new UnstorableValue(where, "is an invalid date");
  return date.toISOString();
}

function fromStored(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null) return stored;
  if (Array.isArray(stored)) return stored.map(fromStored);
  const fields = stored as Readonly<Record<string, unknown>>;
  if (typeof fields["$bigint"] === "string") return BigInt(fields["$bigint"]);
  if (typeof fields["$date"] === "string") return new Date(fields["$date"]);
  const escaped = fields["$object"];
  return mapValues(typeof escaped === "object" && escaped !== null ? (escaped as typeof fields) : fields);
}

function mapValues(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // defineProperty semantics: a key named __proto__ stays a key.
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, fromStored(value)]));
}
