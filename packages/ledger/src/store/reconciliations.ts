/** SQL of reconciliation runs and of what they find (contract section 15.1). */

import { plainDecimal } from "../rules/amounts.ts";
import type { InternalRow, Match } from "../rules/reconciling.ts";
import type { SqlDatabase, SqlRow } from "./database.ts";
import { mergedMetadata } from "./metadata.ts";
import { reconcileKind } from "./work-payloads.ts";

/** A run; times are wall clocks in UTC. */
export interface ReconciliationRow {
  readonly reconciliation_id: string;
  readonly upload_id: string;
  readonly status: "started" | "in_progress" | "completed" | "failed";
  readonly matched_transactions: number;
  readonly unmatched_transactions: number;
  readonly started_at: string;
  readonly completed_at: string | null;
}

const columns =
  "reconciliation_id, upload_id, status, matched_transactions, unmatched_transactions, started_at, completed_at";

export async function insertReconciliation(
  database: SqlDatabase,
  run: Pick<ReconciliationRow, "reconciliation_id" | "upload_id" | "status" | "started_at">,
): Promise<void> {
  await database.query(
    `INSERT INTO blnk.reconciliations (reconciliation_id, upload_id, status, matched_transactions,
       unmatched_transactions, started_at) VALUES ($1, $2, $3, 0, 0, $4::text::timestamp)`,
    [run.reconciliation_id, run.upload_id, run.status, run.started_at],
  );
}

export async function findReconciliation(
  database: SqlDatabase,
  id: string,
): Promise<ReconciliationRow | undefined> {
  const rows = await database.query(
    `SELECT ${columns} FROM blnk.reconciliations WHERE reconciliation_id = $1`,
    [id],
  );
  return rows[0] as ReconciliationRow | undefined;
}

/** Marks a run as being worked on. */
export async function beginReconciliation(database: SqlDatabase, id: string): Promise<void> {
  await database.query(
    "UPDATE blnk.reconciliations SET status = 'in_progress' WHERE reconciliation_id = $1",
    [id],
  );
}

/** Ends a run as failed, without counters, whatever became of it before. */
export async function failReconciliation(database: SqlDatabase, id: string): Promise<void> {
  await database.query(
    `UPDATE blnk.reconciliations SET status = 'failed', matched_transactions = 0, unmatched_transactions = 0,
       completed_at = NULL WHERE reconciliation_id = $1`,
    [id],
  );
}

/** Ends a run with its counters; false when it had ended before. */
export async function completeReconciliation(
  database: SqlDatabase,
  id: string,
  counters: { readonly matched: number; readonly unmatched: number },
  completedAt: string,
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE blnk.reconciliations SET status = 'completed', matched_transactions = $2, unmatched_transactions = $3,
       completed_at = $4::text::timestamp
     WHERE reconciliation_id = $1 AND status NOT IN ('completed', 'failed') RETURNING reconciliation_id`,
    [id, counters.matched, counters.unmatched, completedAt],
  );
  return rows.length === 1;
}

/**
 * Ends a run that somebody cancelled: it has failed, nobody goes on with it, and the list of what was refused says why.
 *
 * @returns the run as it is now; undefined when it had ended before, or never was
 */
export async function cancelReconciliation(
  transaction: SqlDatabase,
  id: string,
  now: string,
): Promise<ReconciliationRow | undefined> {
  // The run before its work, as whoever makes it does: two that want both would wait for each other in a circle.
  const [run] = await transaction.query(
    `UPDATE blnk.reconciliations SET status = 'failed', completed_at = NULL
     WHERE reconciliation_id = $1 AND status NOT IN ('completed', 'failed') RETURNING ${columns}`,
    [id],
  );
  if (run === undefined) return undefined;
  await transaction.query(
    `WITH ended AS (
       DELETE FROM annex.work WHERE kind = $2 AND payload ->> 'reconciliationId' = $1 RETURNING work_id, kind, payload)
     INSERT INTO annex.refusals (work_id, kind, payload, reason, refused_at)
     SELECT work_id, kind, payload, 'cancelled', $3::text::timestamp FROM ended`,
    [id, reconcileKind, now],
  );
  return run as unknown as ReconciliationRow;
}

const internalColumns = `id::text AS row_id, transaction_id, parent_transaction, source, destination, reference,
  description, currency, status, amount::text, (extract(epoch FROM created_at) * 1000)::text AS created_at`;

function internalRow(row: Readonly<Record<string, unknown>>): InternalRow {
  const text = (name: string): string => String(row[name] ?? "");
  return {
    id: text("transaction_id"),
    parent: text("parent_transaction"),
    from: text("source"),
    to: text("destination"),
    reference: text("reference"),
    description: text("description"),
    currency: text("currency"),
    status: text("status"),
    amount: Number(row["amount"] ?? 0),
    amountText: String(row["amount"] ?? 0),
    date: Number(row["created_at"] ?? 0),
  };
}

const rowsAtOnce = 1_000;

/** All transactions, oldest first, in pages that are fetched as they are asked for. */
export async function* internalRows(database: SqlDatabase): AsyncGenerator<readonly InternalRow[]> {
  let after = "0";
  for (;;) {
    const rows = await database.query(
      `SELECT ${internalColumns} FROM blnk.transactions WHERE id > $1::text::bigint ORDER BY id LIMIT $2`,
      [after, rowsAtOnce],
    );
    yield rows.map(internalRow);
    if (rows.length < rowsAtOnce) return;
    after = String(rows.at(-1)?.["row_id"]);
  }
}

/**
 * Forgets some of what a run had found when it was interrupted.
 *
 * @returns how many rows those were; none when all is forgotten
 */
export async function forgetFindings(transaction: SqlDatabase, reconciliationId: string): Promise<number> {
  let forgotten = 0;
  for (const table of ["matches", "unmatched"]) {
    const rows = await transaction.query(
      `DELETE FROM blnk.${table} WHERE id = ANY(ARRAY(
         SELECT id FROM blnk.${table} WHERE reconciliation_id = $1 LIMIT $2)) RETURNING 1`,
      [reconciliationId, rowsAtOnce],
    );
    forgotten += rows.length;
  }
  return forgotten;
}

/** Remembers what was found. */
export async function keepMatches(
  transaction: SqlDatabase,
  reconciliationId: string,
  matches: readonly Match[],
): Promise<void> {
  const sent = matches.map((match) => ({
    ...match,
    amount: plainDecimal(match.amount),
    date: plainDecimal(match.date),
  }));
  await transaction.query(
    `INSERT INTO blnk.matches (external_transaction_id, internal_transaction_id, reconciliation_id, amount, date)
     SELECT "externalId", "internalId", $1, amount, TIMESTAMP '1970-01-01' + date * INTERVAL '1 millisecond'
     FROM jsonb_to_recordset($2::text::jsonb) AS r ("externalId" text, "internalId" text, amount numeric, date numeric)`,
    [reconciliationId, JSON.stringify(sent)],
  );
}

/**
 * So many matches are marked in one commit: with all of its indexes a transaction takes a tenth of a millisecond, and a
 * commit by itself as long as some dozens of them.
 */
const marksAtOnce = 250;

/**
 * Marks the transactions of the next matches of a run, and those whose parent they are; the last match of one counts.
 *
 * @param after the number of the last match that is done
 * @returns the number of the last one now; undefined when there was none left
 */
export async function markNext(
  transaction: SqlDatabase,
  reconciliationId: string,
  after: string,
  reconciledAt: string,
): Promise<string | undefined> {
  const rows = await transaction.query(
    `SELECT id::text, external_transaction_id, internal_transaction_id, amount::text FROM blnk.matches
     WHERE reconciliation_id = $1 AND id > $2::text::integer ORDER BY id LIMIT $3`,
    [reconciliationId, after, marksAtOnce],
  );
  const marks = new Map(
    rows.map((row) => [String(row["internal_transaction_id"]), markOf(row, reconciliationId, reconciledAt)]),
  );
  const marked = await lockMarked(transaction, [...marks.keys()]);
  const sent = marked.map(({ id, own, parent }) => ({ id, mark: marks.get(own) ?? marks.get(parent) }));
  await transaction.query(
    `UPDATE blnk.transactions t SET meta_data = ${mergedMetadata("t.meta_data", "m.mark")}
     FROM jsonb_to_recordset($1::text::jsonb) AS m (id integer, mark jsonb) WHERE t.id = m.id`,
    [JSON.stringify(sent)],
  );
  const last = rows.at(-1);
  return last && String(last["id"]);
}

/**
 * Takes back some of what a run had matched: its matches, and the marks that are still its own.
 *
 * @returns how many matches those were; none when all is taken back
 */
export async function takeBackMatches(transaction: SqlDatabase, reconciliationId: string): Promise<number> {
  const rows = await transaction.query(
    `DELETE FROM blnk.matches WHERE id = ANY(ARRAY(
       SELECT id FROM blnk.matches WHERE reconciliation_id = $1 ORDER BY id LIMIT $2))
     RETURNING internal_transaction_id`,
    [reconciliationId, marksAtOnce],
  );
  const ids = [...new Set(rows.map((row) => String(row["internal_transaction_id"])))];
  const marked = await lockMarked(transaction, ids);
  await transaction.query(
    `UPDATE blnk.transactions SET meta_data = meta_data - $3::text[]
     WHERE id = ANY($1::integer[]) AND meta_data ->> 'reconciliation_id' = $2`,
    [marked.map(({ id }) => id), reconciliationId, markKeys],
  );
  return rows.length;
}

/** A transaction that gets or loses a mark, its own or that of its parent. */
interface Marked {
  readonly id: number;
  readonly own: string;
  readonly parent: string;
}

/**
 * All rows that are or whose parents are these transactions, in the order of their numbers: another run may have found
 * the same ones in another order.
 */
async function lockMarked(transaction: SqlDatabase, ids: readonly string[]): Promise<readonly Marked[]> {
  if (ids.length === 0) return [];
  // Found by an array of ids: where most rows have the parent "", a join with the ids read all rows for each part.
  const rows = await transaction.query(
    `SELECT id, transaction_id AS own, parent_transaction AS parent FROM blnk.transactions WHERE id IN (
       SELECT id FROM blnk.transactions WHERE transaction_id = ANY($1::text[])
       UNION SELECT id FROM blnk.transactions WHERE parent_transaction = ANY($1::text[]))
     ORDER BY id FOR UPDATE`,
    [ids],
  );
  return rows as readonly unknown[] as readonly Marked[];
}

const markKeys = [
  "reconciled",
  "reconciliation_id",
  "reconciled_at",
  "external_txn_id",
  "reconciliation_amount",
] as const;

/** The metadata keys of a matched transaction (contract section 7.6). */
function markOf(
  match: SqlRow,
  reconciliationId: string,
  reconciledAt: string,
): Readonly<Record<(typeof markKeys)[number], unknown>> {
  return {
    reconciled: true,
    reconciliation_id: reconciliationId,
    reconciled_at: reconciledAt,
    external_txn_id: match["external_transaction_id"],
    reconciliation_amount: Number(match["amount"]),
  };
}

/** Remembers which rows nothing was found for. */
export async function keepUnmatched(
  transaction: SqlDatabase,
  reconciliationId: string,
  ids: readonly string[],
  now: string,
): Promise<void> {
  await transaction.query(
    `INSERT INTO blnk.unmatched (external_transaction_id, reconciliation_id, date)
     SELECT id, $1, $2::text::timestamp FROM jsonb_array_elements_text($3::text::jsonb) AS id`,
    [reconciliationId, now, JSON.stringify(ids)],
  );
}
