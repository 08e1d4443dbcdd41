/**
 * What Core makes of a value in a query string: a number, a boolean, a time or else text, tried in this order
 * (core-ledger 15.2, query-parameter filters).
 */

import { plainDecimal } from "../rules/amounts.ts";
import { integerOf, readDouble } from "../rules/number-texts.ts";
import { type Instant, toClockText, tryParseInstant } from "../rules/times.ts";
import type { TimeSpan } from "../store/lists/values.ts";

/** A query parameter's value; `text` is what a column or a text in the metadata is compared with. */
export type TypedValue =
  | { readonly kind: "number"; readonly number: number; readonly text: string }
  | { readonly kind: "boolean"; readonly truth: boolean; readonly text: string }
  | { readonly kind: "time"; readonly span: TimeSpan; readonly text: string }
  | { readonly kind: "text"; readonly text: string };

/**
 * Types a value by its looks.
 *
 * @example typed("007") // { kind: "number", number: 7, text: "7" }
 */
export function typed(raw: string): TypedValue {
  const number = readDouble(raw);
  if (number !== undefined) return { kind: "number", number, text: numberText(raw, number) };
  if (raw === "true" || raw === "false") return { kind: "boolean", truth: raw === "true", text: raw };
  const time = writtenTime(raw);
  return time === undefined
    ? { kind: "text", text: raw }
    : { kind: "time", span: spanOf(time, unitOf(raw)), text: toClockText(time) };
}

function numberText(raw: string, number: number): string {
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "+Inf" : "-Inf";
  return integerOf(raw)?.toString() ?? plainDecimal(number);
}

const written =
  /^(\d{4}-\d\d-\d\d|\d{4}\/\d\d\/\d\d)(?:([T ])(\d\d?):(\d\d)(?::(\d\d)([.,]\d+)?(Z|[+-]\d\d:\d\d)?)?)?$/;

/** A time in one of Core's formats: an offset only behind `T`, a clock only behind dashes. */
function writtenTime(raw: string): Instant | undefined {
  const [, date, separator, hour = "0", minute = "00", second = "00", fraction = "", zone] =
    written.exec(raw) ?? [];
  if (date === undefined || (separator !== undefined && date.includes("/"))) return undefined;
  if (separator === " " && zone !== undefined) return undefined;
  const clock = `${hour.padStart(2, "0")}:${minute}:${second}${fraction}${zone ?? "Z"}`;
  return tryParseInstant(`${date.replaceAll("/", "-")}T${clock}`);
}

const second = 1_000_000_000n;

/** How exactly a time is written, in nanoseconds; up to five digits of a fraction count as milliseconds. */
function unitOf(raw: string): bigint {
  const fraction = /\.(\d+)/.exec(raw)?.[1];
  if (fraction !== undefined) return fraction.length >= 6 ? 1_000n : 1_000_000n;
  const colons = raw.split(":").length - 1;
  if (colons === 0) return 86_400n * second;
  return colons === 1 ? 60n * second : second;
}

function spanOf(time: Instant, unit: bigint): TimeSpan {
  const rest = ((time.nanoseconds % unit) + unit) % unit;
  const start = { ...time, nanoseconds: time.nanoseconds - rest };
  return { start: toClockText(start), end: toClockText({ ...start, nanoseconds: start.nanoseconds + unit }) };
}
