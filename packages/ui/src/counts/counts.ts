/** Counts with their grouping and their noun. */

/**
 * A count with grouping; the reader's own marks unless told.
 *
 * @example
 * ```ts
 * formatCount(12345, "en"); // "12,345"
 * ```
 */
export function formatCount(count: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(count);
}

/**
 * A count and its noun; the plural is the singular with an s unless told.
 *
 * @example
 * ```ts
 * countOf(1, "transaction");                         // "1 transaction"
 * countOf(1200, "identity", "identities", "en");     // "1,200 identities"
 * ```
 */
export function countOf(count: number, singular: string, plural = `${singular}s`, locale?: string): string {
  return `${formatCount(count, locale)} ${count === 1 ? singular : plural}`;
}
