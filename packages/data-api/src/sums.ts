import sql, { type Sql } from "sql-template-tag";
import { collections } from "./collections.ts";
import { combined } from "./conditions.ts";
import { type Queryable, type Row, run, table } from "./database.ts";
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
  balances: sql`GROUP BY "currency" ORDER BY "currency"`,
  transactions: sql`GROUP BY "currency", "precision" ORDER BY "currency", "precision"`,
};

/**
 * The sums of what a Data API query matches, in minor units for each currency (and, for transactions, precision).
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
): Promise<string> {
  const collection = collections[name];
  const { filters } = dataRequest(name, query);
  const conditions = filters.map((filter) => dataCondition(name, collection, filter));
  const where = combined(
    search === undefined ? conditions : [...conditions, searchCondition(schema, name, search)],
    "and",
  );
  const rows = await run(
    database,
    sql`SELECT ${columnsOf[name]} FROM ${table(schema, collection.table)} AS stored WHERE ${where} ${groupsOf[name]}`,
  );
  return `{"data":[${rows.map(sumJson).join(",")}]}`;
}

function sumJson({ currency, precision, count, sum }: Row): string {
  return `{"currency":${JSON.stringify(currency)},"precision":${number(precision)},"count":${number(count)},"sum":${number(sum)}}`;
}

/** A number of the database as JSON: an integer keeps every digit, nothing is null. */
function number(text: unknown): string {
  if (text === null || text === undefined) return "null";
  return String(text).replace(/\.0*$/, "");
}
