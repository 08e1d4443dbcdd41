/** For how long something is kept, in words. Pure. */
import { countOf } from "@annex/portal";

const daysOfYear = 365;

/**
 * @param days undefined for ever
 * @example
 * ```ts
 * keptFor(730); // "for 2 years"
 * ```
 */
export function keptFor(days: number | undefined): string {
  if (days === undefined) return "for ever";
  if (days % daysOfYear === 0) return `for ${countOf(days / daysOfYear, "year")}`;
  return `for ${countOf(days, "day")}`;
}
