/** SQL of ledgers (contract section 5). */
import { columnList } from "../entities/fields.ts";
import { ledgers } from "../entities/ledgers.ts";
import type { Metadata } from "../rules/metadata.ts";
import type { SqlDatabase } from "./database.ts";

/** A row of `blnk.ledgers`; no metadata is stored as a JSON null, which is not absent to filters. */
export interface LedgerRow {
  readonly ledger_id: string;
  readonly name: string | null;
  readonly created_at: string;
  readonly meta_data: Metadata | null;
}

/** The ledger that internal balances belong to. */
export const generalLedgerId = "general_ledger_id";
/** What it is called until somebody calls it otherwise. */
export const generalLedgerName = "General Ledger";

export const ledgerColumns = columnList(ledgers);

export async function insertLedger(database: SqlDatabase, row: LedgerRow): Promise<void> {
  await database.query(
    `INSERT INTO blnk.ledgers (ledger_id, name, created_at, meta_data)
     VALUES ($1, $2, $3::text::timestamp, $4::text::jsonb)`,
    [row.ledger_id, row.name, row.created_at, JSON.stringify(row.meta_data)],
  );
}

export async function findLedger(database: SqlDatabase, id: string): Promise<LedgerRow | undefined> {
  const rows = await database.query(`SELECT ${ledgerColumns} FROM blnk.ledgers WHERE ledger_id = $1`, [id]);
  return rows[0] as LedgerRow | undefined;
}

/** Gives a ledger another name. */
export async function renameLedger(database: SqlDatabase, id: string, name: string): Promise<void> {
  await database.query("UPDATE blnk.ledgers SET name = $2 WHERE ledger_id = $1", [id, name]);
}
