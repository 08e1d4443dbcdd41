import sql, { type Sql } from "sql-template-tag";
import { type Queryable, run, table, value } from "./database.ts";
import type { WholeDays } from "./whole-days.ts";

/** How many settled rows meet a condition on each day, up to a row. */
export interface DayCounts {
  readonly days: ReadonlyMap<string, bigint>;
  readonly upTo: string;
}

export const noDayCounts: DayCounts = { days: new Map(), upTo: "0" };

/** The counts with those of the rows up to a later one added. */
export async function extendedDayCounts(
  database: Queryable,
  schema: string,
  rest: Sql,
  known: DayCounts,
  upTo: string,
): Promise<DayCounts> {
  const rows = await run(
    database,
    sql`SELECT "created_at"::date::text AS day, count(*)::text AS rows FROM ${table(schema, "transactions")} WHERE (${rest}) AND "id" > ${value(known.upTo, "bigint")} AND "id" <= ${value(upTo, "bigint")} GROUP BY 1`,
  );
  const days = new Map(known.days);
  for (const { day, rows: counted } of rows) {
    days.set(String(day), (days.get(String(day)) ?? 0n) + BigInt(String(counted)));
  }
  return { days, upTo };
}

/** A total told from counts by day, and how much of it is newer than they are. */
export interface CountedThroughDays {
  readonly total: bigint;
  readonly newer: bigint;
}

/**
 * All rows that meet `where`, whose whole days are known: the days are added up, and only what lies before and
 * behind them and what is newer than the counts is looked at, in one statement.
 */
export async function countThroughDays(
  database: Queryable,
  schema: string,
  where: Sql,
  whole: WholeDays,
  { days, upTo }: DayCounts,
): Promise<CountedThroughDays> {
  const { from, to } = whole;
  const transactions = table(schema, "transactions");
  const since = from === undefined ? undefined : sql`"created_at" >= ${value(from, "timestamp")}`;
  const until = to === undefined ? undefined : sql`"created_at" < ${value(to, "timestamp")}`;
  const count = (...conditions: readonly (Sql | undefined)[]): Sql => {
    const given = conditions.filter((condition) => condition !== undefined);
    const all = given.reduce((both, condition) => sql`${both} AND ${condition}`, sql`(${where})`);
    return sql`(SELECT count(*) FROM ${transactions} WHERE ${all})::text`;
  };
  const before = from === undefined ? undefined : sql`"created_at" < ${value(from, "timestamp")}`;
  const behind = to === undefined ? undefined : sql`"created_at" >= ${value(to, "timestamp")}`;
  const nothing = sql`'0'`;
  const [row] = await run(
    database,
    sql`SELECT ${before === undefined ? nothing : count(before)} AS before, ${behind === undefined ? nothing : count(behind)} AS behind, ${count(since, until, sql`"id" > ${value(upTo, "bigint")}`)} AS newer`,
  );
  const newer = BigInt(String(row?.["newer"]));
  const edges = BigInt(String(row?.["before"])) + BigInt(String(row?.["behind"]));
  return { total: settledOn(days, whole) + edges + newer, newer };
}

function settledOn(days: ReadonlyMap<string, bigint>, { from, to }: WholeDays): bigint {
  let sum = 0n;
  for (const [day, rows] of days) {
    if ((from === undefined || day >= from) && (to === undefined || day < to)) sum += rows;
  }
  return sum;
}
