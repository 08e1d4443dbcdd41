/** SQL of what a balance had at a time, and of what waits for it (contract sections 6.3 and 6.6). */
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
 * long as the work does that was kept with it and goes in the commit of its child, so only that is looked at,
 * not the whole history of what was ever queued.
 */
export async function queuedAmounts(database: SqlDatabase, balanceId: string): Promise<Totals> {
  const rows = await database.query(
    `SELECT COALESCE(SUM(t.precise_amount) FILTER (WHERE t.source = $1), 0) AS debit,
            COALESCE(SUM(t.precise_amount) FILTER (WHERE t.destination = $1), 0) AS credit
     FROM annex.work w JOIN blnk.transactions t ON t.transaction_id = w.payload #>> '{row,parentTransaction}'
     WHERE w.kind = 'queued' AND t.status = 'QUEUED'
       AND (w.payload #>> '{row,source}' = $1 OR w.payload #>> '{row,destination}' = $1)`,
    [balanceId],
  );
  return totalsOf(rows[0]);
}

/**
 * Dated to another time than the one it was made at, by more than the moment that passes between the two: such
 * rows are found by their date, all others by when they were made (`schema.ts` has an index of this condition).
 */
export const datedElsewhere =
  "(effective_date > created_at + interval '1 second' OR effective_date < created_at - interval '1 second')";

const time = "COALESCE(effective_date, created_at)";

/** The APPLIED rows of one side after a time and up to another, out of the two indexes that have them. */
function appliedRows(side: "source" | "destination", after: string, until: string): string {
  const rows = `SELECT '${side}' AS side, precise_amount FROM blnk.transactions
    WHERE ${side} = $1 AND status = 'APPLIED'`;
  const moment = "interval '1 second'";
  return `(${rows} AND ${datedElsewhere} IS NOT TRUE AND ${time} > ${after} AND ${time} <= ${until}
      AND created_at > ${after} - ${moment} AND created_at <= ${until} + ${moment} LIMIT $4)
    UNION ALL (${rows} AND ${datedElsewhere} AND effective_date > ${after}
      AND effective_date <= ${until} LIMIT $4)`;
}

/** `$1` is the balance, `$4` how many rows of each kind are looked at. */
const sums = (
  after: string,
  until: string,
): string => `SELECT count(*)::text AS rows, COALESCE(SUM(precise_amount) FILTER (WHERE side = 'destination'), 0) AS credit,
    COALESCE(SUM(precise_amount) FILTER (WHERE side = 'source'), 0) AS debit
  FROM (${appliedRows("source", after, until)} UNION ALL ${appliedRows("destination", after, until)}) AS applied`;

const second = "$2::text::timestamp";
const third = "$3::text::timestamp";
const applied = sums(second, third);

/**
 * Sums up the APPLIED rows of a balance after one wall-clock time and up to another.
 *
 * @throws DatabaseError of class 22 for an offset that PostgreSQL does not know.
 */
export async function appliedTotals(
  database: SqlDatabase,
  balanceId: string,
  after: string,
  until: string,
): Promise<Totals> {
  const rows = await database.query(applied, [balanceId, after, until, null]);
  return totalsOf(rows[0]);
}

/** More rows than this behind a time are not taken off one by one. */
const mostTakenOff = 4_000;

/**
 * What a balance had at a wall-clock time, told from what it has now: the APPLIED rows behind that time are taken
 * off, and those dated at the zero time or earlier, which never count. A balance with a long history is asked for
 * recent times mostly.
 *
 * @returns undefined when there are too many rows behind
 * @throws DatabaseError of class 22 for an offset that PostgreSQL does not know.
 */
export async function totalsFromNow(
  database: SqlDatabase,
  balanceId: string,
  until: string,
  zeroTime: string,
): Promise<Totals | undefined> {
  const [row] = await database.query(fromNow, [balanceId, until, zeroTime, mostTakenOff + 1]);
  return Number(row?.["rows"] ?? 0) > mostTakenOff ? undefined : totalsOf(row);
}

/** What is taken off comes out of the same statement as what there is now. */
const fromNow = `SELECT behind.rows, b.credit_balance - behind.credit - never.credit AS credit,
    b.debit_balance - behind.debit - never.debit AS debit
  FROM blnk.balances b, (${sums(second, "timestamp 'infinity'")}) AS behind,
    (${sums("timestamp '-infinity'", `LEAST(${second}, ${third})`)}) AS never
  WHERE b.balance_id = $1`;
