/** Balances (contract section 6.1). Amounts are minor units. */
import { type Entity, filtered, noTime, sometimes, stored } from "./fields.ts";

export const balances: Entity = {
  table: "balances",
  id: "balance_id",
  fields: {
    balance: filtered("decimal"),
    version: stored("integer"),
    inflight_balance: filtered("decimal"),
    credit_balance: filtered("decimal"),
    inflight_credit_balance: filtered("decimal"),
    debit_balance: filtered("decimal"),
    inflight_debit_balance: filtered("decimal"),
    queued_debit_balance: sometimes,
    queued_credit_balance: sometimes,
    ledger_id: filtered("text"),
    identity_id: filtered("text"),
    balance_id: filtered("text"),
    indicator: filtered("text", "text unless empty"),
    currency: filtered("text"),
    identity: sometimes,
    ledger: sometimes,
    created_at: filtered("time"),
    inflight_expires_at: noTime,
    meta_data: filtered("json"),
    track_fund_lineage: stored("flag"),
    allocation_strategy: stored("text", "text unless empty"),
  },
};
