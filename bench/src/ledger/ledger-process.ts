/** A ledger as `annex ledger` starts it, on new books, and the calls the suite makes of it. */

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readyUrl } from "../../../tests/support/ready-url.ts";
import { ask, type LoadRequest } from "../http/load.ts";

export type LedgerUnderTest = {
  readonly port: number;
  /** From spawn to the `ready` line, in milliseconds. */
  readonly startMilliseconds: number;
  /** Resident memory in megabytes: now, and the most there was since it was last forgotten. */
  memory(): number;
  mostMemory(): number;
  forgetMostMemory(): void;
  /** SIGKILL; the books are kept. */
  kill(): Promise<void>;
  /** Stops it, and forgets the books unless they are kept. */
  end(keep?: "keep the books"): Promise<void>;
  readonly directory: string;
};

const cli = resolve(import.meta.dirname, "../../../packages/cli/src/main.ts");

/** Starts `annex ledger` on a directory, a new one unless it is given. */
export async function startLedger(
  directory = mkdtempSync(join(tmpdir(), "annex-bench-ledger-")),
): Promise<LedgerUnderTest> {
  return startProcess([cli, "ledger", "--port", "0", "--data", directory], directory);
}

/** Starts `annex ledger` on a PostgreSQL server. */
export function startLedgerOnServer(url: string): Promise<LedgerUnderTest> {
  return startProcess([cli, "ledger", "--port", "0", "--database", url], undefined);
}

/** Starts a ledger whose books hold so many transactions, of many balances or of one pair; it removes them itself. */
export function startFilledLedger(
  transactions: number,
  whose: "many" | "one pair" = "many",
): Promise<LedgerUnderTest> {
  const program = resolve(import.meta.dirname, "filled-ledger.ts");
  return startProcess([program, String(transactions), whose], undefined);
}

async function startProcess(
  command: readonly string[],
  directory: string | undefined,
): Promise<LedgerUnderTest> {
  const started = performance.now();
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const port = Number(new URL(await readyUrl(child)).port);
  const startMilliseconds = performance.now() - started;
  const megabytes = (line: string) =>
    Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) /
    1024;
  const stop = async (signal: "SIGTERM" | "SIGKILL") => {
    const ended = new Promise<void>((done) => child.once("exit", () => done()));
    child.kill(signal);
    await ended;
  };
  return {
    port,
    startMilliseconds,
    directory: directory ?? "",
    memory: () => megabytes("VmRSS"),
    mostMemory: () => megabytes("VmHWM"),
    // The kernel's word for it (proc_pid_clear_refs(5)).
    forgetMostMemory: () => writeFileSync(`/proc/${child.pid}/clear_refs`, "5"),
    kill: () => stop("SIGKILL"),
    end: async (keep) => {
      await stop("SIGTERM");
      if (keep === undefined && directory !== undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A posting of one cent; `source` may go below zero, so that a measurement never runs out of funds. */
export function posting(source: string, destination: string, queued: boolean): LoadRequest {
  return {
    method: "POST",
    path: "/transactions",
    body: JSON.stringify({
      precise_amount: 1,
      precision: 100,
      currency: "USD",
      reference: `ref_${randomUUID()}`,
      description: "bench",
      source,
      destination,
      allow_overdraft: true,
      skip_queue: !queued,
      meta_data: { run: "bench" },
    }),
  };
}

/** Creates a ledger with so many balances; their ids. */
export async function createBalances(port: number, count: number): Promise<readonly string[]> {
  const ledger = await created(port, "/ledgers", { name: "Bench" });
  const balances: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const balance = await created(port, "/balances", { ledger_id: ledger["ledger_id"], currency: "USD" });
    balances.push(String(balance["balance_id"]));
  }
  return balances;
}

async function created(port: number, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await ask(port, { method: "POST", path, body: JSON.stringify(body) });
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.body}`);
  return JSON.parse(answer.body) as Record<string, unknown>;
}

/** What has been credited to a balance so far, in minor units. */
export async function creditOf(port: number, balance: string): Promise<number> {
  const answer = await ask(port, { method: "GET", path: `/balances/${balance}` });
  return Number((JSON.parse(answer.body) as { credit_balance: number }).credit_balance);
}
