/**
 * What a balance had at a time, in long histories: right under any dates, on both engines, while rows are being
 * written, and told without reading the history. The middle of 100,000 rows once took half a second.
 */
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger, LedgerDatabase } from "../src/index.ts";
import { createSettledRows, sumUp } from "../src/store/balance-periods.ts";
import type { TransactionalDatabase } from "../src/store/database.ts";
import { makeBalances, openTestLedger, send, textOf } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";

const long = 5_000;
let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
}, 120_000);

afterAll(() => server.stop(), 60_000);

const engines: readonly [string, () => Promise<LedgerDatabase>][] = [
  ["in this process", async () => ({ kind: "embedded" })],
  ["on a server", async () => ({ kind: "server", url: await server.createDatabase("balance_at") })],
];

describe.each(engines)("%s", (_, where) => {
  const faults: unknown[] = [];
  let ledger: Ledger;
  let database: TransactionalDatabase;
  let place: LedgerDatabase;
  let balances: readonly string[];

  beforeAll(async () => {
    place = await where();
    ledger = await openTestLedger(faults, { database: place });
    database = ledger.database as TransactionalDatabase;
    balances = await makeBalances(ledger, 3);
    await fill(balances[0] ?? "", balances[1] ?? "");
  }, 120_000);

  afterAll(async () => {
    await ledger.close();
    expect(faults).toEqual([]);
  });

  /** A row a minute; every third is dated elsewhere, and every twentieth of all on one and the same day. */
  async function fill(source: string, destination: string): Promise<void> {
    await database.query(
      `INSERT INTO blnk.transactions (transaction_id, source, destination, reference, amount, precise_amount, currency,
         status, created_at, effective_date, meta_data)
       SELECT 'txn_' || gen_random_uuid(), CASE WHEN i % 7 = 0 THEN $2 ELSE $1 END,
         CASE WHEN i % 7 = 0 THEN $1 ELSE $2 END, 'long-' || i, i, i, 'USD',
         CASE WHEN i % 11 = 0 THEN 'REJECTED' ELSE 'APPLIED' END, timestamp '2025-01-01' + i * interval '1 minute',
         CASE WHEN i % 5 < 2 THEN timestamp '2024-06-01' WHEN i % 3 = 0 THEN timestamp '2024-01-01' + (i * 7919 % 600000) * interval '1 minute'
           WHEN i % 3 = 1 THEN timestamp '2025-01-01' + i * interval '1 minute' END, '{}'
       FROM generate_series(1, ${long}) AS i`,
      [source, destination],
    );
    await database.query(
      `UPDATE blnk.balances b SET version = ${long},
         credit_balance = (SELECT coalesce(sum(precise_amount), 0) FROM blnk.transactions WHERE destination = balance_id AND status = 'APPLIED'),
         debit_balance = (SELECT coalesce(sum(precise_amount), 0) FROM blnk.transactions WHERE source = balance_id AND status = 'APPLIED')
       WHERE balance_id IN ($1, $2)`,
      [source, destination],
    );
    await database.query("UPDATE blnk.balances SET balance = credit_balance - debit_balance", []);
    await database.query("ANALYZE blnk.transactions", []);
  }

  async function sumAll(): Promise<void> {
    const settledRows = createSettledRows();
    const [row] = await database.query("SELECT max(id)::text AS highest FROM blnk.transactions", []);
    const highest = BigInt(String(row?.["highest"]));
    let settled = await settledRows(database);
    while (settled < highest) settled = await settledRows(database);
    const isSummed = async () => {
      const [summed] = await database.query("SELECT summed_to::text AS until FROM annex.summed", []);
      return BigInt(String(summed?.["until"])) >= highest;
    };
    // The ledger's own upkeep may be at it as well.
    while (!(await isSummed())) await sumUp(database, settled);
  }

  const times = [
    "2023-12-31T23:59:59Z",
    "2024-05-31T23:59:59.999999Z",
    "2024-06-01T00:00:00Z",
    "2024-06-01T00:00:00.000001Z",
    "2024-09-17T11:07:00Z",
    "2025-01-04T18:20:00Z",
    "2025-01-04T18:20:30Z",
    "2025-03-01T00:00:00Z",
    "2099-01-01T00:00:00Z",
  ];

  /** By the contract's own words: a plain sum over the rows, for each balance and time. */
  function sumsOfRows() {
    return database.query(
      `SELECT b.id, n.at, coalesce(sum(precise_amount) FILTER (WHERE destination = b.id), 0)::text AS credit,
         coalesce(sum(precise_amount) FILTER (WHERE source = b.id), 0)::text AS debit
       FROM unnest($1::text[]) AS b (id) CROSS JOIN unnest($2::text[]) AS n (at)
       LEFT JOIN blnk.transactions ON b.id IN (source, destination) AND status = 'APPLIED'
         AND coalesce(effective_date, created_at) > '0001-01-01'
         AND coalesce(effective_date, created_at) <= n.at::timestamp
       GROUP BY b.id, n.at ORDER BY b.id, n.at::timestamp`,
      [balances, times],
    );
  }

  async function compare(): Promise<void> {
    const told: object[] = [];
    for (const id of [...balances].sort()) {
      for (const at of times) {
        const answer = await send(ledger, "GET", `/balances/${id}/at?from_source=true&timestamp=${at}`);
        const { balance } = answer.body as { balance: { credit_balance: bigint; debit_balance: bigint } };
        told.push({ id, at, credit: String(balance.credit_balance), debit: String(balance.debit_balance) });
      }
    }
    expect(told).toEqual(await sumsOfRows());
  }

  async function post(reference: string, more: object = {}): Promise<string> {
    const [source, destination] = balances;
    const answer = await send(ledger, "POST", "/transactions", {
      precise_amount: 5n,
      precision: 100,
      currency: "USD",
      reference,
      description: "At",
      source,
      destination,
      allow_overdraft: true,
      skip_queue: true,
      ...more,
    });
    expect(answer.status).toBe(201);
    return textOf(answer, "transaction_id");
  }

  it("tells the sum of the rows: before anything is summed up, after it, and with what has come in since", async () => {
    await compare();
    await sumAll();
    await compare();
    expect(await brokenInvariants(database)).toEqual([]);
    const applied = await post("backdated", { effective_date: "2024-06-01T00:00:00Z" });
    await post("zero", { effective_date: "0001-01-01T00:00:00Z" });
    await post("to-come", { effective_date: "2098-01-01T00:00:00Z" });
    const held = await post("held", { inflight: true, effective_date: "2024-03-01T00:00:00Z" });
    const voided = await post("voided", { inflight: true });
    const settle = (id: string, status: string) =>
      send(ledger, "PUT", `/transactions/inflight/${id}`, { status, skip_queue: true });
    expect((await settle(held, "commit")).status).toBe(200);
    expect((await settle(voided, "void")).status).toBe(200);
    expect((await send(ledger, "POST", `/refund-transaction/${applied}`, { skip_queue: true })).status).toBe(
      201,
    );
    await compare();
    await sumAll();
    await compare();
    expect(await brokenInvariants(database)).toEqual([]);
  }, 120_000);

  it("reads a period of the history and not the history", async () => {
    await sumAll();
    const seen: string[] = [];
    const watched = {
      query: async (sql: string, parameters: readonly unknown[]) => {
        seen.push(sql);
        return database.query(sql, parameters);
      },
    };
    const { appliedTotals } = await import("../src/store/balance-history.ts");
    const parameters = [balances[0] ?? "", "0001-01-01 00:00:00", "2025-01-04 18:20:30"] as const;
    await appliedTotals(watched, ...parameters);
    expect(seen.length).toBe(1);
    const [plan] = await database.query(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${seen[0]}`, parameters);
    const rows = rowsRead(plan?.["QUERY PLAN"]);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(2_500);
  }, 60_000);

  it("goes on after a restart, and sums up a directory's old books from their first row", async () => {
    if (place.kind !== "server") return;
    await database.query("DELETE FROM annex.balance_periods", []);
    await database.query("UPDATE annex.summed SET summed_to = 0", []);
    await ledger.close();
    ledger = await openTestLedger(faults, { database: place });
    database = ledger.database as TransactionalDatabase;
    await compare();
    await sumAll();
    await compare();
    expect(await brokenInvariants(database)).toEqual([]);
  }, 60_000);
});

/** Rows that came out of tables and indexes, also those that a condition threw away. */
function rowsRead(plan: unknown): number {
  let rows = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const node = value as Record<string, unknown>;
    if (node["Relation Name"] !== undefined) {
      const each = Number(node["Actual Rows"] ?? 0) + Number(node["Rows Removed by Filter"] ?? 0);
      rows += each * Number(node["Actual Loops"] ?? 1);
    }
    for (const member of Object.values(node)) visit(member);
  };
  visit(typeof plan === "string" ? JSON.parse(plan) : plan);
  return rows;
}

it("sums up no row that is behind one which is not committed yet", async () => {
  const url = await server.createDatabase("slow_writer");
  const ledger = await openTestLedger([], { database: { kind: "server", url } });
  const database = ledger.database as TransactionalDatabase;
  const slow = new Client({ connectionString: url });
  await slow.connect();
  const insert = "INSERT INTO blnk.transactions (transaction_id, status) VALUES ($1, 'APPLIED')";
  await slow.query("BEGIN");
  await slow.query(insert, ["slow"]);
  await database.query(insert, ["fast"]);
  const settledRows = createSettledRows();
  expect(await settledRows(database)).toBe(0n);
  expect(await settledRows(database)).toBe(0n);
  await slow.query("COMMIT");
  await slow.end();
  expect(await settledRows(database)).toBe(2n);
  await ledger.close();
}, 60_000);
