/**
 * A small set of books, written row by row into Core's tables, wherever they stand: what the Data and Filters
 * APIs are tested over. Amounts are decimal text, times wall clocks in UTC.
 */
import type { SqlDatabase } from "@annex/ledger";

type Row = Readonly<Record<string, unknown>>;

/** A transaction as the tests' own model knows it. */
export interface ModelTransaction extends Row {
  readonly transaction_id: string;
  readonly source: string;
  readonly destination: string;
  readonly reference: string;
  readonly description: string;
  readonly currency: string;
  readonly status: string;
  readonly amount: string;
  readonly precise_amount: string;
  readonly precision: number;
  readonly parent_transaction: string;
  readonly created_at: string;
  readonly effective_date: string | null;
  readonly meta_data: Readonly<Record<string, unknown>> | null;
}

const count = 60;
const currencies = ["USD", "EUR", "JPY"];
const statuses = ["APPLIED", "QUEUED", "INFLIGHT", "VOID"];
const kinds = ["sale", "fee", "Refund 100%", "under_score"];

/** More digits than a double holds. */
export const hugeAmount = "123456789012345678901234567890";

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function metadataOf(index: number): Readonly<Record<string, unknown>> | null {
  if (index % 11 === 0) return null;
  return {
    kind: pick(kinds, index),
    n: index % 3 === 0 ? String(index) : index,
    ...(index % 2 === 0 ? { opt: index % 4 === 0 ? null : "yes" } : {}),
    ...(index % 13 === 0 ? { inflight: true } : {}),
    "stripe-sync": { run: { id: `run_${index % 4}`, live: index % 5 === 0 }, tags: ["a", String(index % 2)] },
  };
}

function transaction(index: number): ModelTransaction {
  const day = String(1 + (index % 28)).padStart(2, "0");
  const created = `2026-0${1 + (index % 3)}-${day} 10:00:${String(index % 60).padStart(2, "0")}.${String(index * 16_667).padStart(6, "0")}`;
  return {
    transaction_id: `txn_${String(index).padStart(4, "0")}`,
    source: `bln_${index % 4}`,
    destination: `bln_${(index + 1) % 5}`,
    reference: `ref-${index}`,
    description: `Payment ${index}`,
    currency: pick(currencies, index),
    status: pick(statuses, index),
    amount: index === 7 ? hugeAmount : `${index * 3}.${index % 10}`,
    precise_amount: index === 7 ? `${hugeAmount}00` : String(index * 300 + (index % 10) * 10),
    precision: index % 2 === 0 ? 100 : 1000,
    parent_transaction: index % 3 === 0 ? `txn_${String(index + 1).padStart(4, "0")}` : "",
    created_at: created,
    effective_date: index % 6 === 0 ? null : created,
    meta_data: metadataOf(index),
  };
}

/** All transactions of the books. */
export const transactions: readonly ModelTransaction[] = Array.from({ length: count }, (_, index) =>
  transaction(index),
);

const ledgers: readonly Row[] = [
  { ledger_id: "ldg_1", name: "Customers", created_at: "2026-01-01 00:00:00", meta_data: { tier: 1 } },
  { ledger_id: "ldg_2", name: "Fees <&>", created_at: "2026-01-02 00:00:00.5", meta_data: null },
];

const identities: readonly Row[] = [
  {
    identity_id: "idt_1",
    first_name: "Zoe",
    last_name: "",
    dob: "1990-05-04",
    country: "GH",
    created_at: "2026-01-01 00:00:00",
  },
  {
    identity_id: "idt_2",
    first_name: "",
    last_name: "",
    organization_name: "Ümlaut GmbH",
    created_at: "2026-01-02 00:00:00",
  },
];

const noAmounts = {
  credit_balance: "0",
  debit_balance: "0",
  inflight_balance: "0",
  inflight_credit_balance: "0",
  inflight_debit_balance: "0",
  version: 3,
  track_fund_lineage: true,
  allocation_strategy: "LIFO",
};

const balances: readonly Row[] = [
  {
    ...noAmounts,
    balance_id: "bln_0",
    balance: hugeAmount,
    credit_balance: hugeAmount,
    currency: "USD",
    ledger_id: "ldg_1",
    identity_id: "idt_1",
    created_at: "2026-01-01 00:00:00",
  },
  {
    ...noAmounts,
    balance_id: "bln_1",
    balance: `-${hugeAmount}`,
    debit_balance: hugeAmount,
    currency: "USD",
    ledger_id: "ldg_2",
    indicator: "@World",
    created_at: "2026-01-02 00:00:00",
  },
  {
    ...noAmounts,
    balance_id: "bln_2",
    balance: "0",
    currency: "EUR",
    ledger_id: "ldg_2",
    created_at: "2026-01-03 00:00:00",
    meta_data: { run: "x" },
  },
];

const reconciliations: readonly Row[] = [
  {
    reconciliation_id: "recon_1",
    upload_id: "upload_1",
    status: "completed",
    matched_transactions: 2,
    unmatched_transactions: 1,
    started_at: "2026-01-01 00:00:00",
    completed_at: "2026-01-01 00:00:01",
  },
  {
    reconciliation_id: "recon_2",
    upload_id: "upload_2",
    status: "started",
    matched_transactions: 0,
    unmatched_transactions: 0,
    started_at: "2026-01-02 00:00:00",
  },
];

const rules: readonly Row[] = [
  {
    rule_id: "rule_1",
    name: "Exact",
    description: "by reference",
    criteria: [{ field: "reference", operator: "equals", value: "", pattern: "", allowable_drift: 0.01 }],
    created_at: "2026-01-01 00:00:00",
    updated_at: "2026-01-01 00:00:00",
  },
];

const externals: readonly Row[] = [
  {
    id: "ext-0",
    amount: "1",
    reference: "r0",
    currency: "USD",
    description: null,
    date: "0001-02-29 12:00:00.5 BC",
    source: "Bank",
    upload_id: "upload_1",
  },
  {
    id: "ext-1",
    amount: "10.50",
    reference: "r1",
    currency: "USD",
    description: "x",
    date: "2026-01-01 00:00:00",
    source: "Bank",
    upload_id: "upload_1",
  },
  {
    id: "ext-2",
    amount: "20",
    reference: "r2",
    currency: "USD",
    description: null,
    date: "2026-01-02 00:00:00",
    source: "Bank",
    upload_id: "upload_1",
  },
];

async function insert(database: SqlDatabase, table: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const columns = Object.keys(row).join(", ");
    await database.query(
      `INSERT INTO blnk.${table} (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::blnk.${table}, $1::text::jsonb)`,
      [JSON.stringify(row)],
    );
  }
}

/** Writes the books into empty tables of schema `blnk`. */
export async function writeBooks(database: SqlDatabase): Promise<void> {
  await database.query("DELETE FROM blnk.ledgers", []);
  await insert(database, "ledgers", ledgers);
  await insert(database, "identity", identities);
  await insert(database, "balances", balances);
  await insert(database, "transactions", transactions);
  await insert(database, "reconciliations", reconciliations);
  await insert(database, "matching_rules", rules);
  await insert(database, "external_transactions", externals);
}
