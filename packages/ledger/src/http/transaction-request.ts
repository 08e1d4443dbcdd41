import type { TransactionRequest } from "../rules/prepared.ts";
import {
  bigInteger,
  type Decoded,
  flag,
  float,
  list,
  metadata,
  optional,
  type Shape,
  structure,
  text,
  time,
} from "./shapes.ts";

const distribution = structure("Distribution", {
  identifier: text,
  distribution: text,
  precise_distribution: text,
  transaction_id: text,
});

export const transactionBody = structure("RecordTransaction", {
  amount: float,
  precise_amount: bigInteger,
  precision: float,
  currency: text,
  reference: text,
  description: text,
  source: text,
  sources: list(distribution),
  destination: text,
  destinations: list(distribution),
  allow_overdraft: flag,
  overdraft_limit: float,
  inflight: flag,
  inflight_expiry_date: text,
  inflight_commit_date: text,
  scheduled_for: text,
  effective_date: time,
  skip_queue: flag,
  atomic: flag,
  meta_data: metadata,
  dry_run: flag,
  // Means nothing, but has to be of its type.
  balance_id: text,
});

export const bulkBody = structure("BulkTransactionRequest", {
  transactions: list(
    optional(transactionBody) as Shape<TransactionRequest | null>,
    "[]*model.RecordTransaction",
  ),
  atomic: flag,
  inflight: flag,
  skip_queue: flag,
  run_async: flag,
  dry_run: flag,
});

export type BulkBody = Decoded<typeof bulkBody>;
