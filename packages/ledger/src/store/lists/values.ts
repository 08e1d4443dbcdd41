/** What becomes of the values of lists and filters: texts of SQL parameters, spans of time. */

import { plainDecimal } from "../../rules/amounts.ts";

/** A value that no column can be compared with (an array, an object). Core answers 500. */
export class UnusableValue extends Error {}

/** A JSON value as the text of a parameter. */
export function parameterText(json: unknown): string | null {
  if (json === null || json === undefined) return null;
  if (typeof json === "string") return json;
  if (typeof json === "number") return plainDecimal(json);
  if (typeof json === "boolean") return String(json);
  throw new UnusableValue("a list or an object can't be compared with a column");
}

/** A span of time as written: its start and the start of the next one, as wall clock. */
export interface TimeSpan {
  readonly start: string;
  readonly end: string;
}
