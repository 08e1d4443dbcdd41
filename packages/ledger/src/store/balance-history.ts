/**
 * SQL of what a balance had at a time, and of what waits for it (contract sections 6.3 and 6.6).
 *
 * A balance with a long history has its rows summed up in periods (`balance-periods.ts`): what it had at a time is the
 * sum of the periods before, of the rows of that period up to the time, and of what is dated before it and not summed
 * up yet. The rows are read, never more than a period and what has come in last, however long the history is.
 */
import type { SqlDatabase, SqlRow } from "./database.ts";

/** Credits and debits of a balance. */
export interface Totals {
  readonly credit: bigint;
  readonly debit: bigint;
}

function totalsOf(row: SqlRow | undefined): Totals {
  return { credit: BigInt(String(row?.["credit"] ?? 0)), debit: BigInt(String(row?.["debit"] ?? 0)) };
}

/**
 * Sums of what waits in the queue for a balance (contract section 6.3, "Queued amounts"). A QUEUED row waits as
 * long as the work does that was kept with it and goes in the commit of its child, so only that is looked at, not the
 * whole history of what was ever queued; and it has what the row has. What is SCHEDULED is not queued yet.
 */
export async function queuedAmounts(database: SqlDatabase, balanceId: string): Promise<Totals> {
  const amount = "SUM((payload #>> '{row,preciseAmount}')::numeric)";
  const rows = await database.query(
    `SELECT COALESCE(${amount} FILTER (WHERE payload #>> '{row,source}' = $1), 0) AS debit,
            COALESCE(${amount} FILTER (WHERE payload #>> '{row,destination}' = $1), 0) AS credit
     FROM annex.work
     WHERE kind = 'queued' AND payload #>> '{row,scheduledFor}' IS NULL
       AND (payload #>> '{row,source}' = $1 OR payload #>> '{row,destination}' = $1)`,
    [balanceId],
  );
  return totalsOf(rows[0]);
}

/** When a row counts. Rows dated at the zero time or earlier never do. `schema.ts` has an index of it for each side. */
export const timeOfRow = "COALESCE(effective_date, created_at)";
export const zeroTime = "timestamp '0001-01-01'";

function appliedRows(side: "source" | "destination", from: string, before: string): string {
  return `SELECT id, ${timeOfRow} AS at, precise_amount AS amount, '${side}' AS side FROM blnk.transactions
    WHERE ${side} = $1 AND status = 'APPLIED' AND ${timeOfRow} >= ${from} AND ${timeOfRow} < ${before}`;
}

/** The APPLIED rows of the balance `$1` from a time on and before another: `id`, `at`, `amount`, `side`. */
export function appliedRowsBetween(from: string, before: string): string {
  return `SELECT * FROM (${appliedRows("source", from, before)} UNION ALL ${appliedRows("destination", from, before)})
    AS applied WHERE at > ${zeroTime}`;
}

/** Sums of rows that say their `side`. */
export const sumsOfSides = `COALESCE(SUM(amount) FILTER (WHERE side = 'destination'), 0) AS credit,
  COALESCE(SUM(amount) FILTER (WHERE side = 'source'), 0) AS debit`;

const microsecond = "interval '1 microsecond'";
/** Behind the times that are asked about; a time itself still counts. */
const behindSecond = `($2::text::timestamp + ${microsecond})`;
const behindThird = `($3::text::timestamp + ${microsecond})`;

const applied = `SELECT ${sumsOfSides} FROM (${appliedRowsBetween(behindSecond, behindThird)}) AS rows`;

/** More rows than this that are not summed up yet are not looked through. */
const mostNotSummed = 20_000;

const notSummed = `late AS MATERIALIZED (
  SELECT source, destination, precise_amount AS amount, ${timeOfRow} AS at FROM blnk.transactions
  WHERE id > (SELECT summed_to FROM annex.summed) AND id <= (SELECT summed_to FROM annex.summed) + ${mostNotSummed}
    AND status = 'APPLIED')`;

/** The last period that starts before a time, and what was moved before the time: one row, or none without periods. */
function totalsBefore(time: string): string {
  const start = "(SELECT starts_at FROM part)";
  return `WITH part AS (
      SELECT starts_at FROM annex.balance_periods WHERE balance_id = $1 AND starts_at <= ${time}
      ORDER BY starts_at DESC LIMIT 1)
    SELECT COALESCE(SUM(credit), 0) AS credit, COALESCE(SUM(debit), 0) AS debit FROM (
      SELECT credit, debit FROM annex.balance_periods WHERE balance_id = $1 AND starts_at < ${start}
      UNION ALL
      SELECT ${sumsOfSides} FROM (${appliedRowsBetween(start, time)}) AS rows
      UNION ALL
      SELECT COALESCE(SUM(amount) FILTER (WHERE destination = $1), 0),
        COALESCE(SUM(amount) FILTER (WHERE source = $1), 0)
      FROM late WHERE (source = $1 OR destination = $1) AND at < ${start} AND at > ${zeroTime}) AS parts
    HAVING EXISTS (SELECT FROM part)`;
}

/** One statement, so that all of it is of one moment. */
const told = `WITH ${notSummed}
  SELECT until.credit - COALESCE(since.credit, 0) AS credit, until.debit - COALESCE(since.debit, 0) AS debit
  FROM (${totalsBefore(behindThird)}) AS until LEFT JOIN (${totalsBefore(behindSecond)}) AS since ON true
  WHERE (SELECT COALESCE(max(id), 0) FROM blnk.transactions) - (SELECT summed_to FROM annex.summed) <= ${mostNotSummed}`;

/**
 * What was moved on a balance after one wall-clock time and up to another: the sum of its APPLIED rows.
 *
 * @throws DatabaseError of class 22 for an offset that PostgreSQL does not know.
 */
export async function appliedTotals(
  database: SqlDatabase,
  balanceId: string,
  after: string,
  until: string,
): Promise<Totals> {
  const parameters = [balanceId, after, until];
  const [row] = await database.query(told, parameters);
  return totalsOf(row ?? (await database.query(applied, parameters))[0]);
}
