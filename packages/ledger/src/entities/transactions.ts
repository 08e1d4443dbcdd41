/** Transactions (contract section 7.5): the row, and what an answer shows beside it. */
import { always, type Entity, filtered, noTime, sometimes, stored } from "./fields.ts";

export const transactions = {
  table: "transactions",
  id: "transaction_id",
  fields: {
    precise_amount: stored("decimal"),
    amount: filtered("decimal", "double"),
    precision: filtered("integer", "double or 1"),
    overdraft_limit: always(0),
    transaction_id: filtered("text"),
    parent_transaction: filtered("text"),
    source: filtered("text", "text unless empty"),
    destination: filtered("text", "text unless empty"),
    reference: filtered("text"),
    currency: filtered("text"),
    description: filtered("text", "text unless empty"),
    status: filtered("text"),
    hash: stored("text"),
    allow_overdraft: always(false),
    inflight: sometimes,
    skip_queue: always(false),
    atomic: always(false),
    created_at: filtered("time"),
    effective_date: filtered("time"),
    // No read shows what it was scheduled for.
    scheduled_for: stored("time", noTime),
    inflight_expiry_date: noTime,
    inflight_commit_date: noTime,
    meta_data: filtered("json"),
  },
} satisfies Entity;
