import { collections, type DataCollection, table } from "./collections.ts";
import { type Queryable, run } from "./queryable.ts";
import { type Sql, sql, statement, value } from "./sql.ts";

/**
 * Exact totals without counting a million rows each time. Stored transactions never change but in their
 * metadata and are never removed (core-ledger 8.1), so what was counted once up to a row can be remembered,
 * and only newer rows are counted again. Nothing is estimated.
 *
 * Ids are given out before their rows are committed. A row is therefore only taken as settled when a higher
 * id was already seen ten seconds earlier: no posting stays open that long.
 */
export interface Totals {
  /**
   * Rows for which the condition holds.
   *
   * @param lasting the condition reads no metadata, so that a row's answer can never change
   */
  count(collection: DataCollection, where: Sql, lasting: boolean): Promise<string>;
}

const SETTLED_AFTER_MILLISECONDS = 10_000;
const MAXIMUM_REMEMBERED = 500;
/** Newer rows than this are worth remembering anew. */
const RENEW_AFTER_ROWS = 2_000n;

interface Remembered {
  readonly total: bigint;
  readonly upTo: string;
}

interface Observation {
  readonly highest: string;
  readonly at: number;
}

/** Totals over one database. `clock` gives milliseconds from any fixed start. */
export function createTotals(database: Queryable, schema: string, clock: () => number): Totals {
  const remembered = new Map<string, Remembered>();
  let settled: string | undefined;
  let observed: Observation | undefined;

  async function observe(): Promise<void> {
    const now = clock();
    if (observed !== undefined && now - observed.at < SETTLED_AFTER_MILLISECONDS) return;
    settled = observed?.highest;
    observed = { highest: await highestId(database, schema), at: now };
  }

  async function countWhole(key: string, where: Sql): Promise<string> {
    if (settled === undefined) return countAll(database, schema, "transactions", where);
    const upTo = settled;
    const { total, newer } = await counts(database, schema, where, upTo);
    keep(remembered, key, { total: total - newer, upTo });
    return String(total);
  }

  async function countNewer(key: string, where: Sql, known: Remembered): Promise<string> {
    const upTo = settled ?? known.upTo;
    const { total, newer } = await counts(database, schema, after(where, known.upTo), upTo);
    const older = total - newer;
    if (older > RENEW_AFTER_ROWS) keep(remembered, key, { total: known.total + older, upTo });
    return String(known.total + total);
  }

  return {
    async count(collection, where, lasting) {
      if (collection !== "transactions" || !lasting) return countAll(database, schema, collection, where);
      await observe();
      const { text, parameters } = statement(where);
      const key = JSON.stringify([text, parameters]);
      const known = remembered.get(key);
      return known === undefined ? countWhole(key, where) : countNewer(key, where, known);
    },
  };
}

function keep(remembered: Map<string, Remembered>, key: string, total: Remembered): void {
  remembered.delete(key);
  remembered.set(key, total);
  const [oldest] = remembered.keys();
  if (remembered.size > MAXIMUM_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

async function highestId(database: Queryable, schema: string): Promise<string> {
  const [row] = await run(
    database,
    sql`SELECT coalesce(max("id"), 0)::text AS highest FROM ${table(schema, "transactions")}`,
  );
  return String(row?.["highest"] ?? "0");
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
