/** How rows are sorted: exact for `bigint`, numbers within texts as numbers, nothing always last. Pure. */

/** What a column can sort by. `undefined` always comes last. */
export type SortValue = string | number | bigint | undefined;

/** How a table is sorted: by which column, and which way. */
export interface Sorting {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

/** Negative when the left one comes first in ascending order. */
export function compareValues(left: NonNullable<SortValue>, right: NonNullable<SortValue>): number {
  if (typeof left === "string" && typeof right === "string")
    return left.localeCompare(right, undefined, { numeric: true });
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** The sorting after a press on a column's heading: ascending, then descending, then ascending again. */
export function nextSorting(current: Sorting | undefined, column: string): Sorting {
  const ascending = current?.column !== column || current.direction === "descending";
  return { column, direction: ascending ? "ascending" : "descending" };
}
