/**
 * Killing a ledger while it posts, again and again: nothing half posted, nothing lost that was answered,
 * nothing posted twice.
 *
 *     node test/kill.ts --rounds 100
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Ledger, openLedger } from "../src/index.ts";
import { requestText } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";

/** What the rounds came to; all lists are empty when the ledger holds. */
export interface KillReport {
  readonly rounds: number;
  readonly answered: number;
  readonly problems: readonly string[];
}

interface Sent {
  readonly reference: string;
  readonly kind: "immediate" | "queued" | "hold";
  readonly id: string;
}

const connections = 8;

/** Kills a ledger `rounds` times; `random` gives numbers from 0 to 1, `onRound` hears how far it is. */
export async function killRounds(
  rounds: number,
  random: () => number,
  onRound: (report: KillReport) => void = () => {},
): Promise<KillReport> {
  const directory = await mkdtemp(join(tmpdir(), "annex-ledger-kill-"));
  const answered: Sent[] = [];
  const problems: string[] = [];
  try {
    const balances = await setUp(directory);
    for (let round = 0; round < rounds; round++) {
      await postUntilKilled(directory, balances, round, random, answered);
      problems.push(...(await check(directory, answered)).map((problem) => `round ${round}: ${problem}`));
      onRound({ rounds: round + 1, answered: answered.length, problems });
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return { rounds, answered: answered.length, problems };
}

async function setUp(directory: string): Promise<readonly string[]> {
  const ledger = await openLedger({ database: { kind: "embedded", directory } });
  const ids: string[] = [];
  const made = await call(ledger, "POST", "/ledgers", { name: "Kill" });
  for (let index = 0; index < 4; index++) {
    const balance = await call(ledger, "POST", "/balances", {
      ledger_id: made["ledger_id"],
      currency: "USD",
    });
    ids.push(String(balance["balance_id"]));
  }
  await ledger.close();
  return ids;
}

async function call(
  ledger: Ledger,
  method: string,
  path: string,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await ledger.handle({ method, path, headers: {}, body: Buffer.from(requestText(body)) });
  return JSON.parse(Buffer.from(answer.body).toString("utf8")) as Readonly<Record<string, unknown>>;
}

async function postUntilKilled(
  directory: string,
  balances: readonly string[],
  round: number,
  random: () => number,
  answered: Sent[],
): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "kill-child.ts"), directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await readyUrl(child);
  const before = answered.length;
  const least = 10 + Math.floor(random() * 150);
  const ended = once(child, "exit");
  const posters = Array.from({ length: connections }, (_, index) =>
    postForever(url, balances, `kill-${round}-${index}`, random, (sent) => {
      answered.push(sent);
      // At a random answer, with other requests on their way.
      if (answered.length - before === least) child.kill("SIGKILL");
    }),
  );
  await ended;
  await Promise.all(posters);
}

async function readyUrl(child: ChildProcess): Promise<string> {
  let output = "";
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    const found = /ready (\S+)/.exec(output);
    if (found?.[1] !== undefined) return found[1];
  }
  throw new Error("the ledger did not start");
}

/** Posts until the connection breaks. */
async function postForever(
  url: string,
  balances: readonly string[],
  name: string,
  random: () => number,
  onAnswer: (sent: Sent) => void,
): Promise<void> {
  for (let count = 0; ; count++) {
    const kind = (["immediate", "queued", "hold"] as const)[Math.floor(random() * 3)] ?? "immediate";
    const from = Math.floor(random() * balances.length);
    const reference = `${name}-${count}`;
    const body = {
      precise_amount: 1 + Math.floor(random() * 1000),
      precision: 100,
      currency: "USD",
      reference,
      description: "Kill",
      source: balances[from],
      destination: balances[(from + 1) % balances.length],
      allow_overdraft: true,
      skip_queue: kind !== "queued",
      inflight: kind === "hold",
    };
    try {
      const answer = await fetch(`${url}/transactions`, { method: "POST", body: JSON.stringify(body) });
      const made = (await answer.json()) as { readonly transaction_id: string };
      if (answer.status === 201) onAnswer({ reference, kind, id: made.transaction_id });
    } catch {
      // The ledger is dead; what became of this request is anybody's guess, and either is right.
      return;
    }
  }
}

/** Opens what the killed process left and looks for what is missing, doubled or half done. */
async function check(directory: string, answered: readonly Sent[]): Promise<readonly string[]> {
  const ledger = await openLedger({ database: { kind: "embedded", directory } });
  try {
    await ledger.settle();
    const rows = await ledger.database.query(
      "SELECT transaction_id, reference, status, parent_transaction FROM blnk.transactions",
      [],
    );
    const byReference = new Map(rows.map((row) => [row["reference"], row]));
    const lost = answered.filter((sent) => {
      const row = byReference.get(sent.reference);
      const child = byReference.get(`${sent.reference}_q`);
      if (row?.["transaction_id"] !== sent.id) return true;
      if (sent.kind === "queued") return child?.["status"] !== "APPLIED";
      return row["status"] !== (sent.kind === "hold" ? "INFLIGHT" : "APPLIED");
    });
    const broken = await brokenInvariants(ledger.database);
    const waiting = await ledger.database.query("SELECT count(*)::integer AS n FROM annex.work", []);
    return [
      ...lost.map(({ reference, kind }) => `lost or not finished: ${kind} ${reference}`),
      ...broken.map((rule) => `invariant ${rule}`),
      ...(waiting[0]?.["n"] === 0 ? [] : [`${String(waiting[0]?.["n"])} pieces of work left behind`]),
    ];
  } finally {
    await ledger.close();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "100" } } });
  const report = await killRounds(Number(values.rounds), Math.random, (soFar) => {
    const { answered, problems } = soFar;
    process.stderr.write(`round ${soFar.rounds}: ${answered} answered, ${problems.length} problems\n`);
  });
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}
