/** Ranges of the filters as conditions of the Data API. Pure. */
import type { Query } from "../api/http.ts";

const day = /^\d{4}-\d{2}-\d{2}$/;

/**
 * From one day to another, both included, in UTC; what is no day is left out.
 *
 * @example
 * ```ts
 * dayConditions("created_at", { from: "2026-01-05", to: "" }); // { created_at_gte: "2026-01-05T00:00:00Z" }
 * ```
 */
export function dayConditions(field: string, { from, to }: { from: string; to: string }): Query {
  return {
    [`${field}_gte`]: day.test(from) ? `${from}T00:00:00Z` : undefined,
    [`${field}_lte`]: day.test(to) ? `${to}T23:59:59.999999Z` : undefined,
  };
}

/** A day of a filter as its first or last moment, for a list that takes moments; a moment of a link stays what it is. */
export function momentText(text: string, end: "first" | "last"): string {
  return day.test(text) ? `${text}${end === "first" ? "T00:00:00Z" : "T23:59:59.999Z"}` : text;
}

/** From one amount to another, both included, in units of the currency; what is no amount is left out. */
export function amountConditions(field: string, { from, to }: { from: string; to: string }): Query {
  return {
    [`${field}_gte`]: isAmount(from) ? from : undefined,
    [`${field}_lte`]: isAmount(to) ? to : undefined,
  };
}

/** Whether a text can be compared with amounts: digits, perhaps a sign and a point. */
export function isAmount(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}
