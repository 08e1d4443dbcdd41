import Big from "big.js";
import type { ColumnKind } from "./collections.ts";
import { DataQueryError, shortened } from "./errors.ts";
import { dayOf, type TimeSpan, timeSpan } from "./times.ts";

/**
 * Checks of what the Data and Filters APIs are sent as values. Each refusal names the field; what passes is
 * sure to be readable by the column's type, so that no value ever becomes a database error.
 */

export const MAXIMUM_CHARACTERS = 1000;
const MAXIMUM_WILDCARDS = 8;
const MAXIMUM_EXPONENT = 400;

function refuse(field: string, wanted: string, sent: unknown): never {
  const message = `The value for ${shortened(field)} must be ${wanted}; ${shown(sent)} was given.`;
  throw new DataQueryError(422, "invalid_value", message, field);
}

const shownCharacters = 60;

/** What was given, as far as it helps to find it; nothing in it breaks the line. */
function shown(sent: unknown): string {
  if (sent === "") return "nothing";
  if (typeof sent === "string") {
    const cut = sent.length > shownCharacters ? `${sent.slice(0, shownCharacters)}…` : sent;
    return JSON.stringify(cut.toWellFormed());
  }
  if (Array.isArray(sent)) return "a list";
  return typeof sent === "object" && sent !== null ? "an object" : String(sent);
}

/** A string that PostgreSQL can hold, not longer than 1,000 characters. */
export function textValue(field: string, sent: unknown): string {
  if (typeof sent !== "string") return refuse(field, "a string", sent);
  if (sent.length > MAXIMUM_CHARACTERS) {
    throw new DataQueryError(
      413,
      "value_too_long",
      `The value for ${field} is longer than ${MAXIMUM_CHARACTERS} characters.`,
      field,
    );
  }
  if (sent.includes("\u0000") || !sent.isWellFormed())
    return refuse(field, "text without NUL or broken characters", sent);
  return sent;
}

/**
 * A decimal number of any size: a JSON number, an exact integer, or a string of digits, with an exponent too, as Core
 * reads one.
 */
export function decimalValue(field: string, sent: unknown): string {
  if (typeof sent === "bigint") return String(sent);
  if (typeof sent === "number" && Number.isFinite(sent)) return plainDecimal(sent);
  if (typeof sent !== "string") return refuse(field, "a number", sent);
  const text = textValue(field, sent);
  const exponent = /^[+-]?\d+(?:\.\d+)?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (exponent === null || Math.abs(Number(exponent[1] ?? 0)) > MAXIMUM_EXPONENT)
    return refuse(field, "a number", sent);
  return text;
}

/** A double in plain decimal notation, never with an exponent: as PostgreSQL writes numbers in JSON. */
function plainDecimal(number: number): string {
  return new Big(String(number)).toFixed();
}

/** A whole number, however it is written: `100`, `100.0` and `1e2` are the same in a query and in a body. */
export function integerValue(field: string, sent: unknown): string {
  const number = new Big(decimalValue(field, sent).replace(/^\+/, ""));
  return number.eq(number.round()) ? number.toFixed() : refuse(field, "a whole number", sent);
}

/** A date (`2026-04-21`) or time (`2026-04-21T12:00:00Z`), in UTC. */
export function timeValue(field: string, sent: unknown): TimeSpan {
  const span = typeof sent === "string" ? timeSpan(sent, "converted") : undefined;
  return span ?? refuse(field, "a date (2026-04-21) or a time (2026-04-21T12:00:00Z)", sent);
}

/** A day; of a time only the day as written. */
export function dateValue(field: string, sent: unknown): string {
  const span = typeof sent === "string" ? timeSpan(sent) : undefined;
  return span === undefined ? refuse(field, "a date (2026-04-21)", sent) : dayOf(span.start);
}

/** A pattern of `%` and `_` around at least one other character. */
export function patternValue(field: string, sent: unknown): string {
  const pattern = textValue(field, sent);
  const bare = pattern.replace(/\\./gs, "x");
  const wildcards = bare.match(/%+/g)?.length ?? 0;
  if (bare.endsWith("\\")) return refuse(field, "a pattern that does not end in a single backslash", sent);
  if (/^[%_]*$/.test(bare)) return refuse(field, "a pattern with something beside % and _", sent);
  if (wildcards > MAXIMUM_WILDCARDS)
    return refuse(field, `a pattern with at most ${MAXIMUM_WILDCARDS} %`, sent);
  return pattern;
}

/** A JSON value as text that PostgreSQL can hold. Exact integers stay exact. */
export function jsonValue(field: string, sent: unknown): string {
  const json = jsonText(sent);
  if (json === undefined) return refuse(field, "a JSON value", sent);
  if (json.length > MAXIMUM_CHARACTERS) {
    throw new DataQueryError(413, "value_too_long", `The value for ${field} is too long.`, field);
  }
  if (json.includes("\\u0000") || /\\ud[89a-f]/i.test(json)) {
    return refuse(field, "JSON without NUL or broken characters", sent);
  }
  return json;
}

function jsonText(sent: unknown): string | undefined {
  if (typeof sent === "bigint") return String(sent);
  if (Array.isArray(sent)) return `[${sent.map((item) => jsonText(item) ?? "null").join(",")}]`;
  if (typeof sent === "object" && sent !== null) {
    const members = Object.entries(sent).map(
      ([name, item]) => `${JSON.stringify(name)}:${jsonText(item) ?? "null"}`,
    );
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(sent);
}

/** A value compared with metadata as text: numbers and booleans by the text they are stored as. */
export function scalarText(field: string, sent: unknown): string {
  if (typeof sent === "bigint" || typeof sent === "boolean") return String(sent);
  if (typeof sent === "number" && Number.isFinite(sent)) return plainDecimal(sent);
  return typeof sent === "string"
    ? textValue(field, sent)
    : refuse(field, "a string, a number or a boolean", sent);
}

/** A value for a column of this kind, as the text of an SQL parameter. */
export function columnValue(field: string, kind: ColumnKind, sent: unknown): string {
  switch (kind) {
    case "text":
      return textValue(field, sent);
    case "decimal":
      return decimalValue(field, sent);
    case "integer":
      return integerValue(field, sent);
    case "time":
      return timeValue(field, sent).start;
    case "date":
      return dateValue(field, sent);
    default:
      return jsonValue(field, sent);
  }
}
