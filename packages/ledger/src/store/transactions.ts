/** SQL of transaction rows: reading them. Rows are written by `posting.ts` and never change but for metadata. */
import type { Metadata } from "../http/shapes.ts";
import type { SqlDatabase } from "./database.ts";

/** Statuses that are stored (contract section 8.1). */
export type TransactionStatus = "QUEUED" | "SCHEDULED" | "APPLIED" | "INFLIGHT" | "VOID" | "REJECTED";

/** A row of `blnk.transactions`; amounts are decimal text. */
export interface TransactionRow {
  readonly transaction_id: string;
  readonly source: string | null;
  readonly destination: string | null;
  readonly description: string | null;
  readonly reference: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly status: TransactionStatus | null;
  readonly hash: string | null;
  readonly created_at: string;
  readonly meta_data: Metadata | null;
  readonly precise_amount: string | null;
  readonly precision: string | null;
  readonly parent_transaction: string | null;
  readonly effective_date: string | null;
  readonly scheduled_for: string | null;
}

export const transactionColumns =
  "transaction_id, source, destination, description, reference, amount, currency, status, hash, created_at, " +
  "meta_data, precise_amount, precision, parent_transaction, effective_date, scheduled_for";

export async function findTransaction(
  database: SqlDatabase,
  id: string,
): Promise<TransactionRow | undefined> {
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions WHERE transaction_id = $1`,
    [id],
  );
  return rows[0] as TransactionRow | undefined;
}

export async function findTransactionByReference(
  database: SqlDatabase,
  reference: string,
): Promise<TransactionRow | undefined> {
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions WHERE reference = $1`,
    [reference],
  );
  return rows[0] as TransactionRow | undefined;
}
