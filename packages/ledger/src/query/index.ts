/**
 * Reading many rows at once: Core's own list filters (core-ledger 2.5 and 15.2) and the Cloud's Data and
 * Filters APIs (contract section 8). It builds SQL over the tables of the core schema, with names from
 * `collections.ts` only and every value a parameter, and writes the rows as JSON text. It reads; it never
 * writes, and knows neither HTTP nor which engine it talks to.
 *
 * `core-query-string` and `core-filters` → `core-lists` are Core's; `data-requests` → `data-filters` →
 * `reader` are the Cloud's; `conditions`, `records` and `sql` serve both.
 */
export type { DataCollection, FilterCollection } from "./collections.ts";
export { DataQueryError } from "./data-errors.ts";
export { createDataReader, type DataReader, type DataReaderOptions } from "./reader.ts";
