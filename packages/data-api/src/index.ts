/**
 * The Cloud's Data and Filters APIs (contract section 8) over a database of Core's shape: a real Core's, or the
 * ledger's. It builds SQL over the tables of the core schema, with names from `collections.ts` only and every
 * value a parameter, and writes the rows as JSON text. It reads and writes no row; it knows no HTTP and no
 * driver: whoever has a database gives it what `database.ts` asks for.
 *
 * A request goes `requests` → `filters` (`values`, `times`, `conditions`) → `totals` → `reader` → `records`; what only pages for people ask stands in `order`,
 * `search` and `browsing` (the indexes for it, which `prepareForBrowsing` alone writes).
 */
export { type Changeable, prepareForBrowsing } from "./browsing.ts";
export type { DataCollection, FilterCollection } from "./collections.ts";
export type { Queryable } from "./database.ts";
export { DataQueryError } from "./errors.ts";
export type { Order } from "./order.ts";
export { type Browsing, createDataReader, type DataReader, type DataReaderOptions } from "./reader.ts";
export type { SummedCollection } from "./sums.ts";
