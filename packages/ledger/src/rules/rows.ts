/** The row of a transaction before it is posted (contract sections 7.5 and 8.4). */
import type { Metadata } from "../http/shapes.ts";

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
