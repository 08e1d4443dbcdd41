/** The row of a transaction: as it is stored, and before it is posted (contract sections 7.5, 8.1 and 8.4). */
import type { Metadata } from "./metadata.ts";

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

/** A row to be stored, all but what the movement decides (its status, the ids of its balances). */
export interface RowDraft {
  readonly transactionId: string;
  readonly parentTransaction: string;
  readonly reference: string;
  /** A balance id, or an indicator such as `@World`. */
  readonly source: string;
  readonly destination: string;
  readonly currency: string;
  readonly description: string;
  readonly hash: string;
  /** Minor units. */
  readonly preciseAmount: bigint;
  readonly precision: number;
  /** Text of a timestamp column, UTC. */
  readonly createdAt: string;
  readonly effectiveDate: string | null;
  readonly scheduledFor: string | null;
  readonly metadata: Metadata;
}
