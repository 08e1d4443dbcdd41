import { raw, type Sql } from "sql-template-tag";
import type { DataCollection } from "./collections.ts";

/**
 * The Data API's records as JSON text, in the shapes of Core's own lists (core-ledger 5, 6.1, 7.5, 14.1) but
 * with everything that is stored. Numbers go out digit by digit as the database wrote them, never through a
 * double, except where Core itself has a double (a transaction's `amount`).
 */

/** A row as our SELECT lists give it: every column as text. */
export type TextRow = Readonly<Record<string, unknown>>;

type Member = readonly [name: string, json: string | undefined];

const ZERO_TIME = '"0001-01-01T00:00:00Z"';

/** The columns each collection's record is made of, as a SELECT list. */
export const selections: Readonly<Record<DataCollection, Sql>> = {
  ledgers: list("ledger_id", "name", time("created_at"), text("meta_data")),
  balances: list(
    ...["balance", "inflight_balance", "credit_balance", "inflight_credit_balance"].map(text),
    ...["debit_balance", "inflight_debit_balance", "version", "track_fund_lineage"].map(text),
    ...["ledger_id", "identity_id", "balance_id", "indicator", "currency", "allocation_strategy"],
    time("created_at"),
    text("meta_data"),
  ),
  transactions: list(
    ...["precise_amount", "amount", "precision"].map(text),
    ...["transaction_id", "parent_transaction", "source", "destination", "reference", "currency"],
    ...["description", "status", "hash"],
    time("created_at"),
    time("effective_date"),
    time("scheduled_for"),
    `CASE WHEN meta_data -> 'inflight' = 'true'::jsonb THEN (meta_data - 'inflight')::text ELSE meta_data::text END AS meta_data`,
    `CASE WHEN meta_data -> 'inflight' = 'true'::jsonb THEN 'true' ELSE 'false' END AS inflight`,
  ),
  identities: list(
    ...["identity_id", "identity_type", "organization_name", "category", "first_name", "last_name"],
    ...["other_names", "gender", "email_address", "phone_number", "nationality", "street", "country"],
    ...["state", "post_code", "city"],
    `to_char(dob, 'YYYY-MM-DD"T00:00:00Z"') AS dob`,
    time("created_at"),
    text("meta_data"),
  ),
  reconciliations: list(
    ...["reconciliation_id", "upload_id", "status"],
    ...["matched_transactions", "unmatched_transactions"].map(text),
    time("started_at"),
    time("completed_at"),
  ),
  "matching-rules": list(
    ...["rule_id", "name", "description"],
    time("created_at"),
    time("updated_at"),
    text("criteria"),
  ),
  "external-transactions": list(
    ...["id", "reference", "currency", "description", "source", "upload_id"],
    text("amount"),
    time("date"),
  ),
};

function list(...columns: readonly string[]): Sql {
  return raw(columns.join(", "));
}

function text(column: string): string {
  return `"${column}"::text AS "${column}"`;
}

function time(column: string): string {
  return `to_char("${column}", 'YYYY-MM-DD"T"HH24:MI:SS.US') AS "${column}"`;
}

const encoders: Readonly<Record<DataCollection, (row: TextRow) => readonly Member[]>> = {
  ledgers: (row) => [
    ["ledger_id", quoted(row["ledger_id"])],
    ["name", quoted(row["name"])],
    ["created_at", timestamp(row["created_at"])],
    ["meta_data", metadata(row["meta_data"])],
  ],
  balances: balanceMembers,
  transactions: transactionMembers,
  identities: (row) => [
    ...texts(row, "identity_id", "identity_type", "organization_name", "category", "first_name", "last_name"),
    ...texts(row, "other_names", "gender", "email_address", "phone_number", "nationality", "street"),
    ...texts(row, "country", "state", "post_code", "city"),
    ["dob", row["dob"] === null ? ZERO_TIME : quoted(row["dob"])],
    ["created_at", timestamp(row["created_at"])],
    ["meta_data", metadata(row["meta_data"])],
  ],
  reconciliations: (row) => [
    ...texts(row, "reconciliation_id", "upload_id", "status"),
    ["matched_transactions", digits(row["matched_transactions"])],
    ["unmatched_transactions", digits(row["unmatched_transactions"])],
    ["is_dry_run", "false"],
    ["started_at", timestamp(row["started_at"])],
    ["completed_at", row["completed_at"] === null ? "null" : timestamp(row["completed_at"])],
  ],
  "matching-rules": (row) => [
    ["rule_id", quoted(row["rule_id"])],
    ["created_at", timestamp(row["created_at"])],
    ["updated_at", timestamp(row["updated_at"])],
    ...texts(row, "name", "description"),
    ["criteria", typeof row["criteria"] === "string" ? row["criteria"] : "[]"],
  ],
  "external-transactions": (row) => [
    ["id", quoted(row["id"])],
    ["amount", digits(row["amount"])],
    ...texts(row, "reference", "currency", "description"),
    ["date", timestamp(row["date"])],
    ...texts(row, "source", "upload_id"),
  ],
};

function balanceMembers(row: TextRow): readonly Member[] {
  return [
    ["balance", digits(row["balance"])],
    ["version", digits(row["version"])],
    ["inflight_balance", digits(row["inflight_balance"])],
    ["credit_balance", digits(row["credit_balance"])],
    ["inflight_credit_balance", digits(row["inflight_credit_balance"])],
    ["debit_balance", digits(row["debit_balance"])],
    ["inflight_debit_balance", digits(row["inflight_debit_balance"])],
    ...texts(row, "ledger_id", "identity_id", "balance_id"),
    ["indicator", unlessEmpty(row["indicator"])],
    ["currency", quoted(row["currency"])],
    ["created_at", timestamp(row["created_at"])],
    ["inflight_expires_at", ZERO_TIME],
    ["meta_data", metadata(row["meta_data"])],
    ["track_fund_lineage", String(row["track_fund_lineage"])],
    ["allocation_strategy", unlessEmpty(row["allocation_strategy"])],
  ];
}

function transactionMembers(row: TextRow): readonly Member[] {
  return [
    ["precise_amount", digits(row["precise_amount"])],
    ["amount", float(row["amount"])],
    ["precision", float(row["precision"])],
    ["overdraft_limit", "0"],
    ["transaction_id", quoted(row["transaction_id"])],
    ["parent_transaction", quoted(row["parent_transaction"])],
    ["source", unlessEmpty(row["source"])],
    ["destination", unlessEmpty(row["destination"])],
    ["reference", quoted(row["reference"])],
    ["currency", quoted(row["currency"])],
    ["description", unlessEmpty(row["description"])],
    ["status", quoted(row["status"])],
    ["hash", quoted(row["hash"])],
    ["allow_overdraft", "false"],
    ["inflight", String(row["inflight"])],
    ["skip_queue", "false"],
    ["atomic", "false"],
    ["created_at", timestamp(row["created_at"])],
    ["effective_date", row["effective_date"] === null ? undefined : timestamp(row["effective_date"])],
    ["scheduled_for", timestamp(row["scheduled_for"])],
    ["inflight_expiry_date", ZERO_TIME],
    ["inflight_commit_date", ZERO_TIME],
    ["meta_data", metadataUnlessEmpty(row["meta_data"])],
  ];
}

function texts(row: TextRow, ...names: readonly string[]): readonly Member[] {
  return names.map((name) => [name, quoted(row[name])]);
}

function quoted(stored: unknown): string {
  return JSON.stringify(typeof stored === "string" ? stored : "");
}

function unlessEmpty(stored: unknown): string | undefined {
  return typeof stored === "string" && stored !== "" ? JSON.stringify(stored) : undefined;
}

function digits(stored: unknown): string {
  return typeof stored === "string" && /^-?\d+(\.\d+)?$/.test(stored) ? stored : "0";
}

/** A number that Core keeps as a double; it prints doubles as JavaScript does (core-ledger 2.2). */
function float(stored: unknown): string {
  const number = Number(stored ?? 0);
  return Number.isFinite(number) ? JSON.stringify(number) : "0";
}

/** RFC 3339 with the fraction's trailing zeros trimmed (core-ledger 2.4). */
function timestamp(stored: unknown): string {
  return typeof stored === "string" ? `"${stored.replace(/\.?0+$/, "")}Z"` : ZERO_TIME;
}

function metadata(stored: unknown): string {
  return typeof stored === "string" ? stored : "null";
}

function metadataUnlessEmpty(stored: unknown): string | undefined {
  return stored === "{}" || stored === "null" ? undefined : typeof stored === "string" ? stored : undefined;
}

/** One record as JSON text. */
export function recordJson(collection: DataCollection, row: TextRow): string {
  const members = encoders[collection](row).flatMap(([name, json]) =>
    json === undefined ? [] : [`"${name}":${json}`],
  );
  return escapedForHtml(`{${members.join(",")}}`);
}

const unsafeInHtml: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** As Core writes strings: these characters never stand outside of one (core-ledger 2.1). */
function escapedForHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => unsafeInHtml[character] ?? character);
}
