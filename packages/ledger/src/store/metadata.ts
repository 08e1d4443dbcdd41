/** SQL of metadata updates (contract section 14.3): merging top-level keys into what is stored. */
import type { Metadata } from "../rules/metadata.ts";
import type { SqlDatabase } from "./database.ts";

/** Where an entity's metadata stands. */
export interface MetadataPlace {
  readonly table: "ledgers" | "balances" | "identity";
  readonly id: "ledger_id" | "balance_id" | "identity_id";
}

/**
 * Merges keys into one entity's metadata: top-level keys are replaced, others kept, null is a value.
 *
 * @returns the merged metadata; undefined when there is no such entity
 */
export async function mergeMetadata(
  database: SqlDatabase,
  place: MetadataPlace,
  id: string,
  metadata: Metadata,
): Promise<Metadata | undefined> {
  const rows = await database.query(
    `UPDATE blnk.${place.table} SET meta_data = ${merged} WHERE ${place.id} = $1 RETURNING meta_data`,
    [id, JSON.stringify(metadata)],
  );
  return rows[0]?.["meta_data"] as Metadata | undefined;
}

/** SQL that merges keys into what is stored: a stored JSON null, or none, counts as no metadata. */
export function mergedMetadata(stored: string, added: string): string {
  return `CASE WHEN jsonb_typeof(${stored}) = 'object' THEN ${stored} ELSE '{}'::jsonb END || ${added}`;
}

const merged = mergedMetadata("meta_data", "$2::text::jsonb");

/**
 * Merges keys into every transaction row with this id or this parent. They are locked in the order of their numbers, as
 * by whoever else changes several.
 *
 * @returns how many rows there were
 */
export async function mergeTransactionMetadata(
  database: SqlDatabase,
  id: string,
  metadata: Metadata,
): Promise<number> {
  const rows = await database.query(
    `WITH taken AS (
       SELECT id FROM blnk.transactions WHERE transaction_id = $1 OR parent_transaction = $1 ORDER BY id FOR UPDATE)
     UPDATE blnk.transactions t SET meta_data = ${mergedMetadata("t.meta_data", "$2::text::jsonb")}
     FROM taken WHERE t.id = taken.id RETURNING t.transaction_id`,
    [id, JSON.stringify(metadata)],
  );
  return rows.length;
}

/** What a balance's totals were and, by its APPLIED rows, ought to be. */
export interface RecalculatedBalance {
  readonly previousDebit: string;
  readonly previousCredit: string;
  readonly previousBalance: string;
  readonly debit: string;
  readonly credit: string;
}

/** Locks a balance and sums up its APPLIED rows. */
export async function recalculateBalance(transaction: SqlDatabase, id: string): Promise<RecalculatedBalance> {
  const [locked] = await transaction.query(
    "SELECT balance, credit_balance, debit_balance FROM blnk.balances WHERE balance_id = $1 FOR UPDATE",
    [id],
  );
  const [sums] = await transaction.query(
    `SELECT COALESCE(SUM(precise_amount) FILTER (WHERE source = $1), 0) AS debit,
            COALESCE(SUM(precise_amount) FILTER (WHERE destination = $1), 0) AS credit
     FROM blnk.transactions WHERE status = 'APPLIED' AND (source = $1 OR destination = $1)`,
    [id],
  );
  return {
    previousDebit: String(locked?.["debit_balance"] ?? 0),
    previousCredit: String(locked?.["credit_balance"] ?? 0),
    previousBalance: String(locked?.["balance"] ?? 0),
    debit: String(sums?.["debit"] ?? 0),
    credit: String(sums?.["credit"] ?? 0),
  };
}

/** Writes recalculated totals and the metadata that tells of them; version and holds stay. */
export async function writeRecalculated(
  transaction: SqlDatabase,
  id: string,
  totals: { readonly debit: string; readonly credit: string },
  metadata: Metadata,
): Promise<void> {
  await transaction.query(
    `UPDATE blnk.balances SET debit_balance = $2::text::numeric, credit_balance = $3::text::numeric,
       balance = $3::text::numeric - $2::text::numeric, meta_data = $4::text::jsonb WHERE balance_id = $1`,
    [id, totals.debit, totals.credit, JSON.stringify(metadata)],
  );
}
