/**
 * Random histories against a small model (contract section 20): every answer, every balance and every
 * invariant, with commits, voids, refunds and expiries in any order, singly and of batches, and with many requests at
 * once; on both engines.
 *
 * ANNEX_LEDGER_OPERATIONS sets the number of operations on each; the nightly run takes 1,000,000.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger, LedgerDatabase } from "../src/index.ts";
import {
  type Answered,
  codeOf,
  integerOf,
  makeBalances,
  member,
  openTestLedger,
  randomNumbers,
  send,
  textOf,
} from "./harness.ts";
import { balanceCount, clock, History, operation } from "./history.ts";
import { brokenInvariants } from "./invariants.ts";
import { brokenBatches, type Call, type SentBatch, sendBatch, usualItems } from "./sent-batches.ts";

const lengthOfHistory = 250;
/** An item of a batch is an operation like any other. */
const operationsOfHistory = 500;
/** Gives other crowds when a long run is made in parts. */
const seed = Number(process.env["ANNEX_LEDGER_SEED"] ?? "20261127");

/** How many operations there are, when nobody says otherwise. */
const usualOperations = { embedded: 15_000, server: 5_000 };

function operationsOn(kind: LedgerDatabase["kind"]): number {
  return Number(process.env["ANNEX_LEDGER_OPERATIONS"] ?? usualOperations[kind]);
}

describe.each(["embedded", "server"] as const)("random histories, engine: %s", (kind) => {
  const operations = operationsOn(kind);
  const timeout = 60_000 + operations * 60;
  const faults: unknown[] = [];
  let server: PostgresServer | undefined;
  let ledger: Ledger;

  async function place(): Promise<LedgerDatabase> {
    if (kind === "embedded") return { kind };
    server = await startPostgres();
    return { kind, url: await server.createDatabase("histories") };
  }

  beforeAll(async () => {
    ledger = await openTestLedger(faults, {
      database: await place(),
      clock: () => new Date(clock.present),
      imitated: { secondRefundReapplies: false },
    });
  }, 120_000);

  afterAll(async () => {
    await ledger?.close();
    await server?.stop();
    expect(faults).toEqual([]);
  }, 120_000);

  it(
    "agree with the model, one request after the other",
    async () => {
      const history = fc.array(operation, {
        minLength: lengthOfHistory,
        maxLength: lengthOfHistory,
        size: "max",
      });
      await fc.assert(
        fc.asyncProperty(history, async (steps) => {
          const run = new History(ledger, await makeBalances(ledger, balanceCount));
          for (const step of steps) await run.run(step);
          await run.compare();
        }),
        { numRuns: Math.max(1, Math.round(operations / 10 / operationsOfHistory)), endOnFailure: true },
      );
      expect(await brokenInvariants(ledger.database)).toEqual([]);
    },
    timeout,
  );

  it(
    "lose no update and overdraw nothing when many arrive at once",
    async () => {
      const perRound = 400;
      const operationsOfRound = perRound + 2 * usualItems;
      const rounds = Math.max(1, Math.round(((operations / 10) * 9) / operationsOfRound));
      const balances = await makeBalances(ledger, balanceCount);
      const [first = ""] = balances;
      lastHolds = [];
      await send(ledger, "POST", "/transactions", posting("seed", "@World", first, 100_000n, true));
      const batches: SentBatch[] = [];
      const random = randomNumbers(seed);
      const others = await makeBalances(ledger, 2);
      for (let round = 0; round < rounds; round++) {
        const among = batchesAmong(ledger, others, round, batches, random);
        await Promise.all([crowd(ledger, balances, round, perRound), among]);
      }
      await workOff(ledger);
      expect(await brokenBatches(ledger.database, batches)).toEqual([]);
      expect(await brokenInvariants(ledger.database)).toEqual([]);
      for (const id of balances) {
        const answer = await send(ledger, "GET", `/balances/${id}`);
        const available = integerOf(answer, "balance") - integerOf(answer, "inflight_debit_balance");
        expect(available).toBeGreaterThanOrEqual(0n);
      }
    },
    timeout,
  );
});

/** Work that somebody was in the way of is put off for a while, by a clock that goes only when it is told to. */
async function workOff(ledger: Ledger): Promise<void> {
  const left = async () => {
    clock.present += 600_000;
    await ledger.settle();
    return (await ledger.database.query("SELECT kind, last_error FROM annex.work", [])).length;
  };
  await expect.poll(left, { timeout: 120_000 }).toBe(0);
}

function posting(reference: string, source: string, destination: string, precise: bigint, allow: boolean) {
  return {
    precise_amount: precise,
    precision: 100,
    currency: "USD",
    reference,
    description: "Crowd",
    source,
    destination,
    allow_overdraft: allow,
    skip_queue: true,
  };
}

/** Four hundred requests at once: transfers, holds, and two actions on each hold of the round before. */
let lastHolds: readonly string[] = [];

async function crowd(
  ledger: Ledger,
  balances: readonly string[],
  round: number,
  count: number,
): Promise<void> {
  const holds = lastHolds;
  const requests = Array.from({ length: count }, (_, index) => {
    const source = balances[index % balances.length] ?? "";
    const destination = balances[(index * 7 + round + 1) % balances.length] ?? "";
    // Every fifth reference was used by its neighbour.
    const reference = `crowd-${round}-${index - (index % 5 === 4 ? 1 : 0)}`;
    const hold = holds[index >> 1];
    if (index % 3 === 2 && hold !== undefined) return actOn(ledger, hold, index);
    const body = posting(reference, source, destination, BigInt(1 + ((index * 31 + round) % 997)), false);
    return send(ledger, "POST", "/transactions", { ...body, inflight: index % 4 === 1 });
  });
  const answers = await Promise.all(requests);
  for (const answer of answers) expect(answer.status).toBeLessThan(500);
  lastHolds = answers.flatMap((answer) =>
    answer.status === 201 && textOf(answer, "status") === "INFLIGHT"
      ? [textOf(answer, "transaction_id")]
      : [],
  );
}

function actOn(ledger: Ledger, hold: string, index: number): Promise<Answered> {
  const path = `/transactions/inflight/${hold}`;
  if (index % 2 === 0) return send(ledger, "PUT", path, { status: "void", skip_queue: true });
  const half = index % 4 === 1;
  return send(ledger, "PUT", path, {
    status: "commit",
    skip_queue: true,
    ...(half ? { precise_amount: 1n } : {}),
  });
}

/** A few at once, back and forth between the same two balances. */
async function batchesAmong(
  ledger: Ledger,
  [first = "", second = ""]: readonly string[],
  round: number,
  batches: SentBatch[],
  random: () => number,
): Promise<void> {
  const call: Call = async (method, path, body) => {
    const answer = await send(ledger, method, path, body);
    expect(answer.status).toBeLessThan(500);
    const [batchId, code] = [member(answer.body, "batch_id"), codeOf(answer)];
    return { status: answer.status, batchId: typeof batchId === "string" ? batchId : undefined, code };
  };
  const sender = { call, random, now: () => round, onSent: (batch: SentBatch) => batches.push(batch) };
  await Promise.all([
    sendBatch(sender, `among-${round}-0`, first, second),
    sendBatch(sender, `among-${round}-1`, second, first),
  ]);
}
