/** Which rows of how many a page shows. Pure. */

/** A page of rows among all. Pages count from 1. */
export interface PageRange {
  readonly page: number;
  readonly pages: number;
  /** Position of the first and last row among all, counting from 1; 0 when the page has none. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

/**
 * The range of a page.
 *
 * @example
 * ```ts
 * pageRange(2, 20, 45); // { page: 2, pages: 3, first: 21, last: 40, total: 45 }
 * ```
 */
export function pageRange(page: number, pageSize: number, total: number): PageRange {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const first = (page - 1) * pageSize + 1;
  const empty = first > total;
  return { page, pages, first: empty ? 0 : first, last: empty ? 0 : Math.min(page * pageSize, total), total };
}
