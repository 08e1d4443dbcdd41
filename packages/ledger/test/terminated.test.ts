/**
 * PostgreSQL ends connections under load, or is itself ended in the middle: a backend that is killed takes all others
 * with it, and the server recovers. The process used to end with them, or calls hung for half a minute, and what was
 * answered was sometimes lost. Now every call is answered in time, an answer is the truth, and the ledger goes on by
 * itself.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger } from "../src/index.ts";
import { codeOf, makeBalances, member, openTestLedger, randomNumbers, send } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";
import { brokenBatches, type Call, type SentBatch, sendBatch } from "./sent-batches.ts";

const connections = 12;
const batchConnections = 3;
const rounds = Number(process.env["ANNEX_LEDGER_TERMINATIONS"] ?? "15");

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
}, 120_000);

afterAll(() => server.stop(), 60_000);

interface Sent {
  readonly reference: string;
  readonly status: number;
  readonly milliseconds: number;
}

const ours = "application_name = 'annex-ledger'";

/** Ends every connection of the ledger's; which there were. */
async function terminate(operator: Client): Promise<readonly number[]> {
  const { rows } = await operator.query<{ pid: number }>(
    `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours}`,
  );
  return rows.map(({ pid }) => pid);
}

/** Kills one process of the server's that works for the ledger; the operator's own connection ends as well. */
async function kill(operator: Client): Promise<readonly number[]> {
  const { rows } = await operator.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE ${ours} ORDER BY state = 'active' DESC, random() LIMIT 1`,
  );
  return rows.map(({ pid }) => pid).filter(isKilled);
}

/** False where the process ended by itself meanwhile. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as { readonly code?: string }).code === "ESRCH") return false;
    throw error;
  }
}

/** Ends connections, which the ledger may have to open first, and waits until they are gone. */
async function endSome(url: string, end: (operator: Client) => Promise<readonly number[]>): Promise<void> {
  for (;;) {
    const ended = await asOperator(url, end);
    if (ended.length === 0) continue;
    while (await asOperator(url, (operator) => isAnyThere(operator, ended))) await wait(5);
    return;
  }
}

async function isAnyThere(operator: Client, pids: readonly number[]): Promise<boolean> {
  const { rows } = await operator.query("SELECT 1 FROM pg_stat_activity WHERE pid = ANY($1)", [pids]);
  return rows.length > 0;
}

/** A server that recovers lets nobody in; a connection may end while it is asked. */
async function asOperator<Seen>(url: string, act: (operator: Client) => Promise<Seen>): Promise<Seen> {
  for (;;) {
    const operator = new Client(url);
    operator.on("error", () => {});
    try {
      await operator.connect();
      return await act(operator);
    } catch (error) {
      if (!isAway(error)) throw error;
      await wait(20);
    } finally {
      await operator.end().catch(() => {});
    }
  }
}

function isAway(error: unknown): boolean {
  const { code = "", message = "" } = error as { readonly code?: string; readonly message?: string };
  return code.startsWith("57P") || code.startsWith("ECONN") || message.includes("Connection terminated");
}

describe.each([
  ["terminated", terminate, [201, 500]],
  // Or what Core gives whose balances stayed locked: a process may hang with them while the server recovers.
  ["killed", kill, [201, 423, 500]],
] as const)("while PostgreSQL's processes are %s", (name, end, allowed) => {
  it(
    "the ledger answers every call in time, keeps what it answered, and goes on by itself",
    async () => {
      const url = await server.createDatabase(name);
      const ledger = await openTestLedger([], { database: { kind: "server", url } });
      const balances = await makeBalances(ledger, 6);
      const sent: Sent[] = [];
      const batches: SentBatch[] = [];
      let ending = false;
      const post = async (poster: number) => {
        for (let count = 0; !ending; count++) {
          const reference = `${name}-${poster}-${count}`;
          const started = performance.now();
          const { status } = await send(ledger, "POST", "/transactions", {
            precise_amount: 1n,
            precision: 100,
            currency: "USD",
            reference,
            description: "Ended",
            source: balances[poster % balances.length],
            destination: balances[(poster + 1) % balances.length],
            allow_overdraft: true,
            skip_queue: count % 2 === 0,
          });
          sent.push({ reference, status, milliseconds: performance.now() - started });
        }
      };
      const call: Call = async (method, path, body) => {
        const answer = await send(ledger, method, path, body);
        const batchId = member(answer.body, "batch_id");
        return {
          status: answer.status,
          batchId: batchId === null ? undefined : String(batchId),
          code: codeOf(answer),
        };
      };
      const sender = {
        call,
        random: randomNumbers(20_261_129),
        now: () => 0,
        onSent: (batch: SentBatch) => batches.push(batch),
      };
      const sendBatches = async (poster: number) => {
        const [from = "", to = ""] = [balances[poster], balances[poster + 1]];
        for (let count = 0; !ending; count++)
          await sendBatch(sender, `${name}-batch-${poster}-${count}`, from, to);
      };
      const posters = [
        ...Array.from({ length: connections }, (_, poster) => post(poster)),
        ...Array.from({ length: batchConnections }, (_, poster) => sendBatches(poster)),
      ];
      const made = () => sent.filter(({ status }) => status === 201).length;
      for (let round = 0; round < rounds; round++) {
        await endSome(url, end);
        const before = made();
        // It has to have come back by itself, without anybody's help.
        while (made() < before + connections) await wait(5);
      }
      ending = true;
      await Promise.all(posters);
      await workOff(ledger);

      const rows = await ledger.database.query("SELECT reference FROM blnk.transactions", []);
      const stored = new Set(rows.map((row) => String(row["reference"])));
      const answered = sent.filter(({ status }) => status === 201);
      expect(answered.length).toBeGreaterThan(rounds);
      expect(answered.filter(({ reference }) => !stored.has(reference))).toEqual([]);
      expect(await brokenBatches(ledger.database, batches)).toEqual([]);
      expect(allowed).toEqual(expect.arrayContaining([...new Set(sent.map(({ status }) => status))]));
      expect(Math.max(...sent.map(({ milliseconds }) => milliseconds))).toBeLessThan(15_000);
      expect(await brokenInvariants(ledger.database)).toEqual([]);
      await ledger.close();
    },
    60_000 + rounds * 4000,
  );
});

/** Work that failed is put off for a while; nobody waits for that here. */
async function workOff(ledger: Ledger): Promise<void> {
  const left = async () => {
    await ledger.database.query(
      "UPDATE annex.work SET due_at = now() - interval '1 day', leased_until = NULL",
      [],
    );
    await ledger.settle();
    return (await ledger.database.query("SELECT 1 FROM annex.work", [])).length;
  };
  await expect.poll(left, { timeout: 60_000 }).toBe(0);
}
