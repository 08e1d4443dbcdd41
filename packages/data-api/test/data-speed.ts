/**
 * How fast a page of `GET /data/transactions` is, over many rows. Run it by itself:
 *
 *     node packages/data-api/test/data-speed.ts 1000000
 *     node packages/data-api/test/data-speed.ts 1000000 embedded
 *
 * It fills a real PostgreSQL server, or the embedded engine, with that many transactions and prints milliseconds per kind of query,
 * page and total together, each time with other values.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCoreDatabase, openLedger, type SqlDatabase } from "@annex/ledger";
import { startPostgres } from "../../../tests/support/postgres-server.ts";
import {
  type Browsing,
  createDataReader,
  type DataCollection,
  type DataReader,
  prepareForBrowsing,
} from "../src/index.ts";

const balances = 2_000;

const rowsAtOnce = 25_000;

/** Writes rows of five currencies and six statuses, twenty seconds apart; so many at once that no statement takes too long. */
export async function fillTransactions(database: SqlDatabase, rows: number): Promise<void> {
  for (let from = 1; from <= rows; from += rowsAtOnce) {
    await database.query(
      `INSERT INTO blnk.transactions (transaction_id, source, destination, description, reference, amount, currency,
       status, hash, created_at, meta_data, precise_amount, precision, parent_transaction, effective_date)
     SELECT 'txn_' || gen_random_uuid(), 'bln_' || i % $3::text::int, 'bln_' || (i * 7) % $3::text::int,
       'Payment ' || i, 'ref_' || i, (i % 100000) / 100.0, (ARRAY['USD','EUR','GBP','JPY','NGN'])[1 + i % 5],
       (ARRAY['APPLIED','QUEUED','APPLIED','INFLIGHT','APPLIED','VOID','APPLIED'])[1 + i % 7],
       md5(i::text) || md5((i + 1)::text), timestamp '2026-01-01' + i * interval '20 seconds',
       jsonb_build_object('order', i, 'kind', (ARRAY['sale','fee','refund'])[1 + i % 3]), i % 100000, 100, '',
       timestamp '2026-01-01' + i * interval '20 seconds'
     FROM generate_series($1::text::int, $2::text::int) AS i`,
      [String(from), String(Math.min(rows, from + rowsAtOnce - 1)), String(balances)],
    );
  }
  await database.query("VACUUM (ANALYZE) blnk.transactions", []);
}

/** So many balances of a hundred ledgers, a third of them with an indicator, and an identity for every tenth. */
export async function fillAccounts(database: SqlDatabase, accounts: number): Promise<void> {
  const statements = [
    `INSERT INTO blnk.ledgers (ledger_id, name, created_at, meta_data)
     SELECT 'ldg_' || i, 'Ledger ' || (i * 37) % 100, timestamp '2026-01-01' + i * interval '1 minute', '{}'
     FROM generate_series($1::text::int, $2::text::int) AS i WHERE i <= 100`,
    `INSERT INTO blnk.identity (identity_id, identity_type, first_name, last_name, email_address, created_at, meta_data)
     SELECT 'idt_' || i, (ARRAY['individual','organization'])[1 + i % 2], 'First ' || i, 'Last ' || (i * 31) % 1000,
       'person' || (i * 7919) % 1000003 || '@example.com', timestamp '2026-01-01' + i * interval '1 minute', '{}'
     FROM generate_series($1::text::int, $2::text::int) AS i WHERE i % 10 = 0`,
    `INSERT INTO blnk.balances (balance_id, indicator, balance, credit_balance, debit_balance, currency, ledger_id,
       identity_id, created_at, meta_data, version, inflight_balance)
     SELECT 'bln_' || i, CASE WHEN i % 3 = 0 THEN 'account-' || (i * 7919) % 1000003 END, (i * 7919) % 1000003 - 500000,
       (i * 7919) % 1000003, 500000, (ARRAY['USD','EUR','GBP','JPY','NGN'])[1 + i % 5], 'ldg_' || 1 + i % 100,
       CASE WHEN i % 10 = 0 THEN 'idt_' || i END, timestamp '2026-01-01' + i * interval '20 seconds',
       jsonb_build_object('name', 'Account ' || i), 1, i % 7
     FROM generate_series($1::text::int, $2::text::int) AS i`,
  ];
  for (const statement of statements)
    for (let from = 1; from <= accounts; from += rowsAtOnce)
      await database.query(statement, [String(from), String(Math.min(accounts, from + rowsAtOnce - 1))]);
  for (const table of ["ledgers", "identity", "balances"])
    await database.query(`VACUUM (ANALYZE) blnk.${table}`, []);
}

/** Three filters each, by the turn they are asked for in. */
export const kindsOfQuery: Readonly<Record<string, (turn: number) => string>> = {
  "status, currency, from a day on": (turn) =>
    `status_eq=APPLIED&currency_eq=USD&created_at_gte=2026-0${1 + (turn % 7)}-0${1 + (turn % 9)}`,
  "balance, status, currency": (turn) =>
    `balance_id_eq=bln_${turn % balances}&status_eq=APPLIED&currency_eq=USD`,
  "source, status, between days": (turn) =>
    `source_eq=bln_${turn % balances}&status_eq=APPLIED&created_at_between=2026-01-01%7C2026-08-0${1 + (turn % 9)}`,
  "currency, status, above an amount": (turn) =>
    `currency_eq=EUR&status_eq=APPLIED&amount_gt=${900 + (turn % 99)}`,
  "metadata, status, currency": (turn) => `meta_data.order_eq=${turn * 77}&status_ne=VOID&currency_ne=NGN`,
  "references, status, currency": (turn) =>
    `reference_in=ref_${turn},ref_${turn * 3},ref_${turn * 5}&status_ne=VOID&currency_ne=NGN`,
};

/** What a person asks of the dashboard's list, and the index that it is found by. */
export type PageOfAPerson = {
  readonly query?: string;
  readonly browsing?: Browsing;
  /** What its plan is held to. */
  readonly index: string;
};

const by = (field: string, direction: "ascending" | "descending") => ({ order: { field, direction } });

/** Of a million rows 134,000, at the far end of what is ordered last first. */
const ofJanuary = "effective_date_gte=2026-01-01T00:00:00Z&effective_date_lte=2026-01-31T23:59:59Z";

/** Each is a first page, unless its name says another. */
export const pagesOfPeople: Readonly<Record<string, PageOfAPerson>> = {
  "newest first": { index: "transactions_created_at" },
  "by creation, oldest first": {
    browsing: by("created_at", "ascending"),
    index: "transactions_created_at",
  },
  "by amount, smallest first": {
    browsing: by("amount", "ascending"),
    index: "transactions_by_amount_over_time",
  },
  "by amount, largest first": {
    browsing: by("amount", "descending"),
    index: "transactions_by_amount_over_time",
  },
  "of one currency by amount": {
    query: "currency_eq=EUR",
    browsing: by("amount", "descending"),
    index: "transactions_by_amount_over_time",
  },
  "by effective date, latest first": {
    browsing: by("effective_date", "descending"),
    index: "transactions_by_effective_date",
  },
  "of a range of amounts": {
    query: "amount_gte=50&amount_lte=50.20",
    index: "transactions_(by_amount_over_time|amounts)",
  },
  "of a range of effective days": {
    query: "effective_date_gte=2026-01-01T12:00:00Z&effective_date_lte=2026-01-01T13:00:00Z",
    index: "transactions_by_effective_date",
  },
  "of some hours by amount": {
    query: "effective_date_gte=2026-01-01T12:00:00Z&effective_date_lte=2026-01-01T13:00:00Z",
    browsing: by("amount", "descending"),
    // Where they are many, their keys are known by then.
    index: "transactions_(by_effective_date|pkey)",
  },
  "of an hour, by reference": {
    query: "effective_date_gte=2026-01-01T12:00:00Z&effective_date_lte=2026-01-01T13:00:00Z",
    browsing: by("reference", "descending"),
    index: "transactions_by_effective_date",
  },
  "of an hour, newest first": {
    query: "effective_date_gte=2026-01-01T12:00:00Z&effective_date_lte=2026-01-01T13:00:00Z",
    index: "transactions_by_effective_date",
  },
  "of a month, by reference": {
    query: ofJanuary,
    browsing: by("reference", "descending"),
    index: "transactions_pkey",
  },
  "of a month, by amount": {
    query: ofJanuary,
    browsing: by("amount", "ascending"),
    index: "transactions_pkey",
  },
  "of a month, newest first": { query: ofJanuary, index: "transactions_pkey" },
  "of a month, by reference, page 101": {
    query: `${ofJanuary}&page=101&pageSize=50`,
    browsing: by("reference", "ascending"),
    index: "transactions_pkey",
  },
  "of a month, by amount, page 101": {
    query: `${ofJanuary}&page=101&pageSize=50`,
    browsing: by("amount", "descending"),
    index: "transactions_pkey",
  },
  "by reference, last first": {
    browsing: by("reference", "descending"),
    index: "transactions_reference_key",
  },
  "found by how a reference begins": {
    browsing: { search: "REF_777" },
    index: "transactions_found_by_reference",
  },
  "of one balance": { query: "balance_id_eq=bln_77", index: "transactions_(source|destination)" },
  "of one balance by effective date": {
    query: "balance_id_eq=bln_77",
    browsing: by("effective_date", "descending"),
    index: "transactions_(source|destination)",
  },
  "rejected ones, of which there are none": { query: "status_eq=REJECTED", index: "transactions_amounts" },
  "found by an id": {
    browsing: { search: "txn_00000000-0000-4000-8000-000000000000" },
    index: "transactions_transaction_id_key",
  },
};

/** Further pages, of lists that are short enough to be put in order when they are asked for. */
const pagesOfAccounts: readonly (readonly [string, DataCollection, string, Browsing])[] = [
  ...(["indicator", "balance", "credit_balance", "inflight_balance", "created_at"] as const).map(
    (field) => [`of balances by ${field}`, "balances", "", by(field, "descending")] as const,
  ),
  ["of balances by a part of an indicator", "balances", "indicator_ilike=%25nt-77%25", {}],
  ["of balances of a ledger by amount", "balances", "ledger_id_eq=ldg_7", by("balance", "ascending")],
  ["of identities by email", "identities", "", by("email_address", "ascending")],
  ["of ledgers by name", "ledgers", "", by("name", "ascending")],
];

/** Sorted milliseconds of one kind of query. */
export async function timePages(
  reader: DataReader,
  query: (turn: number) => string,
  turns: number,
  browsing?: Browsing,
  collection: DataCollection = "transactions",
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const begun = performance.now();
    await reader.list(collection, new URLSearchParams(query(turn)), browsing);
    times.push(performance.now() - begun);
  }
  return times.toSorted((left, right) => left - right);
}

const counted = { countTo: 10_000 };

/** Milliseconds of a page of each kind, counted as the dashboard counts. */
export async function timePagesOfPeople(
  reader: DataReader,
  turns: number,
): Promise<readonly { readonly name: string; readonly times: readonly number[] }[]> {
  const timed: { name: string; times: readonly number[] }[] = [];
  for (const [name, { query = "", browsing }] of Object.entries(pagesOfPeople))
    timed.push({
      name,
      times: await timePages(reader, () => query, turns, { ...browsing, ...counted }),
    });
  for (const [name, collection, query, browsing] of pagesOfAccounts)
    timed.push({
      name,
      times: await timePages(reader, () => query, turns, { ...browsing, ...counted }, collection),
    });
  return timed;
}

async function run(rows: number, engine: string): Promise<void> {
  const place = engine === "embedded" ? await openEmbedded() : await openServer();
  const begun = performance.now();
  await prepareForBrowsing(place.database);
  await fillAccounts(place.database, rows / 10);
  await fillTransactions(place.database, rows);
  process.stdout.write(`${rows} rows in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
  const reader = createDataReader(place.database);
  for (const [name, query] of Object.entries(kindsOfQuery)) {
    const times = await timePages(reader, query, 200);
    const [middle = 0, worst = 0] = [times[100], times[197]];
    process.stdout.write(`${name.padEnd(40)} p50 ${middle.toFixed(2)} ms, p99 ${worst.toFixed(2)} ms\n`);
  }
  for (const { name, times } of await timePagesOfPeople(reader, 20))
    process.stdout.write(
      `${name.padEnd(40)} p50 ${times[10]?.toFixed(2)} ms, worst ${times[19]?.toFixed(2)} ms\n`,
    );
  await place.close();
}

/** A ledger's database, on a server or embedded, until it is closed. */
type Place = { readonly database: SqlDatabase; close(): Promise<void> };

export async function openServer(): Promise<Place> {
  const server = await startPostgres({ settings: { shared_buffers: "512MB" } });
  const url = await server.createDatabase("speed");
  await (await openLedger({ database: { kind: "server", url } })).close();
  const database = await openCoreDatabase(url);
  return {
    database,
    close: async () => {
      await database.close();
      await server.stop();
    },
  };
}

export async function openEmbedded(): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), "annex-data-speed-"));
  const ledger = await openLedger({ database: { kind: "embedded", directory } });
  return {
    database: ledger.database,
    close: async () => {
      await ledger.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

if (import.meta.main) await run(Number(process.argv[2] ?? 1_000_000), process.argv[3] ?? "server");
