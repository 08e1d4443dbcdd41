/** SQL of balance snapshots (contract section 6.6), table `blnk.balance_snapshots`: one a day for each balance. */
import type { Totals } from "./balance-history.ts";
import type { SqlDatabase } from "./database.ts";

/** What a balance had at an instant; `takenAt` is a wall clock in UTC. */
export interface Snapshot extends Totals {
  readonly takenAt: string;
}

/** Takes a snapshot of every balance that has none of this day yet. */
export async function takeSnapshots(database: SqlDatabase, now: string): Promise<void> {
  await database.query(
    `INSERT INTO blnk.balance_snapshots (balance_id, ledger_id, balance, credit_balance, debit_balance,
       inflight_balance, inflight_credit_balance, inflight_debit_balance, currency, snapshot_time, created_at,
       last_tx_id, meta_data)
     SELECT b.balance_id, b.ledger_id, b.balance, b.credit_balance, b.debit_balance, b.inflight_balance,
       b.inflight_credit_balance, b.inflight_debit_balance, b.currency,
       $1::text::timestamp AT TIME ZONE 'UTC', $1::text::timestamp,
       (SELECT t.transaction_id FROM blnk.transactions t
        WHERE t.source = b.balance_id OR t.destination = b.balance_id ORDER BY t.created_at DESC LIMIT 1),
       b.meta_data
     FROM blnk.balances b
     WHERE NOT EXISTS (
       SELECT 1 FROM blnk.balance_snapshots taken
       WHERE taken.balance_id = b.balance_id
         AND date_trunc('day', taken.snapshot_time AT TIME ZONE 'UTC') = date_trunc('day', $1::text::timestamp))`,
    [now],
  );
}

/**
 * The last snapshot at or before a time, whose offset counts here.
 *
 * @throws DatabaseError of class 22 for an offset that PostgreSQL does not know.
 */
export async function findSnapshot(
  database: SqlDatabase,
  balanceId: string,
  at: string,
): Promise<Snapshot | undefined> {
  const [row] = await database.query(
    `SELECT credit_balance, debit_balance, snapshot_time AT TIME ZONE 'UTC' AS taken_at
     FROM blnk.balance_snapshots WHERE balance_id = $1 AND snapshot_time <= $2::text::timestamptz
     ORDER BY snapshot_time DESC LIMIT 1`,
    [balanceId, at],
  );
  if (row === undefined) return undefined;
  return {
    credit: BigInt(String(row["credit_balance"])),
    debit: BigInt(String(row["debit_balance"])),
    takenAt: String(row["taken_at"]),
  };
}
