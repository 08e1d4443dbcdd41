/**
 * Two ledgers, processes of their own, post between the same balances in opposite directions and orders. Each statement
 * takes its balances in the order of their ids, so neither ever has what the other waits for: PostgreSQL, which counts
 * each circle that it has to break, counts none.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import { openLedger } from "../src/index.ts";
import { makeBalances } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";
import { readyUrl } from "./kill.ts";

const rounds = 12;
const postersEach = 6;
/** Enough for two parts. */
const itemsOfBatch = 90;

let server: PostgresServer;
let url: string;
let operator: Client;
const children: ChildProcess[] = [];

beforeAll(async () => {
  // A circle is looked for as soon as somebody waits, not a second later.
  server = await startPostgres({ settings: { deadlock_timeout: "10ms" } });
  url = await server.createDatabase("deadlocks");
  operator = new Client(url);
  await operator.connect();
}, 120_000);

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await operator.end();
  await server.stop();
}, 60_000);

async function startProcess(): Promise<string> {
  const program = join(import.meta.dirname, "kill-child.ts");
  const database = JSON.stringify({ kind: "server", url });
  const child = spawn(process.execPath, [program, database], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return readyUrl(child);
}

async function post(to: string, path: string, body: object): Promise<string> {
  const method = path.startsWith("/transactions/inflight") ? "PUT" : "POST";
  const answer = await fetch(`${to}${path}`, { method, body: JSON.stringify(body) });
  const text = await answer.text();
  expect([answer.status, text]).toEqual([expect.toSatisfy((status) => status < 300), text]);
  return (JSON.parse(text) as { readonly batch_id?: string }).batch_id ?? "";
}

/** What one of the two sends; the other sends the same between the same balances, the other way round. */
async function postAmong(to: string, name: string, balances: readonly string[]): Promise<void> {
  const common = {
    precise_amount: 1,
    precision: 100,
    currency: "USD",
    description: "Circle",
    allow_overdraft: true,
  };
  const between = (from: number, reference: string) => {
    const [source, destination] = [balances[from % balances.length], balances[(from + 1) % balances.length]];
    return { ...common, reference, source, destination, skip_queue: true };
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

async function ends(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

it("wait for each other in no circle, whatever they post between the same balances", async () => {
  const [first, second] = await Promise.all([startProcess(), startProcess()]);
  const ledger = await openLedger({ database: { kind: "server", url } });
  const balances = await makeBalances(ledger, 5);
  await Promise.all([postAmong(first, "there", balances), postAmong(second, "back", balances.toReversed())]);
  expect(await brokenInvariants(ledger.database)).toEqual([]);
  await ledger.close();
  await Promise.all(children.map(ends));
  // A connection that has ended has told all that it counted.
  const connected = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'annex-ledger'";
  await expect.poll(async () => (await operator.query(connected)).rowCount, { timeout: 30_000 }).toBe(0);
  const { rows } = await operator.query(
    "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
  );
  expect(rows).toEqual([{ deadlocks: "0" }]);
}, 120_000);
