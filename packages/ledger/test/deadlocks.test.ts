/**
 * Two ledgers, processes of their own, want the same things in opposite orders: balances, references, internal balances
 * that are new. Each statement takes them in one order, so neither ever has what the other waits for:
 * PostgreSQL, which counts each circle that it has to break, counts none.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import { openLedger } from "../src/index.ts";
import type { SqlDatabase } from "../src/store/database.ts";
import { mergeTransactionMetadata } from "../src/store/metadata.ts";
import { markNext } from "../src/store/reconciliations.ts";
import { migrate } from "../src/store/schema.ts";
import { openServerDatabase } from "../src/store/server.ts";
import { makeBalances } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";
import { readyUrl } from "./kill.ts";

const rounds = 12;
const postersEach = 6;
/** Enough for two parts. */
const itemsOfBatch = 90;

let server: PostgresServer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  // A circle is looked for as soon as somebody waits, not a second later.
  server = await startPostgres({ settings: { deadlock_timeout: "10ms" } });
}, 120_000);

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await server.stop();
}, 60_000);

async function startProcess(url: string): Promise<string> {
  const program = join(import.meta.dirname, "kill-child.ts");
  const database = JSON.stringify({ kind: "server", url });
  const child = spawn(process.execPath, [program, database], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return readyUrl(child);
}

/** The two ledgers and balances that both know. */
interface Scene {
  readonly first: string;
  readonly second: string;
  readonly balances: readonly string[];
}

/** Lets two ledgers do what they want on one database, and tells how many circles PostgreSQL had to break. */
async function circlesOf(name: string, act: (scene: Scene) => Promise<void>): Promise<string> {
  const url = await server.createDatabase(name);
  const ledger = await openLedger({ database: { kind: "server", url } });
  const [first, second] = await Promise.all([startProcess(url), startProcess(url)]);
  await act({ first, second, balances: await makeBalances(ledger, 5) });
  expect(await brokenInvariants(ledger.database)).toEqual([]);
  await ledger.close();
  await Promise.all(children.splice(0).map(ends));
  return countedCircles(url);
}

async function ends(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function countedCircles(url: string): Promise<string> {
  const operator = new Client(url);
  await operator.connect();
  // A connection that has ended has told all that it counted.
  const connected =
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'annex-ledger' AND datname = current_database()";
  await expect.poll(async () => (await operator.query(connected)).rowCount, { timeout: 30_000 }).toBe(0);
  const { rows } = await operator.query<{ readonly deadlocks: string }>(
    "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
  );
  await operator.end();
  return rows[0]?.deadlocks ?? "unknown";
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(to: string, path: string, body: object): Promise<Answer> {
  const method = path.startsWith("/transactions/inflight") ? "PUT" : "POST";
  const answer = await fetch(`${to}${path}`, { method, body: JSON.stringify(body) });
  return { status: answer.status, text: await answer.text() };
}

/** Asks for something to be made, and tells its id. */
async function made(to: string, path: string, idName: string, body: object): Promise<string> {
  const { status, text } = await ask(to, path, body);
  expect([status, text]).toEqual([expect.toSatisfy((code) => code < 300), text]);
  return (JSON.parse(text) as Readonly<Record<string, string>>)[idName] ?? "";
}

const post = (to: string, path: string, body: object) => made(to, path, "batch_id", body);

const common = {
  precise_amount: 1,
  precision: 100,
  currency: "USD",
  description: "Circle",
  allow_overdraft: true,
  skip_queue: true,
};

/** What one of the two sends; the other sends the same between the same balances, the other way round. */
async function postAmong(to: string, name: string, balances: readonly string[]): Promise<void> {
  const between = (from: number, reference: string) => {
    const [source, destination] = [balances[from % balances.length], balances[(from + 1) % balances.length]];
    return { ...common, reference, source, destination };
  };
  const items = (batch: string) =>
    Array.from({ length: itemsOfBatch }, (_, index) => between(index, `${name}-${batch}-${index}`));
  const singles = async (poster: number) => {
    for (let round = 0; round < rounds; round++)
      await post(to, "/transactions", between(poster, `${name}-${poster}-${round}`));
  };
  const batches = async () => {
    for (let round = 0; round < rounds / 4; round++) {
      await post(to, "/transactions/bulk", {
        transactions: items(`applied-${round}`),
        skip_queue: true,
        atomic: true,
      });
      const holds = { transactions: items(`held-${round}`), skip_queue: true, inflight: true };
      const id = await post(to, "/transactions/bulk", holds);
      await post(to, `/transactions/inflight/${id}`, { status: "commit", skip_queue: true });
    }
  };
  await Promise.all([batches(), ...Array.from({ length: postersEach }, (_, poster) => singles(poster))]);
}

it("wait for each other in no circle, whatever they post between the same balances", async () => {
  const circles = await circlesOf("balances", async ({ first, second, balances }) => {
    await Promise.all([
      postAmong(first, "there", balances),
      postAmong(second, "back", balances.toReversed()),
    ]);
  });
  expect(circles).toBe("0");
}, 120_000);

/** As many as share a commit. */
const itemsOfCommit = 64;

/** A batch of items by number; the other way round for the other of the two. */
function batchOf(item: (number: number) => object, isReversed: boolean) {
  const items = Array.from({ length: itemsOfCommit }, (_, number) => ({ ...common, ...item(number) }));
  return { transactions: isReversed ? items.toReversed() : items, skip_queue: true };
}

it("take the same references in no circle: one gets all of them, the other is refused as by a used one", async () => {
  const circles = await circlesOf("refs", async ({ first, second, balances: [a, b, c, d] }) => {
    for (let round = 0; round < rounds; round++) {
      const reference = (number: number) => `both-${round}-${number}`;
      const here = batchOf((number) => ({ reference: reference(number), source: a, destination: b }), false);
      const there = batchOf((number) => ({ reference: reference(number), source: c, destination: d }), true);
      const answers = await Promise.all([
        ask(first, "/transactions/bulk", here),
        ask(second, "/transactions/bulk", there),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    }
  });
  expect(circles).toBe("0");
}, 120_000);

it("make the same internal balances in no circle", async () => {
  const circles = await circlesOf("internals", async ({ first, second, balances: [a, b] }) => {
    for (let round = 0; round < rounds; round++) {
      const batch = (name: string, destination: string | undefined, isReversed: boolean) =>
        batchOf(
          (number) => ({
            reference: `${name}-${round}-${number}`,
            source: `@both-${round}-${number}`,
            destination,
          }),
          isReversed,
        );
      await Promise.all([
        post(first, "/transactions/bulk", batch("there", a, false)),
        post(second, "/transactions/bulk", batch("back", b, true)),
      ]);
    }
  });
  expect(circles).toBe("0");
}, 120_000);

describe("rows of transactions", () => {
  const rows = 10;
  const parent = "txn_parent";

  /**
   * Rows whose lowest one is the last in every other order: in the table, and among a run's matches. They are found by
   * index, in a loop, as in large books.
   */
  async function makeRows(operator: Client): Promise<void> {
    await operator.query(
      `INSERT INTO blnk.transactions (transaction_id, parent_transaction, amount)
       SELECT 'txn_' || number, '${parent}', 1 FROM generate_series(1, ${rows}) AS number`,
    );
    await operator.query("UPDATE blnk.transactions SET source = 'moved' WHERE transaction_id = 'txn_1'");
    await operator.query(
      `INSERT INTO blnk.matches (external_transaction_id, internal_transaction_id, reconciliation_id, amount, date)
       SELECT 'ext_' || number, 'txn_' || number, 'recon', 1, now() FROM generate_series(${rows}, 1, -1) AS number`,
    );
  }

  it.each([
    [
      "marks_of_a_run",
      async (database: SqlDatabase) => void (await markNext(database, "recon", "0", "2026-01-01T00:00:00Z")),
    ],
    [
      "merged_keys",
      async (database: SqlDatabase) => void (await mergeTransactionMetadata(database, parent, { a: 1 })),
    ],
  ])(
    "are taken in the order of their numbers: %s",
    async (name, change) => {
      const url = await server.createDatabase(name);
      const setUp = await openServerDatabase(url);
      await migrate(setUp);
      await setUp.execute(
        ["seqscan", "hashjoin", "mergejoin"]
          .map((way) => `ALTER DATABASE ${name} SET enable_${way} = off`)
          .join("; "),
      );
      await setUp.close();
      const operator = new Client(url);
      await operator.connect();
      const database = await openServerDatabase(url, { lockMilliseconds: 60_000 });
      await makeRows(operator);
      await operator.query("BEGIN");
      await operator.query("SELECT 1 FROM blnk.transactions WHERE transaction_id = 'txn_1' FOR UPDATE");
      const changing = database.transaction(change);
      const waiting =
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
      await expect.poll(async () => (await operator.query(waiting)).rowCount, { timeout: 30_000 }).toBe(1);
      // Who waits for the first one has none of the others.
      const free = await operator.query("SELECT 1 FROM blnk.transactions FOR UPDATE SKIP LOCKED");
      expect(free.rowCount).toBe(rows);
      await operator.query("ROLLBACK");
      await changing;
      const { rowCount } = await operator.query(
        "SELECT 1 FROM blnk.transactions WHERE meta_data IS NOT NULL",
      );
      expect(rowCount).toBe(rows);
      await operator.end();
      await database.close();
    },
    60_000,
  );
});
