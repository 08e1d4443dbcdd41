import sql, { raw, type Sql } from "sql-template-tag";
import type { SqlDatabase, SqlRow } from "../database.ts";
import { run, value } from "../sql.ts";
import { type Collection, type CoreCollection, collections, column, table } from "./collections.ts";
import { type CoreFilter, coreCondition, isVirtual } from "./filters.ts";

/**
 * Core's own lists (core-ledger 2.5 and 15.2): `GET /ledgers` and its siblings, and `POST /<collection>/filter`.
 */

/** One list, all of its values already corrected to what Core would use. */
export interface CoreList {
  readonly collection: CoreCollection;
  readonly filters: readonly CoreFilter[];
  readonly logical: "and" | "or";
  /** Absent: every row. */
  readonly limit?: number;
  readonly offset: number;
  readonly sortBy?: string;
  readonly ascending?: boolean;
}

/** An unknown field is ignored; a virtual one passes and then fails in the database, as in Core. */
function sortColumn(collection: Collection, sortBy: string | undefined): string {
  const wanted = (sortBy ?? "").trim().toLowerCase();
  const known = Object.hasOwn(collection.columns, wanted) || isVirtual(collection, wanted);
  return known ? wanted : "created_at";
}

/** Newest first unless told otherwise; equal ones by their number, so that they page without gaps or repeats. */
function order(collection: Collection, list: CoreList): Sql {
  const direction = raw(list.ascending === true ? "ASC" : "DESC");
  const by = column(sortColumn(collection, list.sortBy));
  return sql`ORDER BY ${by} ${direction}, "id" ${direction}`;
}

function page(list: CoreList): Sql {
  const offset = sql`OFFSET ${value(String(list.offset), "bigint")}`;
  return list.limit === undefined ? offset : sql`LIMIT ${value(String(list.limit), "bigint")} ${offset}`;
}

/**
 * The rows of a list.
 *
 * @param columns a SELECT list of our own
 * @throws InvalidFilter, UnusableValue of the filters; the database's own error for a value that a column
 *   can't hold.
 */
export async function coreListRows(
  database: SqlDatabase,
  schema: string,
  columns: string,
  list: CoreList,
): Promise<readonly SqlRow[]> {
  const collection = collections[list.collection];
  const where = coreCondition(schema, collection, list.filters, list.logical);
  return run(
    database,
    sql`SELECT ${raw(columns)} FROM ${table(schema, collection.table)} WHERE ${where} ${order(collection, list)} ${page(list)}`,
  );
}

/** How many rows the list has without its limit and offset. */
export async function coreListCount(database: SqlDatabase, schema: string, list: CoreList): Promise<string> {
  const collection = collections[list.collection];
  const where = coreCondition(schema, collection, list.filters, list.logical);
  const [row] = await run(
    database,
    sql`SELECT count(*)::text AS total FROM ${table(schema, collection.table)} WHERE ${where}`,
  );
  return String(row?.["total"] ?? "0");
}
