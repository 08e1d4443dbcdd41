import type { DataFilter } from "./filters.ts";
import { dayOf, isBeforeChrist } from "./times.ts";
import { timeValue } from "./values.ts";

/**
 * The days that lie wholly within the spans of time some filters ask for: from the first one on, up to but
 * without the last (`2026-04-21`). An end that is not given is open.
 */
export interface WholeDays {
  readonly from?: string;
  readonly to?: string;
}

/** True for a filter that asks for a span of the time a row was made at. */
export function isSpanOfTime({ field, operator }: DataFilter): boolean {
  return field === "created_at" && ["gt", "gte", "lt", "lte", "between"].includes(operator);
}

/** The whole days of such filters; undefined when there are none, or outside of the years 1 to 9999. */
export function wholeDays(filters: readonly DataFilter[]): WholeDays | undefined {
  const bounds = filters.flatMap(boundsOf);
  if (bounds.length === 0 || bounds.some(({ day }) => !/^\d{4}-\d\d-\d\d$/.test(day))) return undefined;
  const days = (side: Bound["side"]) => bounds.filter((bound) => bound.side === side).map(({ day }) => day);
  const from = days("from").sort().at(-1);
  const to = days("to").sort()[0];
  if (from !== undefined && to !== undefined && from >= to) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

interface Bound {
  readonly side: "from" | "to";
  readonly day: string;
}

function boundsOf({ field, operator, operands }: DataFilter): readonly Bound[] {
  const [first = "", second = ""] = operands.map((operand) => timeValue(field, operand).start);
  switch (operator) {
    case "gte":
      return [{ side: "from", day: firstDayFrom(first) }];
    case "gt":
      return [{ side: "from", day: dayAfter(first) }];
    case "lt":
    case "lte":
      return [{ side: "to", day: dayOf(first) }];
    default:
      return [
        { side: "from", day: firstDayFrom(first) },
        { side: "to", day: dayOf(second) },
      ];
  }
}

function firstDayFrom(time: string): string {
  return /00:00:00(?:\.0+)?$/.test(time) ? dayOf(time) : dayAfter(time);
}

function dayAfter(time: string): string {
  // Written so it is no day of the years that are counted by day.
  if (isBeforeChrist(time)) return dayOf(time);
  return new Date(Date.parse(`${time.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
