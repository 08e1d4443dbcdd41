import sql, { type Sql } from "sql-template-tag";
import { collections, type DataCollection } from "./collections.ts";
import { type Queryable, run, table, value } from "./database.ts";
import { countThroughDays, type DayCounts, extendedDayCounts, noDayCounts } from "./day-counts.ts";
import { createSettled } from "./settled.ts";
import type { WholeDays } from "./whole-days.ts";

/**
 * Exact totals without counting a million rows each time. Stored transactions never change but in their
 * metadata and are never removed (core-ledger 8.1), so what was counted once up to a settled row can be
 * remembered, and only newer rows are counted again. A condition that is asked for over one span of time after
 * another is counted by day, once. Nothing is estimated.
 */
export interface Totals {
  /** Rows of a collection for which the condition holds. */
  count(collection: DataCollection, condition: Condition): Promise<string>;
}

/** What is counted. */
export interface Condition {
  readonly where: Sql;
  /** True when the condition reads no metadata, so that a row's answer can never change. */
  readonly lasting: boolean;
  /** The condition without its spans of time, and the days that lie wholly within them. */
  readonly overTime?: { readonly rest: Sql; readonly days: WholeDays };
}

const MAXIMUM_REMEMBERED = 500;
/** Newer rows than this are worth remembering anew. */
const RENEW_AFTER_ROWS = 2_000n;

interface Remembered {
  readonly total: bigint;
  readonly upTo: string;
}

/** Totals over one database. `clock` gives milliseconds from any fixed start. */
export function createTotals(database: Queryable, schema: string, clock: () => number): Totals {
  const settled = createSettled(database, schema, clock);
  const remembered = new Map<string, Remembered>();
  const byDay = new Map<string, DayCounts>();

  async function countWhole(key: string, where: Sql, upTo: string | undefined): Promise<string> {
    if (upTo === undefined) return countAll(database, schema, "transactions", where);
    const { total, newer } = await counts(database, schema, where, upTo);
    keep(remembered, key, { total: total - newer, upTo });
    return String(total);
  }

  async function countNewer(key: string, where: Sql, known: Remembered, upTo: string): Promise<string> {
    const { total, newer } = await counts(database, schema, after(where, known.upTo), upTo);
    const older = total - newer;
    if (older > RENEW_AFTER_ROWS) keep(remembered, key, { total: known.total + older, upTo });
    return String(known.total + total);
  }

  /** Undefined the first time a condition is met over time: it may never be met again. */
  async function countOverTime(condition: Condition, upTo: string | undefined): Promise<string | undefined> {
    const { where, overTime } = condition;
    if (overTime === undefined) return undefined;
    const key = keyOf(overTime.rest);
    const known = byDay.get(key);
    if (known === undefined) {
      keep(byDay, key, noDayCounts);
      return undefined;
    }
    if (upTo === undefined) return undefined;
    const extend = (counted: DayCounts) => extendedDayCounts(database, schema, overTime.rest, counted, upTo);
    const current = known === noDayCounts ? await extend(known) : known;
    const { total, newer } = await countThroughDays(database, schema, where, overTime.days, current);
    keep(byDay, key, newer > RENEW_AFTER_ROWS ? await extend(current) : current);
    return String(total);
  }

  return {
    async count(collection, condition) {
      const { where, lasting } = condition;
      if (collection !== "transactions" || !lasting) return countAll(database, schema, collection, where);
      const upTo = await settled.upTo();
      const key = keyOf(where);
      const known = remembered.get(key);
      if (known !== undefined) return countNewer(key, where, known, upTo ?? known.upTo);
      return (await countOverTime(condition, upTo)) ?? countWhole(key, where, upTo);
    },
  };
}

function keyOf(condition: Sql): string {
  return JSON.stringify([condition.text, condition.values]);
}

/** Keeps what was used last. */
function keep<T>(memory: Map<string, T>, key: string, entry: T): void {
  memory.delete(key);
  memory.set(key, entry);
  const [oldest] = memory.keys();
  if (memory.size > MAXIMUM_REMEMBERED && oldest !== undefined) memory.delete(oldest);
}

function after(where: Sql, id: string): Sql {
  return sql`(${where}) AND "id" > ${value(id, "bigint")}`;
}

/**
 * All that match, and those of them above a row. Two counts of one snapshot: asking each of a hundred
 * thousand rows for its id besides costs half as much again as counting the few new ones twice.
 */
async function counts(
  database: Queryable,
  schema: string,
  where: Sql,
  upTo: string,
): Promise<{ readonly total: bigint; readonly newer: bigint }> {
  const transactions = table(schema, "transactions");
  const [row] = await run(
    database,
    sql`SELECT (SELECT count(*) FROM ${transactions} WHERE ${where})::text AS total, (SELECT count(*) FROM ${transactions} WHERE ${after(where, upTo)})::text AS newer`,
  );
  return { total: BigInt(String(row?.["total"])), newer: BigInt(String(row?.["newer"])) };
}

async function countAll(
  database: Queryable,
  schema: string,
  collection: DataCollection,
  where: Sql,
): Promise<string> {
  const [row] = await run(
    database,
    sql`SELECT count(*)::text AS total FROM ${table(schema, collections[collection].table)} WHERE ${where}`,
  );
  return String(row?.["total"] ?? "0");
}
