import { raw, type Sql } from "sql-template-tag";

/**
 * The tables that lists and filters read (core-schema), with the type of each column that a condition may
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

/** The lists that Core has. */
export type CoreCollection = "ledgers" | "balances" | "transactions" | "identities";

export const collections: Readonly<Record<CoreCollection, Collection>> = {
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
};

/** A column of ours, quoted. */
export function column(name: string): Sql {
  return raw(`"${name}"`);
}

/** A table of ours in the schema it lives in. */
export function table(schema: string, name: string): Sql {
  return raw(`"${schema.replaceAll('"', '""')}"."${name}"`);
}
