import sql, { type Sql } from "sql-template-tag";
import { collections } from "./collections.ts";
import { combined } from "./conditions.ts";
import { type Queryable, type Row, run, table, value } from "./database.ts";
import { dataCondition } from "./filters.ts";
import { dataRequest } from "./requests.ts";
import { searchCondition } from "./search.ts";

/** What can be added up. */
export type SummedCollection = "balances" | "transactions";

const columnsOf: Readonly<Record<SummedCollection, Sql>> = {
  balances: sql`"currency", NULL AS "precision", count(*)::text AS "count", sum("balance")::text AS "sum"`,
  transactions: sql`"currency", "precision"::text, count(*)::text AS "count", sum("precise_amount")::text AS "sum"`,
};

const groupsOf: Readonly<Record<SummedCollection, Sql>> = {
  balances: sql`GROUP BY "currency"`,
  transactions: sql`GROUP BY "currency", "precision"`,
};

/**
 * So many transactions are added up by one statement. An engine with one connection serves nobody else meanwhile, and
 * ends a read that takes too long: a million rows in one statement are one.
 */
const usualRowsAtOnce = 50_000;

/**
 * The sums of what a Data API query matches, in minor units for each currency (and, for transactions, precision).
 * Transactions are never changed or removed (core-ledger 8.1); where many match they are added up part by part, up to
 * the newest there is at the start; balances change with each posting and are read in one statement, so that their sums are of one moment.
 *
 * @returns JSON text `{"data":[{"currency","precision","count","sum"}]}`, integers of any size exact.
 * @throws DataQueryError
 */
export async function sumsJson(
  database: Queryable,
  schema: string,
  name: SummedCollection,
  query: URLSearchParams,
  search?: string,
  rowsAtOnce: number = usualRowsAtOnce,
): Promise<string> {
  const collection = collections[name];
  const { filters } = dataRequest(name, query);
  const conditions = filters.map((filter) => dataCondition(name, collection, filter));
  const where = combined(
    search === undefined ? conditions : [...conditions, searchCondition(schema, name, search)],
    "and",
  );
  const from = table(schema, collection.table);
  const select = (rows: Sql) => sql`SELECT ${columnsOf[name]} FROM ${rows} AS stored`;
  if (name === "balances")
    return sumsText(await run(database, sql`${select(from)} WHERE ${where} ${groupsOf[name]}`));
  const few = await sumsOfFew(
    database,
    (limit) =>
      sql`${select(sql`(SELECT * FROM ${from} AS stored WHERE ${where} ${limit})`)} ${groupsOf[name]}`,
    rowsAtOnce,
  );
  if (few !== undefined) return sumsText(few);
  const sums = new Map<string, Row>();
  for await (const part of partsById(database, from, rowsAtOnce)) {
    const rows = await run(database, sql`${select(from)} WHERE (${where}) AND ${part} ${groupsOf[name]}`);
    for (const row of rows) add(sums, row);
  }
  return sumsText([...sums.values()]);
}

function sumsText(rows: readonly Row[]): string {
  return `{"data":[${rows.toSorted(inOrder).map(sumJson).join(",")}]}`;
}

/**
 * The sums where no more match than one statement adds up, else nothing. Where an index serves the filter, to walk all
 * the others' ids in parts would take as long as adding up everything. Where none does, the statement may be ended for
 * taking too long; the parts are short enough then.
 */
async function sumsOfFew(
  database: Queryable,
  statement: (limit: Sql) => Sql,
  rowsAtOnce: number,
): Promise<readonly Row[] | undefined> {
  try {
    const rows = await run(database, statement(sql`LIMIT ${value(String(rowsAtOnce + 1), "bigint")}`));
    const matching = rows.reduce((sum, row) => sum + Number(row["count"]), 0);
    return matching <= rowsAtOnce ? rows : undefined;
  } catch (error) {
    if (isCancelled(error)) return undefined;
    throw error;
  }
}

/** Whether PostgreSQL ended the statement, as for its statement_timeout: `query_canceled`. */
function isCancelled(error: unknown): boolean {
  return error instanceof Error && "sqlState" in error && error.sqlState === "57014";
}

/** Conditions that together hold for every row that is there now, each for so many at most. */
async function* partsById(database: Queryable, from: Sql, rowsAtOnce: number): AsyncGenerator<Sql> {
  const last = await idAt(database, sql`SELECT max("id")::text AS id FROM ${from}`);
  let above: Sql = sql`TRUE`;
  while (last !== undefined) {
    const within: Sql = sql`${above} AND "id" <= ${value(last, "bigint")}`;
    const offset = value(String(rowsAtOnce - 1), "bigint");
    const end = await idAt(
      database,
      sql`SELECT "id"::text AS id FROM ${from} WHERE ${within} ORDER BY "id" LIMIT 1 OFFSET ${offset}`,
    );
    yield end === undefined ? within : sql`${above} AND "id" <= ${value(end, "bigint")}`;
    if (end === undefined) return;
    above = sql`"id" > ${value(end, "bigint")}`;
  }
}

async function idAt(database: Queryable, statement: Sql): Promise<string | undefined> {
  const [row] = await run(database, statement);
  const id = row?.["id"];
  return id === undefined || id === null ? undefined : String(id);
}

function add(sums: Map<string, Row>, row: Row): void {
  const key = JSON.stringify([row["currency"], row["precision"]]);
  const known = sums.get(key);
  if (known === undefined) {
    sums.set(key, row);
    return;
  }
  const together = (column: "count" | "sum") =>
    String(BigInt(whole(known[column])) + BigInt(whole(row[column])));
  sums.set(key, { ...known, count: together("count"), sum: together("sum") });
}

function inOrder(left: Row, right: Row): number {
  const [one, other] = [String(left["currency"]), String(right["currency"])];
  if (one !== other) return one < other ? -1 : 1;
  return Number(left["precision"] ?? 0) - Number(right["precision"] ?? 0);
}

function sumJson({ currency, precision, count, sum }: Row): string {
  return `{"currency":${JSON.stringify(currency)},"precision":${number(precision)},"count":${number(count)},"sum":${number(sum)}}`;
}

/** A number of the database as JSON: an integer keeps every digit, nothing is null. */
function number(text: unknown): string {
  return text === null || text === undefined ? "null" : whole(text);
}

/** Sums of numeric columns may carry a fraction of zeros. */
function whole(text: unknown): string {
  return String(text ?? 0).replace(/\.0*$/, "");
}
