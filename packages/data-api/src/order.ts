import sql, { type Sql } from "sql-template-tag";
import { type Collection, collections, type DataCollection } from "./collections.ts";
import { column } from "./database.ts";
import { DataQueryError, shortened } from "./errors.ts";

/**
 * Another order than newest first. The Data API knows none (its reserved parameters are never an order, contract
 * section 8); whoever holds a reader, such as the local Cloud's dashboard, may ask for one.
 */
export interface Order {
  readonly field: string;
  readonly direction: "ascending" | "descending";
}

/**
 * The ORDER BY of a list, rows named `stored`: by the field asked for, what has none last, then newest first.
 *
 * @throws DataQueryError 400 `unknown_field` for a field that rows cannot be ordered by.
 */
export function orderBy(name: DataCollection, order: Order | undefined): Sql {
  const collection = collections[name];
  const newest = sql`stored.${column(collection.time)} DESC, stored.${column(collection.tie)} DESC`;
  if (order === undefined) return sql`ORDER BY ${newest}`;
  const field = column(sortable(name, collection, order.field));
  return order.direction === "ascending"
    ? sql`ORDER BY stored.${field} ASC NULLS LAST, ${newest}`
    : sql`ORDER BY stored.${field} DESC NULLS LAST, ${newest}`;
}

function sortable(name: DataCollection, collection: Collection, field: string): string {
  const kind = Object.hasOwn(collection.columns, field) ? collection.columns[field] : undefined;
  if (kind !== undefined && kind !== "json") return field;
  const fields = Object.keys(collection.columns).filter((key) => collection.columns[key] !== "json");
  throw new DataQueryError(
    400,
    "unknown_field",
    `${name} can't be ordered by ${shortened(field)}. Fields: ${fields.join(", ")}.`,
    field,
  );
}
