/** SQL of holds: which rows an id stands for (contract sections 10.3 and 13). */

import type { TransactionRow } from "../rules/rows.ts";
import type { SqlDatabase } from "./database.ts";
import { newestFirst, transactionColumns } from "./transactions.ts";

/**
 * The holds an id stands for, newest first: itself, the items of a batch, the legs of a split, the hold of a
 * queued row. Where none is placed yet, the QUEUED rows that will be.
 */
export async function collectLegs(database: SqlDatabase, id: string): Promise<readonly TransactionRow[]> {
  // Every hold that is nobody's child has the parent "": an empty id would stand for all of them.
  if (id === "") return [];
  const placed = await newestFirst(
    database,
    `status = 'INFLIGHT' AND (transaction_id = $1 OR parent_transaction = $1
       OR meta_data ->> 'QUEUED_PARENT_TRANSACTION' = $1)`,
    id,
  );
  return placed.length > 0 ? placed : waitingLegs(database, id);
}

async function waitingLegs(database: SqlDatabase, id: string): Promise<readonly TransactionRow[]> {
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions q
     WHERE q.status = 'QUEUED' AND q.meta_data @> '{"inflight": true}'
       AND (q.transaction_id = $1 OR q.parent_transaction = $1)
       AND NOT EXISTS (SELECT 1 FROM blnk.transactions r
                       WHERE r.reference = q.reference || '_q' AND r.status = 'REJECTED')
       AND NOT EXISTS (SELECT 1 FROM blnk.transactions c
                       WHERE c.parent_transaction = q.transaction_id AND c.status = 'INFLIGHT')
     ORDER BY q.created_at DESC, q.id DESC`,
    [id],
  );
  return rows as unknown as readonly TransactionRow[];
}

/** The hold that a QUEUED row has become; undefined while it waits. What was made of that hold later is another one. */
export async function placedHold(database: SqlDatabase, queuedId: string): Promise<string | undefined> {
  const [row] = await database.query(
    `SELECT transaction_id FROM blnk.transactions WHERE parent_transaction = $1 AND status = 'INFLIGHT'
     ORDER BY id LIMIT 1`,
    [queuedId],
  );
  return row && String(row["transaction_id"]);
}

/** The precision of a row, or of the first that hangs on an id which is no row's; 1 where there is none above zero. */
export async function precisionOf(database: SqlDatabase, id: string): Promise<number> {
  // Every row that is nobody's child has the parent "".
  if (id === "") return 1;
  const [row] = await database.query(
    `WITH named AS MATERIALIZED (
       SELECT id, precision FROM blnk.transactions WHERE transaction_id = $1 OR parent_transaction = $1)
     SELECT precision FROM named ORDER BY id LIMIT 1`,
    [id],
  );
  const precision = Number(row?.["precision"] ?? "1");
  return precision > 0 ? precision : 1;
}

/** The shadow holds of holds, by the hold they belong to (contract section 13). */
export async function shadowHolds(
  database: SqlDatabase,
  holdIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await database.query(
    `SELECT transaction_id, meta_data ->> '_shadow_for' AS shadowed FROM blnk.transactions
     WHERE meta_data ->> '_shadow_for' IS NOT NULL -- said again, or the partial index is not used
       AND meta_data ->> '_shadow_for' = ANY($1::text[]) AND status = 'INFLIGHT'
     ORDER BY created_at, id`,
    [holdIds],
  );
  const byHold = new Map<string, string[]>();
  for (const row of rows) {
    const hold = String(row["shadowed"]);
    byHold.set(hold, [...(byHold.get(hold) ?? []), String(row["transaction_id"])]);
  }
  return byHold;
}
