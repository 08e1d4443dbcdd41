/**
 * What a ledger bears besides its usual load: how long others wait beside a batch of 10,000, how soon it is there again
 * after a kill, what a large reconciliation takes, and what is asked of a long history. Each is held against a bound of
 * its own; where there is something to compare with, against that.
 */

import { startPostgres } from "../../../tests/support/postgres-server.ts";
import { ask, type LoadAnswer, load } from "../http/load.ts";
import type { SuiteOptions } from "../options.ts";
import { type Bound, median, type Row } from "../report.ts";
import { batchOf } from "./batch.ts";
import {
  createBalances,
  type LedgerUnderTest,
  posting,
  startFilledLedger,
  startLedger,
  startLedgerOnServer,
} from "./ledger-process.ts";

const historyRows = 100_000;
const externalRows = 10_000;
/** Enough for several segments of the log. */
const batchesBeforeKill = 3;

export async function runBadDays({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  return [
    ...(await besideABatchEmbedded(rounds, seconds)),
    ...(await besideABatchOnServer(rounds, seconds)),
    await afterAKill(rounds),
    ...(await ofALongHistory(rounds, seconds)),
    ...(await reconciliations(rounds)),
  ];
}

function row(
  what: string,
  against: string,
  ours: readonly number[],
  ratios: readonly number[],
  bound: Row["target"],
  unit: string,
  floor: Bound,
): Row {
  return { what, against, ours, ratios, unit, target: bound, floor };
}

/** Milliseconds of the slowest of a hundred postings of somebody else's: alone, and while a batch is made. */
type Neighbour = { readonly alone: number; readonly beside: number };

async function neighbour({ port }: LedgerUnderTest, seconds: number): Promise<Neighbour> {
  const [from = "", to = "", source = "", destination = ""] = await createBalances(port, 4);
  const aloneUntil = performance.now() + seconds * 1000;
  const alone = await slowest(port, from, to, () => performance.now() >= aloneUntil);
  let isOver = false;
  const batch = ask(port, batchOf(10_000, source, destination)).finally(() => {
    isOver = true;
  });
  const beside = await slowest(port, from, to, () => isOver);
  isMade(await batch);
  return { alone, beside };
}

/** Posts one after the other, each on a connection of its own as one who posts now and then does. */
async function slowest(port: number, from: string, to: string, isOver: () => boolean): Promise<number> {
  const times: number[] = [];
  while (!isOver()) {
    const started = performance.now();
    isMade(await ask(port, posting(from, to, false)));
    times.push(performance.now() - started);
  }
  times.sort((left, right) => left - right);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

function isMade({ status, body }: LoadAnswer): void {
  if (status !== 201) throw new Error(`A posting answered ${status}: ${body}`);
}

function neighbourRows(
  engine: string,
  measured: readonly Neighbour[],
  bound: Bound,
  floor: Bound,
): readonly Row[] {
  const beside = measured.map((each) => each.beside);
  const ratios = measured.map((each) => each.beside / each.alone);
  const what = `${engine}: another's posting beside a batch of 10,000, p99`;
  return [
    row(what, "(no ratio)", beside, beside, bound, "ms", floor),
    row(what, "alone", beside, ratios, { atMost: 15 }, "ms", { atMost: 60 }),
  ];
}

async function besideABatchEmbedded(rounds: number, seconds: number): Promise<readonly Row[]> {
  const measured: Neighbour[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const ledger = await startLedger();
    measured.push(await neighbour(ledger, seconds));
    await ledger.end();
  }
  return neighbourRows("embedded", measured, { atMost: 100 }, { atMost: 500 });
}

async function besideABatchOnServer(rounds: number, seconds: number): Promise<readonly Row[]> {
  const server = await startPostgres({ durable: true, settings: { shared_buffers: "256MB" } });
  try {
    const measured: Neighbour[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const ledger = await startLedgerOnServer(await server.createDatabase(`beside_${round}`));
      measured.push(await neighbour(ledger, seconds));
      await ledger.end();
    }
    return neighbourRows("PostgreSQL", measured, { atMost: 50 }, { atMost: 100 });
  } finally {
    await server.stop();
  }
}

async function afterAKill(rounds: number): Promise<Row> {
  const killed: number[] = [];
  const stopped: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const ledger = await startLedger();
    const [source = "", destination = ""] = await createBalances(ledger.port, 2);
    for (let count = 0; count < batchesBeforeKill; count += 1)
      isMade(await ask(ledger.port, batchOf(10_000, source, destination)));
    await ledger.kill();
    const again = await startLedger(ledger.directory);
    killed.push(again.startMilliseconds);
    await again.end("keep the books");
    const orderly = await startLedger(ledger.directory);
    stopped.push(orderly.startMilliseconds);
    await orderly.end();
  }
  const ratios = killed.map((milliseconds, index) => milliseconds / (stopped[index] ?? Number.NaN));
  const what = `there again after SIGKILL, ${batchesBeforeKill * 10_000} transactions`;
  // Four seconds whatever the ratio: an orderly start takes one.
  return row(what, "after an orderly end", killed, ratios, { atMost: 2 }, "ms", {
    atMost: 4000 / median(stopped),
  });
}

async function ofALongHistory(rounds: number, seconds: number): Promise<readonly Row[]> {
  const ledger = await startFilledLedger(historyRows, "one pair");
  try {
    const middle = new Date(Date.UTC(2026, 0, 1) + (historyRows / 2) * 1000).toISOString();
    const questions = {
      at: { path: `/at?timestamp=${middle}`, credit: historyRows / 2 },
      with_queued: { path: "?with_queued=true", credit: historyRows },
    };
    const rows: Row[] = [];
    for (const [name, question] of Object.entries(questions)) {
      const measured: number[] = [];
      for (let round = 0; round < rounds; round += 1) measured.push(await asked(ledger, question, seconds));
      const what = `${name} at 100,000 rows, p50`;
      rows.push(row(what, "(no ratio)", measured, measured, { atMost: 10 }, "ms", { atMost: 20 }));
    }
    return rows;
  } finally {
    await ledger.end();
  }
}

interface Question {
  readonly path: string;
  /** What the right answer says. */
  readonly credit: number;
}

async function asked(ledger: LedgerUnderTest, { path, credit }: Question, seconds: number): Promise<number> {
  const { p50 } = await load({
    port: ledger.port,
    connections: 1,
    seconds,
    next: () => ({ method: "GET", path: `/balances/bln_destination${path}` }),
    check: ({ status, body }) => {
      if (status !== 200 || !body.includes(`"credit_balance":${credit},`))
        throw new Error(`Expected a credit of ${credit}, got ${status}: ${body}`);
    },
  });
  return p50;
}

/** 10,000 rows of somebody else's books against 100,000 transactions, by each way of comparing. */
async function reconciliations(rounds: number): Promise<readonly Row[]> {
  const criteria = {
    reference: [{ field: "reference", operator: "equals" }],
    "amount and date": [
      { field: "amount", operator: "equals", allowable_drift: 0.01 },
      { field: "date", operator: "equals", allowable_drift: 60 },
    ],
    "a description that is alike": [{ field: "description", operator: "contains", allowable_drift: 10 }],
  };
  const rows: Row[] = [];
  for (const [name, rule] of Object.entries(criteria)) {
    const measured: { readonly seconds: number; readonly megabytes: number }[] = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await reconciled(rule));
    const [seconds, megabytes] = [
      measured.map((each) => each.seconds),
      measured.map((each) => each.megabytes),
    ];
    const what = `reconciliation of 100,000 × 10,000 by ${name}`;
    rows.push(
      row(`${what}, time`, "(no ratio)", seconds, seconds, { atMost: 20 }, "s", { atMost: 60 }),
      row(`${what}, memory it takes`, "(no ratio)", megabytes, megabytes, { atMost: 500 }, "MB", {
        atMost: 600,
      }),
    );
  }
  return rows;
}

async function reconciled(criteria: readonly object[]) {
  const ledger = await startFilledLedger(historyRows);
  try {
    const send = async (path: string, body: object) => {
      const answer = await ask(ledger.port, {
        method: "POST",
        path: `/reconciliation/${path}`,
        body: JSON.stringify(body),
      });
      if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.body}`);
      return JSON.parse(answer.body) as Readonly<Record<string, string>>;
    };
    const { rule_id } = await send("matching-rules", { name: "bench", criteria });
    const external_transactions = Array.from({ length: externalRows }, (_, index) => ({
      id: `external_${index}`,
      amount: ((index * 10) % 100_000) / 100,
      reference: `ref_${index * 10}`,
      currency: ["EUR", "GBP", "JPY", "USD"][(index * 10 + 3) % 4],
      description: `Payment ${index * 10}`,
      date: new Date(Date.UTC(2026, 0, 1) + index * 10_000).toISOString(),
      source: "bench",
    }));
    const body = { external_transactions, strategy: "one_to_one", matching_rule_ids: [rule_id] };
    // What the engine and filling the books took is not the reconciliation's.
    ledger.forgetMostMemory();
    const memoryBefore = ledger.memory();
    const started = performance.now();
    const { reconciliation_id } = await send("start-instant", body);
    await untilCompleted(ledger, String(reconciliation_id));
    return { seconds: (performance.now() - started) / 1000, megabytes: ledger.mostMemory() - memoryBefore };
  } finally {
    await ledger.end();
  }
}

async function untilCompleted(ledger: LedgerUnderTest, id: string): Promise<void> {
  for (;;) {
    const { body } = await ask(ledger.port, { method: "GET", path: `/reconciliation/${id}` });
    const { status, unmatched_transactions: unmatched } = JSON.parse(body) as {
      readonly status: string;
      readonly unmatched_transactions: number;
    };
    // The first row may stand for none of the transactions, every other stands for one at least.
    if (status === "completed" && unmatched <= 1) return;
    if (status === "completed")
      throw new Error(`For ${unmatched} of ${externalRows} rows nothing was found.`);
    if (status === "failed") throw new Error(`The reconciliation failed: ${body}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
