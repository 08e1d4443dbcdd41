import sql, { join, raw, type Sql } from "sql-template-tag";
import { heldByIndex } from "./browsing.ts";
import { type Collection, collections, columnsNamedBy, type DataCollection } from "./collections.ts";
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
 * The ORDER BY of a list, rows named `stored`: newest first, or by the field asked for, what has none last. Rows that
 * are equal there follow the same direction by their time, so that the one order is the other one read backwards and
 * one index serves both.
 *
 * @throws DataQueryError 400 `unknown_field` for a field that rows cannot be ordered by.
 */
export function orderBy(name: DataCollection, order: Order | undefined): Sql {
  const { time, tie } = collections[name];
  if (order === undefined) return sql`ORDER BY ${inDirection([time, tie], "DESC")}`;
  const field = orderedColumn(name, order);
  const direction = directions[order.direction];
  return sql`ORDER BY stored.${field} ${raw(direction)} NULLS LAST, ${inDirection([time, tie], direction)}`;
}

/** Which rows of a list a page has: those that match, in an order, a number of them after others. */
export interface OrderedPage {
  readonly name: DataCollection;
  readonly order: Order;
  readonly from: Sql;
  readonly where: Sql;
  readonly page: { readonly size: Sql; readonly offset: Sql };
}

/**
 * The keys of one page in that order. What has no value comes last in either direction, and no index holds it so
 * backwards; so the rows that have one and the rows that have none are read one after the other.
 */
export function descendingKeys({ name, order, from, where, page }: OrderedPage): Sql {
  const { time, tie } = collections[name];
  const field = orderedColumn(name, order);
  const key = sql`stored.${column(tie)} AS page_key, stored.${field} AS ordered, stored.${column(time)} AS made`;
  const newest = inDirection([time, tie], "DESC");
  const most = sql`LIMIT ${page.size} + ${page.offset}`;
  const given = sql`(SELECT ${key}, 0 AS part FROM ${from} AS stored WHERE (${where}) AND stored.${field} IS NOT NULL ORDER BY stored.${field} DESC, ${newest} ${most})`;
  const none = sql`(SELECT ${key}, 1 AS part FROM ${from} AS stored WHERE (${where}) AND stored.${field} IS NULL ORDER BY ${newest} ${most})`;
  return sql`SELECT page_key FROM (${given} UNION ALL ${none}) AS parts ORDER BY part, ordered DESC, made DESC, page_key DESC LIMIT ${page.size} OFFSET ${page.offset}`;
}

/** Of an order so many rows are looked at beyond those up to a page's end, before all rows that match are. */
const rowsLookedAt = 5_000;
/** As long as the index holds all that is asked of a row, many more cost no more. */
const entriesLookedAt = 100_000;

/**
 * The keys of one page as far as it stands among the first rows of an order. Where the page is full, it is the page; else
 * its rows lie deeper, if there are any.
 *
 * @param asked the columns that the conditions name; nothing where they name others than the filters do.
 */
export function nearKeys(
  { name, order, from, where, page }: OrderedPage,
  asked: readonly string[] | undefined,
): Sql {
  const { time, tie } = collections[name];
  const field = orderedColumn(name, order);
  const direction = directions[order.direction];
  const held = heldByIndex[order.field] ?? [];
  const isHeld = asked?.every((one) => held.includes(one)) === true;
  const columns = isHeld ? join([tie, ...held].map(column)) : sql`*`;
  // What has no value comes last, and an index read backwards has it first.
  const inOrder = sql`ORDER BY stored.${field} ${raw(direction)}, ${inDirection([time, tie], direction)}`;
  const most = sql`${page.offset} + ${page.size} + ${raw(String(isHeld ? entriesLookedAt : rowsLookedAt))}`;
  const first = sql`SELECT ${columns} FROM ${from} AS stored WHERE stored.${field} IS NOT NULL ${inOrder} LIMIT ${most}`;
  return sql`SELECT stored.${column(tie)}::text AS page_key FROM (${first}) AS stored WHERE ${where} ${inOrder} LIMIT ${page.size} OFFSET ${page.offset}`;
}

/**
 * The keys of one page out of all rows that match, found by what they match and put in order then. A database that takes
 * a range and an order for unrelated would rather walk the order and come to what is asked for at its other end.
 */
export function matchingKeys({ name, order, from, where, page }: OrderedPage): Sql {
  const { time, tie } = collections[name];
  const direction = directions[order.direction];
  // OFFSET 0 keeps the order out of how the rows are found.
  const matching = sql`SELECT stored.${column(tie)} AS page_key, stored.${orderedColumn(name, order)} AS ordered, stored.${column(time)} AS made FROM ${from} AS stored WHERE ${where} OFFSET 0`;
  return sql`SELECT page_key FROM (${matching}) AS matching ORDER BY ordered ${raw(direction)} NULLS LAST, made ${raw(direction)}, page_key ${raw(direction)} LIMIT ${page.size} OFFSET ${page.offset}`;
}

const directions = { ascending: "ASC", descending: "DESC" } as const;

function inDirection(names: readonly string[], direction: "ASC" | "DESC"): Sql {
  return join(names.map((name) => sql`stored.${column(name)} ${raw(direction)}`));
}

function orderedColumn(name: DataCollection, { field }: Order): Sql {
  return column(sortable(name, collections[name], field));
}

function sortable(name: DataCollection, collection: Collection, field: string): string {
  const columns = columnsNamedBy(collection, "orders");
  const fields = Object.keys(columns).filter((key) => columns[key] !== "json");
  if (fields.includes(field)) return field;
  throw new DataQueryError(
    400,
    "unknown_field",
    `${name} can't be ordered by ${shortened(field)}. Fields: ${fields.join(", ")}.`,
    field,
  );
}
