/**
 * Killing a ledger while it posts, singly and in batches, again and again: nothing half posted, nothing lost that was
 * answered or accepted, nothing posted twice.
 *
 *     node test/kill.ts --rounds 100 [--engine server]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "../../../tests/support/postgres-server.ts";
import { type Ledger, type LedgerDatabase, openLedger } from "../src/index.ts";
import { requestText } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";
import { brokenBatches, type Call, type SentBatch, sendBatch } from "./sent-batches.ts";

/** What the rounds came to; all lists are empty when the ledger holds. */
export interface KillReport {
  readonly rounds: number;
  readonly answered: number;
  /** How many of them were batches, or actions on one. */
  readonly batches: number;
  readonly problems: readonly string[];
}

interface Sent {
  readonly reference: string;
  readonly kind: "immediate" | "queued" | "hold";
  readonly id: string;
}

/** What all rounds together sent, and what was answered of it. */
interface Sendings {
  readonly answered: Sent[];
  readonly batches: SentBatch[];
}

const connections = 6;
const batchConnections = 3;

/** Kills a ledger `rounds` times; `random` gives numbers from 0 to 1, `onRound` hears how far it is. */
export async function killRounds(
  database: LedgerDatabase,
  rounds: number,
  random: () => number,
  onRound: (report: KillReport) => void = () => {},
): Promise<KillReport> {
  const sendings: Sendings = { answered: [], batches: [] };
  const problems: string[] = [];
  const report = (round: number): KillReport => {
    const batches = sendings.batches.flatMap(({ answeredAt, actionAnsweredAt }) =>
      [answeredAt, actionAnsweredAt].filter((moment) => moment !== undefined),
    ).length;
    return { rounds: round, answered: sendings.answered.length + batches, batches, problems };
  };
  const balances = await setUp(database);
  for (let round = 0; round < rounds; round++) {
    await postUntilKilled(database, balances, round, random, sendings);
    problems.push(...(await check(database, sendings)).map((problem) => `round ${round}: ${problem}`));
    onRound(report(round + 1));
  }
  return report(rounds);
}

async function setUp(database: LedgerDatabase): Promise<readonly string[]> {
  const ledger = await openLedger({ database });
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
  database: LedgerDatabase,
  balances: readonly string[],
  round: number,
  random: () => number,
  { answered, batches }: Sendings,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "kill-child.ts"), JSON.stringify(database)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const url = await readyUrl(child);
  // At a random answer, with other requests on their way; but not before some of them were of batches.
  let left = 10 + Math.floor(random() * 150);
  let batchesLeft = 2;
  const onAnswered = () => {
    left -= 1;
    if (left <= 0 && batchesLeft <= 0) child.kill("SIGKILL");
  };
  const onBatchAnswered = () => {
    batchesLeft -= 1;
    onAnswered();
  };
  const ended = once(child, "exit");
  const posters = Array.from({ length: connections }, (_, index) =>
    postForever(url, balances, `kill-${round}-${index}`, random, (sent) => {
      answered.push(sent);
      onAnswered();
    }),
  );
  const sender = {
    random,
    now: () => round,
    onSent: (sent: SentBatch) => batches.push(sent),
    onAnswered: onBatchAnswered,
  };
  const batchPosters = Array.from({ length: batchConnections }, (_, index) =>
    sendForever(`batch-${round}-${index}`, (name) => {
      const [from = "", to = ""] = [balances[index], balances[index + 1]];
      return sendBatch({ ...sender, call: callOver(url) }, name, from, to);
    }),
  );
  await ended;
  await Promise.all([...posters, ...batchPosters]);
}

/** Sends until the connection breaks. */
async function sendForever(name: string, send: (name: string) => Promise<void>): Promise<void> {
  for (let count = 0; ; count++) {
    try {
      await send(`${name}-${count}`);
    } catch {
      return;
    }
  }
}

function callOver(url: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, { method, body: JSON.stringify(body) });
    const sent = (await answer.json()) as {
      readonly batch_id?: string;
      readonly error_detail?: { readonly code: string };
    };
    return { status: answer.status, batchId: sent.batch_id, code: sent.error_detail?.code };
  };
}

/** The address that a ledger in a process of its own prints. */
export async function readyUrl(child: ChildProcess): Promise<string> {
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
async function check(database: LedgerDatabase, { answered, batches }: Sendings): Promise<readonly string[]> {
  const ledger = await openLedger({ database });
  try {
    // On a server another process might still be at it, until its lease has ended.
    await ledger.database.query("UPDATE annex.work SET leased_until = NULL", []);
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
      ...(await brokenBatches(ledger.database, batches)),
      ...broken.map((rule) => `invariant ${rule}`),
      ...(waiting[0]?.["n"] === 0 ? [] : [`${String(waiting[0]?.["n"])} pieces of work left behind`]),
    ];
  } finally {
    await ledger.close();
  }
}

/** A new place for books, and how it is removed. */
export async function newPlace(
  engine: string,
): Promise<{ readonly database: LedgerDatabase; remove(): Promise<void> }> {
  if (engine === "server") {
    const server = await startPostgres();
    const url = await server.createDatabase("kills");
    return { database: { kind: "server", url }, remove: () => server.stop() };
  }
  const directory = await mkdtemp(join(tmpdir(), "annex-ledger-kill-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  return { database: { kind: "embedded", directory }, remove };
}

if (import.meta.main) {
  const options = {
    rounds: { type: "string", default: "100" },
    engine: { type: "string", default: "embedded" },
  } as const;
  const { values } = parseArgs({ options });
  const { database, remove } = await newPlace(values.engine);
  const report = await killRounds(database, Number(values.rounds), Math.random, (soFar) => {
    const { answered, batches, problems } = soFar;
    const seen = `${answered} answered, ${batches} of batches, ${problems.length} problems`;
    process.stderr.write(`round ${soFar.rounds}: ${seen}\n`);
  });
  await remove();
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}
