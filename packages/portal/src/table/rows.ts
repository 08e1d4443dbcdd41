/** Sorting and paging of rows: pure, stable, exact for `bigint`. */

/** What a column can sort by. `undefined` always comes last. */
export type SortValue = string | number | bigint | undefined;

/** How a table is sorted: by which column, and which way. */
export interface Sorting {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

/** One page of rows, and where it is among all. Pages count from 1. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly pages: number;
  /** Position of the first and last row among all, counting from 1; 0 when there is none. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

function compare(left: NonNullable<SortValue>, right: NonNullable<SortValue>): number {
  if (typeof left === "string" && typeof right === "string")
    return left.localeCompare(right, undefined, { numeric: true });
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/**
 * Sorts rows by a value; rows with equal values keep their order, rows without one come last either way.
 *
 * @example
 * sortRows(runs, (run) => run.startedAt, "descending");
 */
export function sortRows<Row>(
  rows: readonly Row[],
  sortValue: (row: Row) => SortValue,
  direction: Sorting["direction"],
): readonly Row[] {
  const sign = direction === "ascending" ? 1 : -1;
  return rows.toSorted((leftRow, rightRow) => {
    const left = sortValue(leftRow);
    const right = sortValue(rightRow);
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return sign * compare(left, right);
  });
}

/** The sorting after a press on a column's heading: ascending, then descending, then ascending again. */
export function nextSorting(current: Sorting | undefined, column: string): Sorting {
  const ascending = current?.column !== column || current.direction === "descending";
  return { column, direction: ascending ? "ascending" : "descending" };
}

/** Cuts one page out of rows; a page that does not exist becomes the nearest one that does. */
export function pageOf<Row>(rows: readonly Row[], page: number, pageSize: number): RowPage<Row> {
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const shown = Math.min(Math.max(1, page), pages);
  const start = (shown - 1) * pageSize;
  const cut = rows.slice(start, start + pageSize);
  return {
    rows: cut,
    page: shown,
    pages,
    first: cut.length === 0 ? 0 : start + 1,
    last: start + cut.length,
    total: rows.length,
  };
}
