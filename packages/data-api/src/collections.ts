/**
 * The tables that the two APIs read (core-schema), one table of fields each: the type of each column, what a filter or
 * an order may name, and how a record shows it, in a record's order. This is the only source of column names in a
 * statement.
 */

/** How a column's values are written and compared. */
export type ColumnKind = "text" | "decimal" | "integer" | "flag" | "time" | "date" | "json";

/** How a column's value is shown in a record. */
export type Shown =
  | "text"
  | "text unless empty"
  | "digits"
  | "double"
  | "flag"
  | "time"
  | "time or null"
  | "time unless empty"
  | "json"
  | "list"
  | "metadata without mark";

/** A column. */
export interface StoredField {
  readonly kind: ColumnKind;
  readonly shown: Shown;
  /** What may name it. */
  readonly namedBy: "filters and orders" | "orders" | "nobody";
}

/** What is no column: JSON text that stands in every record, or what a transaction's metadata says of it. */
export type Field = StoredField | { readonly always: string } | { readonly isMark: true };

/** A table, and how its rows are found and ordered. */
export interface Collection {
  readonly table: string;
  /** Column of the public id. */
  readonly id: string;
  /** Column that newest-first order goes by. */
  readonly time: string;
  /** Second order, so that equal times page without gaps or repeats. */
  readonly tie: string;
  /** In the order of a record. */
  readonly fields: Readonly<Record<string, Field>>;
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

const ownWay: Readonly<Record<ColumnKind, Shown>> = {
  text: "text",
  decimal: "digits",
  integer: "digits",
  flag: "flag",
  time: "time",
  date: "time",
  json: "json",
};

function named(kind: ColumnKind, shown: Shown = ownWay[kind]): StoredField {
  return { kind, shown, namedBy: "filters and orders" };
}

/** The contract does not list it as filterable, though Core's own lists take it. */
function ordered(kind: ColumnKind, shown: Shown = ownWay[kind]): StoredField {
  return { kind, shown, namedBy: "orders" };
}

function stored(kind: ColumnKind, shown: Shown = ownWay[kind]): StoredField {
  return { kind, shown, namedBy: "nobody" };
}

const always = (json: string): Field => ({ always: json });

/** Core's zero time, as JSON. */
export const noTime = '"0001-01-01T00:00:00Z"';

/** The columns that an order may name, or a filter. */
export function columnsNamedBy(
  { fields }: Collection,
  who: "filters" | "orders",
): Readonly<Record<string, ColumnKind>> {
  const isNamed = ({ namedBy }: StoredField) =>
    namedBy === "filters and orders" || (who === "orders" && namedBy === "orders");
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      "kind" in field && isNamed(field) ? [[name, field.kind] as const] : [],
    ),
  );
}

export const collections: Readonly<Record<DataCollection, Collection>> = {
  ledgers: {
    table: "ledgers",
    id: "ledger_id",
    time: "created_at",
    tie: "id",
    fields: {
      ledger_id: named("text"),
      name: named("text"),
      created_at: named("time"),
      meta_data: named("json"),
    },
  },
  balances: {
    table: "balances",
    id: "balance_id",
    time: "created_at",
    tie: "id",
    fields: {
      balance: named("decimal"),
      version: stored("integer"),
      inflight_balance: named("decimal"),
      credit_balance: named("decimal"),
      inflight_credit_balance: named("decimal"),
      debit_balance: named("decimal"),
      inflight_debit_balance: named("decimal"),
      ledger_id: named("text"),
      identity_id: named("text"),
      balance_id: named("text"),
      indicator: named("text", "text unless empty"),
      currency: named("text"),
      created_at: named("time"),
      inflight_expires_at: always(noTime),
      meta_data: named("json"),
      track_fund_lineage: stored("flag"),
      allocation_strategy: stored("text", "text unless empty"),
    },
  },
  transactions: {
    table: "transactions",
    id: "transaction_id",
    time: "created_at",
    tie: "id",
    fields: {
      precise_amount: stored("decimal"),
      amount: named("decimal", "double"),
      precision: named("integer", "double"),
      overdraft_limit: always("0"),
      transaction_id: named("text"),
      parent_transaction: named("text"),
      source: named("text", "text unless empty"),
      destination: named("text", "text unless empty"),
      reference: named("text"),
      currency: named("text"),
      description: ordered("text", "text unless empty"),
      status: named("text"),
      hash: stored("text"),
      allow_overdraft: always("false"),
      inflight: { isMark: true },
      skip_queue: always("false"),
      atomic: always("false"),
      created_at: named("time"),
      effective_date: named("time", "time unless empty"),
      scheduled_for: stored("time"),
      inflight_expiry_date: always(noTime),
      inflight_commit_date: always(noTime),
      meta_data: named("json", "metadata without mark"),
    },
  },
  identities: {
    table: "identity",
    id: "identity_id",
    time: "created_at",
    tie: "id",
    fields: {
      identity_id: named("text"),
      identity_type: named("text"),
      organization_name: named("text"),
      category: named("text"),
      first_name: named("text"),
      last_name: named("text"),
      other_names: named("text"),
      gender: named("text"),
      email_address: named("text"),
      phone_number: named("text"),
      nationality: named("text"),
      street: named("text"),
      country: named("text"),
      state: named("text"),
      post_code: named("text"),
      city: named("text"),
      dob: named("date"),
      created_at: named("time"),
      meta_data: named("json"),
    },
  },
  reconciliations: {
    table: "reconciliations",
    id: "reconciliation_id",
    time: "started_at",
    tie: "id",
    fields: {
      reconciliation_id: named("text"),
      upload_id: named("text"),
      status: named("text"),
      matched_transactions: named("integer"),
      unmatched_transactions: named("integer"),
      is_dry_run: always("false"),
      started_at: named("time"),
      completed_at: named("time", "time or null"),
    },
  },
  "matching-rules": {
    table: "matching_rules",
    id: "rule_id",
    time: "created_at",
    tie: "id",
    fields: {
      rule_id: named("text"),
      created_at: named("time"),
      updated_at: named("time"),
      name: named("text"),
      description: named("text"),
      criteria: stored("json", "list"),
    },
  },
  "external-transactions": {
    table: "external_transactions",
    id: "id",
    time: "date",
    tie: "id",
    fields: {
      id: named("text"),
      amount: named("decimal"),
      reference: named("text"),
      currency: named("text"),
      description: named("text"),
      date: named("time"),
      source: named("text"),
      upload_id: named("text"),
    },
  },
};
