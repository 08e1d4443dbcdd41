/** Driving a ledger over HTTP, and bare SQL in a process of its own; what was answered is counted in the books afterwards. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { type LoadAnswer, load } from "../http/load.ts";
import type { BareCommand, BareResult } from "./bare-sql.ts";
import { createBalances, creditOf, type LedgerUnderTest, posting } from "./ledger-process.ts";

export const connections = 16;
const queuedBatch = 300;

export type Figures = {
  readonly alone: number;
  readonly pairs: number;
  readonly hot: number;
  readonly queued: number;
  readonly reads: number;
  readonly memory: number;
};
export async function measureRunning(ledger: LedgerUnderTest, seconds: number): Promise<Figures> {
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

/** Bare SQL in a process of its own: on the server at an address, or on the engine in that process. */
export function startBare(url?: string) {
  const program = resolve(import.meta.dirname, "bare-sql.ts");
  const child = spawn(process.execPath, url === undefined ? [program] : [program, url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ready: lines.next(),
    ask: async (command: BareCommand): Promise<BareResult> => {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      const line = await lines.next();
      return JSON.parse(String(line.value)) as BareResult;
    },
    async end(): Promise<void> {
      const ended = new Promise<void>((done) => child.once("exit", () => done()));
      child.stdin.end();
      await ended;
    },
  };
}
