/** The ledger over HTTP against bare SQL on the same engine, in turn; what was answered is counted in the books afterwards. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { type LoadAnswer, load } from "../http/load.ts";
import type { SuiteOptions } from "../options.ts";
import type { Bound, Row } from "../report.ts";
import type { BareCommand, BareResult } from "./bare-sql.ts";
import { createBalances, creditOf, type LedgerUnderTest, posting, startLedger } from "./ledger-process.ts";

export const connections = 16;
const queuedBatch = 300;

type Figures = {
  readonly alone: number;
  readonly pairs: number;
  readonly hot: number;
  readonly queued: number;
  readonly reads: number;
  readonly start: number;
  readonly memory: number;
};
type Measured = {
  readonly ours: Figures;
  readonly four: number;
  readonly one: number;
  readonly read: number;
};

export async function runLedgerSuite({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const bare = startBare();
  try {
    await bare.ready;
    const measured: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [four, one, read] = [
        await bare.ask("four", seconds),
        await bare.ask("one", seconds),
        await bare.ask("read", seconds),
      ];
      measured.push({
        ours: await measureLedger(seconds),
        four: four.perSecond,
        one: one.perSecond,
        read: read.perSecond,
      });
    }
    return rowsOf(measured);
  } finally {
    bare.end();
  }
}

function rowsOf(measured: readonly Measured[]): readonly Row[] {
  const atLeast = (ratio: number): Bound => ({ atLeast: ratio });
  const row = (
    what: string,
    against: "four" | "one" | "read",
    figure: keyof Figures,
    target: Bound,
    floor: Bound,
  ): Row => ({
    what,
    against: { four: "SQL, four statements", one: "SQL, one statement", read: "SQL, one SELECT" }[against],
    ratios: measured.map((each) => each.ours[figure] / each[against]),
    ours: measured.map((each) => each.ours[figure]),
    unit: "/s",
    target,
    floor,
  });
  const figure = (what: string, of: keyof Figures, unit: string, target: Bound, floor: Bound): Row => ({
    what,
    against: "(no ratio)",
    ratios: measured.map((each) => each.ours[of]),
    ours: measured.map((each) => each.ours[of]),
    unit,
    target,
    floor,
  });
  return [
    row("immediate, 1 connection", "four", "alone", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, own pairs", "four", "pairs", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, own pairs", "one", "pairs", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, one hot balance", "four", "hot", atLeast(0.5), atLeast(0.35)),
    row("queued, until all are applied", "four", "queued", atLeast(0.5), atLeast(0.25)),
    row("read one balance, 16 connections", "read", "reads", atLeast(0.5), atLeast(0.3)),
    figure("start on books that are there, to ready", "start", "ms", { atMost: 1500 }, { atMost: 3000 }),
    figure("resident memory after the run", "memory", "MB", { atMost: 700 }, { atMost: 1000 }),
  ];
}

async function measureLedger(seconds: number): Promise<Figures> {
  const ledger = await startLedger();
  const posted = await measureRunning(ledger, seconds);
  await ledger.end("keep the books");
  const again = await startLedger(ledger.directory);
  await again.end();
  return { ...posted, start: again.startMilliseconds };
}

async function measureRunning(ledger: LedgerUnderTest, seconds: number): Promise<Omit<Figures, "start">> {
  const balances = await createBalances(ledger.port, connections * 2);
  const alone = await immediate(ledger, balances, 1, seconds, false);
  const pairs = await immediate(ledger, balances, connections, seconds, false);
  const hot = await immediate(ledger, balances, connections, seconds, true);
  const queued = await queuedUntilApplied(ledger, balances);
  const reads = await load({
    port: ledger.port,
    connections,
    seconds,
    next: () => ({ method: "GET", path: `/balances/${balances[0]}` }),
    check: (answer) => expectStatus(answer, 200),
  });
  return { alone, pairs, hot, queued, reads: reads.perSecond, memory: ledger.memory() };
}

/** Posts for a while; the books must hold exactly what was answered. */
export async function immediate(
  ledger: LedgerUnderTest,
  balances: readonly string[],
  count: number,
  seconds: number,
  hot: boolean,
): Promise<number> {
  const before = await credited(ledger, balances);
  let turn = 0;
  const result = await load({
    port: ledger.port,
    connections: count,
    seconds,
    next: () => {
      const pair = turn++ % connections;
      return posting(balances[hot ? 0 : pair * 2] ?? "", balances[pair * 2 + 1] ?? "", false);
    },
    check: (answer) => expectStatus(answer, 201),
  });
  const booked = (await credited(ledger, balances)) - before;
  if (booked !== result.count)
    throw new Error(`${result.count} postings were answered, ${booked} are in the books.`);
  return result.perSecond;
}

async function queuedUntilApplied(ledger: LedgerUnderTest, balances: readonly string[]): Promise<number> {
  const before = await credited(ledger, balances);
  let sent = 0;
  const started = performance.now();
  await load({
    port: ledger.port,
    connections,
    seconds: 60,
    next: () => {
      const pair = sent++ % connections;
      return posting(balances[pair * 2] ?? "", balances[pair * 2 + 1] ?? "", true);
    },
    check: (answer) => expectStatus(answer, 201),
    atMost: queuedBatch,
  });
  while ((await credited(ledger, balances)) - before < queuedBatch)
    await new Promise((done) => setTimeout(done, 5));
  return queuedBatch / ((performance.now() - started) / 1000);
}

async function credited(ledger: LedgerUnderTest, balances: readonly string[]): Promise<number> {
  let sum = 0;
  for (const balance of balances) sum += await creditOf(ledger.port, balance);
  return sum;
}

function expectStatus(answer: LoadAnswer, status: number): void {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${answer.body}`);
}

function startBare() {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, "bare-sql.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ready: lines.next(),
    ask: async (way: BareCommand["way"], seconds: number): Promise<BareResult> => {
      child.stdin.write(`${JSON.stringify({ way, seconds })}\n`);
      const line = await lines.next();
      return JSON.parse(String(line.value)) as BareResult;
    },
    end: () => child.stdin.end(),
  };
}
