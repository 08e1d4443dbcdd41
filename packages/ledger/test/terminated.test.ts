/**
 * PostgreSQL ends connections under load. The process used to end with them, or calls hung for half a minute, and
 * what was answered was sometimes lost. Now every call is answered in time, and an answer is the truth.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger } from "../src/index.ts";
import { makeBalances, openTestLedger, send } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";

const connections = 12;
const rounds = Number(process.env["ANNEX_LEDGER_TERMINATIONS"] ?? "15");

const faults: unknown[] = [];
let server: PostgresServer;
let ledger: Ledger;
let operator: Client;

beforeAll(async () => {
  server = await startPostgres();
  const url = await server.createDatabase("terminated");
  ledger = await openTestLedger(faults, { database: { kind: "server", url } });
  operator = new Client(url);
  await operator.connect();
}, 120_000);

afterAll(async () => {
  await ledger.close();
  await operator.end();
  await server.stop();
}, 60_000);

interface Sent {
  readonly reference: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** Ends every connection of the ledger's, `rounds` times, with postings on their way; some are answered in between. */
async function terminateAgainAndAgain(sent: readonly Sent[]): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const before = sent.length;
    while (sent.length < before + connections) await wait(5);
    await operator.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'annex-ledger'",
    );
  }
}

it(
  "answers every call in time while its connections are ended, and keeps what it answered",
  async () => {
    const balances = await makeBalances(ledger, 6);
    const sent: Sent[] = [];
    let ending = false;
    const post = async (name: number) => {
      for (let count = 0; !ending; count++) {
        const reference = `terminated-${name}-${count}`;
        const started = performance.now();
        const { status } = await send(ledger, "POST", "/transactions", {
          precise_amount: 1n,
          precision: 100,
          currency: "USD",
          reference,
          description: "Terminated",
          source: balances[name % balances.length],
          destination: balances[(name + 1) % balances.length],
          allow_overdraft: true,
          skip_queue: count % 2 === 0,
        });
        sent.push({ reference, status, milliseconds: performance.now() - started });
      }
    };
    const posters = Array.from({ length: connections }, (_, name) => post(name));
    await terminateAgainAndAgain(sent);
    ending = true;
    await Promise.all(posters);
    await ledger.settle();

    const rows = await ledger.database.query("SELECT reference FROM blnk.transactions", []);
    const stored = new Set(rows.map((row) => String(row["reference"])));
    const answered = sent.filter(({ status }) => status === 201);
    expect(answered.length).toBeGreaterThan(rounds);
    expect(answered.filter(({ reference }) => !stored.has(reference))).toEqual([]);
    expect(
      new Set(sent.map(({ status }) => status).filter((status) => status !== 201 && status !== 500)),
    ).toEqual(new Set());
    expect(Math.max(...sent.map(({ milliseconds }) => milliseconds))).toBeLessThan(15_000);
    expect(await brokenInvariants(ledger.database)).toEqual([]);
  },
  60_000 + rounds * 2000,
);
