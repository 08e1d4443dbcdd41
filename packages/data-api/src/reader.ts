import sql, { join, type Sql } from "sql-template-tag";
import { type Collection, collections, type DataCollection, type FilterCollection } from "./collections.ts";
import { combined } from "./conditions.ts";
import { column, type Queryable, run, table, value } from "./database.ts";
import { type DataFilter, dataCondition } from "./filters.ts";
import { descendingKeys, matchingKeys, nearKeys, type Order, orderBy } from "./order.ts";
import { recordJson, selections, type TextRow } from "./records.ts";
import { type DataRequest, dataRequest, filterRequest } from "./requests.ts";
import { searchCondition } from "./search.ts";
import { type SummedCollection, sumsJson } from "./sums.ts";
import { type Condition, createTotals, type Totals } from "./totals.ts";
import { isSpanOfTime, wholeDays } from "./whole-days.ts";

/**
 * The Cloud's Data and Filters APIs (contract section 8) over tables of Core's shape (schema
 * `blnk`): a real Core's or the ledger's. It only reads.
 */
export interface DataReader {
  /**
   * `GET /data/<collection>`: one page, newest first, and the exact number of all that match.
   *
   * @returns JSON text `{"data":[…],"total":n}`, integers of any size exact.
   * @throws DataQueryError for a query that can't be answered as it stands.
   * @param browsing what a person asks beyond the Data API's parameters.
   * @example await reader.list("transactions", new URLSearchParams("status_eq=APPLIED&pageSize=50"))
   */
  list(collection: DataCollection, query: URLSearchParams, browsing?: Browsing): Promise<string>;
  /**
   * The sums of all that a query matches, in minor units for each currency; not a call of the Data API.
   *
   * @returns JSON text `{"data":[{"currency","precision","count","sum"}]}`, integers of any size exact; balances have
   *   no precision of their own: it is null.
   * @throws DataQueryError
   */
  sums(collection: SummedCollection, query: URLSearchParams, search?: string): Promise<string>;
  /** `GET /data/<collection>/<id>`: the record as JSON text, or undefined when there is none. */
  get(collection: DataCollection, id: string): Promise<string | undefined>;
  /**
   * `POST /<collection>/filter`: as `list`, with the filters in the body.
   *
   * @returns JSON text `{"data":[…],"total":n}`, with `stats` for all but ledgers, and `total_is_estimate` and
   *   `total_source` for transactions (totals are always counted, with or without `strict_total`).
   * @throws DataQueryError
   */
  filter(collection: FilterCollection, body: unknown, query: URLSearchParams): Promise<string>;
}

/** What a page asks that somebody looks at, and that no parameter of the Data API says. */
export interface Browsing {
  /** Another order than newest first. */
  readonly order?: Order | undefined;
  /**
   * Counts no further than this: `total` is it then, and `total_is_minimum` true. Counting a million rows takes longer
   * than finding the first twenty.
   */
  readonly countTo?: number | undefined;
  /** Transactions only: an id or a reference, its beginning, or a part of it among the newest (`search.ts`). */
  readonly search?: string | undefined;
}

/** How to read: in which schema the tables stand, and a clock in milliseconds (for the totals' memory). */
export interface DataReaderOptions {
  readonly schema?: string;
  readonly clock?: () => number;
}

interface Source {
  readonly database: Queryable;
  readonly schema: string;
  readonly totals: Totals;
}

type BrowsedRequest = DataRequest & Browsing;

/** A request whose matches were counted. */
type CountedRequest = BrowsedRequest & {
  /** Whether the count came to its end: there are no more than that. */
  readonly isCountedOut: boolean;
};

const filterCollections: Readonly<Record<FilterCollection, DataCollection>> = {
  ledger: "ledgers",
  balances: "balances",
  transactions: "transactions",
  identities: "identities",
  reconciliation: "reconciliations",
};

/**
 * Opens the two APIs over a database.
 *
 * @example
 * const reader = createDataReader(ledger.database);
 * const page = await reader.list("balances", new URLSearchParams("currency_eq=USD"));
 */
export function createDataReader(database: Queryable, options: DataReaderOptions = {}): DataReader {
  const schema = options.schema ?? "blnk";
  const totals = createTotals(database, schema, options.clock ?? (() => performance.now()));
  const source = { database, schema, totals };
  return {
    async list(collection, query, browsing) {
      const request = { ...dataRequest(collection, query), ...browsing };
      const { data, total, isMinimum } = await read(source, collection, request);
      return `{"data":${data},"total":${total}${isMinimum ? ',"total_is_minimum":true' : ""}}`;
    },
    sums: (collection, query, search) => sumsJson(database, schema, collection, query, search),
    get: (collection, id) => one(source, collection, id),
    async filter(name, body, query) {
      const collection = filterCollections[name];
      const { data, total } = await read(source, collection, filterRequest(collection, body, query));
      return `{"data":${data},"total":${total}${additions(collection)}}`;
    },
  };
}

function additions(collection: DataCollection): string {
  if (collection === "ledgers") return "";
  return collection === "transactions"
    ? ',"stats":{},"total_is_estimate":false,"total_source":"exact"'
    : ',"stats":{}';
}

async function read(
  source: Source,
  name: DataCollection,
  request: BrowsedRequest,
): Promise<{ readonly data: string; readonly total: string; readonly isMinimum: boolean }> {
  const collection = collections[name];
  const condition = conditionOf(name, collection, request);
  const { countTo, search } = request;
  const where =
    search === undefined
      ? condition.where
      : sql`(${condition.where}) AND ${searchCondition(source.schema, name, search)}`;
  const counted =
    countTo === undefined
      ? await source.totals.count(name, search === undefined ? condition : { where, lasting: false })
      : await countUpTo(source, name, where, countTo + 1);
  const isMinimum = countTo !== undefined && BigInt(counted) > BigInt(countTo);
  const total = isMinimum ? String(countTo) : counted;
  if (!isMinimum && BigInt(total) <= BigInt(request.page.offset)) return { data: "[]", total, isMinimum };
  const data = await pageJson(source, name, where, { ...request, isCountedOut: !isMinimum });
  return { data, total, isMinimum };
}

/** How many rows a condition matches, looked for no further than so many. */
async function countUpTo(source: Source, name: DataCollection, where: Sql, most: number): Promise<string> {
  const from = table(source.schema, collections[name].table);
  const limit = value(String(most), "bigint");
  const [row] = await run(
    source.database,
    sql`SELECT count(*)::text AS counted FROM (SELECT 1 FROM ${from} AS stored WHERE ${where} LIMIT ${limit}) AS matching`,
  );
  return String(row?.["counted"] ?? "0");
}

function conditionOf(name: DataCollection, collection: Collection, { filters }: DataRequest): Condition {
  const parts = filters.map((filter) => ({
    condition: dataCondition(name, collection, filter),
    isSpan: isSpanOfTime(filter),
  }));
  const all = (some: typeof parts): Sql =>
    combined(
      some.map(({ condition }) => condition),
      "and",
    );
  const where = all(parts);
  const lasting = !filters.some(({ field }) => field.startsWith("meta_data"));
  const days = wholeDays(filters.filter(isSpanOfTime));
  if (days === undefined) return { where, lasting };
  return { where, lasting, overTime: { rest: all(parts.filter(({ isSpan }) => !isSpan)), days } };
}

async function pageJson(
  source: Source,
  name: DataCollection,
  where: Sql,
  request: CountedRequest,
): Promise<string> {
  const collection = collections[name];
  const from = table(source.schema, collection.table);
  const keys = await pageKeys(source, from, name, where, request);
  const rows = await run(
    source.database,
    sql`SELECT ${selections[name]} FROM ${from} AS stored JOIN (${keys}) AS page ON stored.${column(collection.tie)} = page.page_key ${orderBy(name, request.order)}`,
  );
  return `[${encoded(name, rows).join(",")}]`;
}

/**
 * Which rows the page has, by the table's own columns: a bare name would mean the text that the SELECT list makes of
 * it. Where an index holds all that is asked for, it answers without the table.
 */
async function pageKeys(
  source: Source,
  from: Sql,
  name: DataCollection,
  where: Sql,
  request: CountedRequest,
): Promise<Sql> {
  const { page, order } = request;
  const collection = collections[name];
  const limit = value(String(page.size), "bigint");
  const offset = value(String(page.offset), "bigint");
  const asked = order ?? ({ field: collection.time, direction: "descending" } as const);
  const ordered = { name, order: asked, from, where, page: { size: limit, offset } };
  if (isSpanInAnotherOrder(name, request)) {
    // Few are put in order sooner than they are come upon.
    if (request.isCountedOut) return matchingKeys(ordered);
    const named = request.search === undefined ? request.filters.map(({ field }) => field) : undefined;
    const near = await run(source.database, nearKeys(ordered, named));
    return near.length === page.size ? listOf(near) : matchingKeys(ordered);
  }
  if (order?.direction === "descending") return descendingKeys(ordered);
  return sql`SELECT stored.${column(collection.tie)} AS page_key FROM ${from} AS stored WHERE ${where} ${orderBy(name, order)} LIMIT ${limit} OFFSET ${offset}`;
}

/**
 * Whether somebody looks at a span of time in the order of another column: what is written one after the other, such as
 * references, lies in the order of time too, and the span then at any place of the order.
 */
function isSpanInAnotherOrder(name: DataCollection, { filters, order, countTo }: BrowsedRequest): boolean {
  if (name !== "transactions" || countTo === undefined) return false;
  const { time } = collections[name];
  const field = order?.field ?? time;
  const isSpan = (filter: DataFilter) =>
    ranges.has(filter.operator) && [time, "effective_date"].includes(filter.field);
  return filters.some(isSpan) && !filters.some((filter) => filter.field === field);
}

const ranges = new Set<string>(["gt", "gte", "lt", "lte", "between"]);

function listOf(keys: readonly TextRow[]): Sql {
  const all = keys.map((row) => value(String(row["page_key"]), "bigint"));
  return sql`SELECT unnest(ARRAY[${join(all)}]) AS page_key`;
}

function encoded(name: DataCollection, rows: readonly TextRow[]): readonly string[] {
  return rows.map((row) => recordJson(name, row));
}

async function one(source: Source, name: DataCollection, id: string): Promise<string | undefined> {
  if (id.includes("\u0000") || !id.isWellFormed()) return undefined;
  const collection = collections[name];
  const rows = await run(
    source.database,
    sql`SELECT ${selections[name]} FROM ${table(source.schema, collection.table)} WHERE ${column(collection.id)} = ${value(id, "text")}`,
  );
  return encoded(name, rows)[0];
}
