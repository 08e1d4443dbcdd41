/**
 * The tables that the two APIs read (core-schema), with the type of each column that a condition may
 * name. This is the only source of column names in a statement.
 */

/** How a column's values are written and compared. */
export type ColumnKind = "text" | "decimal" | "integer" | "time" | "date" | "json";

/** A table, and how its rows are found and ordered. */
export interface Collection {
  readonly table: string;
  /** Column of the public id. */
  readonly id: string;
  /** Column that newest-first order goes by. */
  readonly time: string;
  /** Second order, so that equal times page without gaps or repeats. */
  readonly tie: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

/** The names of the Data API's collections (contract section 8). */
export type DataCollection =
  | "ledgers"
  | "balances"
  | "transactions"
  | "identities"
  | "reconciliations"
  | "matching-rules"
  | "external-transactions";

/** The names of the Filters API's collections (contract section 8; two of them singular). */
export type FilterCollection = "ledger" | "balances" | "transactions" | "identities" | "reconciliation";

export const collections: Readonly<Record<DataCollection, Collection>> = {
  ledgers: {
    table: "ledgers",
    id: "ledger_id",
    time: "created_at",
    tie: "id",
    columns: { ledger_id: "text", name: "text", created_at: "time", meta_data: "json" },
  },
  balances: {
    table: "balances",
    id: "balance_id",
    time: "created_at",
    tie: "id",
    columns: {
      balance_id: "text",
      ledger_id: "text",
      identity_id: "text",
      indicator: "text",
      currency: "text",
      balance: "decimal",
      credit_balance: "decimal",
      debit_balance: "decimal",
      inflight_balance: "decimal",
      inflight_credit_balance: "decimal",
      inflight_debit_balance: "decimal",
      created_at: "time",
      meta_data: "json",
    },
  },
  transactions: {
    table: "transactions",
    id: "transaction_id",
    time: "created_at",
    tie: "id",
    columns: {
      transaction_id: "text",
      parent_transaction: "text",
      amount: "decimal",
      currency: "text",
      source: "text",
      destination: "text",
      reference: "text",
      status: "text",
      created_at: "time",
      effective_date: "time",
      description: "text",
      precision: "integer",
      meta_data: "json",
    },
  },
  identities: {
    table: "identity",
    id: "identity_id",
    time: "created_at",
    tie: "id",
    columns: {
      identity_id: "text",
      first_name: "text",
      last_name: "text",
      other_names: "text",
      gender: "text",
      dob: "date",
      email_address: "text",
      phone_number: "text",
      nationality: "text",
      street: "text",
      country: "text",
      state: "text",
      organization_name: "text",
      category: "text",
      identity_type: "text",
      post_code: "text",
      city: "text",
      created_at: "time",
      meta_data: "json",
    },
  },
  reconciliations: {
    table: "reconciliations",
    id: "reconciliation_id",
    time: "started_at",
    tie: "id",
    columns: {
      reconciliation_id: "text",
      upload_id: "text",
      status: "text",
      matched_transactions: "integer",
      unmatched_transactions: "integer",
      started_at: "time",
      completed_at: "time",
    },
  },
  "matching-rules": {
    table: "matching_rules",
    id: "rule_id",
    time: "created_at",
    tie: "id",
    columns: { rule_id: "text", name: "text", description: "text", created_at: "time", updated_at: "time" },
  },
  "external-transactions": {
    table: "external_transactions",
    id: "id",
    time: "date",
    tie: "id",
    columns: {
      id: "text",
      amount: "decimal",
      reference: "text",
      currency: "text",
      description: "text",
      date: "time",
      source: "text",
      upload_id: "text",
    },
  },
};
