/**
 * The power goes: no answered posting is lost, nothing is half made, and the books open again, whatever part of what
 * was not flushed had reached the disk. A few cuts here; `ANNEX_LEDGER_POWER_CUTS=100` makes a hundred.
 *
 * The embedded engine used to be started with its flushes switched off, and its file layer took those that were left
 * for done: a cut could tear the books.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Ledger } from "../../src/index.ts";
import { makeBalances, openTestLedger, randomNumbers } from "../harness.ts";
import { brokenInvariants } from "../invariants.ts";
import { brokenBatches } from "../sent-batches.ts";
import type { Answers } from "./child.ts";
import { cutPower } from "./cut.ts";
import { type FileOperation, operationsIn } from "./recorder.ts";

const cuts = Number(process.env["ANNEX_LEDGER_POWER_CUTS"] ?? "3");
const postings = 240;

let folder: string;
let recording: { readonly operations: readonly FileOperation[]; readonly answers: Answers };

const random = randomNumbers(20_261_126);

const open = (directory: string): Promise<Ledger> =>
  openTestLedger([], { database: { kind: "embedded", directory, flush: false } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "annex-ledger-power-"));
  const directory = join(folder, "running");
  const ledger = await open(directory);
  const balances = await makeBalances(ledger, 4);
  await ledger.close();
  await cp(directory, join(folder, "base"), { recursive: true });
  const out = join(folder, "answers");
  const into = join(folder, "operations");
  const recorder = join(import.meta.dirname, "recorder.ts");
  const command = ["--import", recorder, join(import.meta.dirname, "child.ts"), directory, out];
  const child = spawn(process.execPath, [...command, String(postings), ...balances], {
    env: { ...process.env, RECORDED: directory, RECORDED_INTO: into },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
  const answers = deserialize(await readFile(out)) as Answers;
  recording = { operations: operationsIn(await readFile(into)), answers };
}, 180_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("flushes at each commit, before it answers", () => {
  const flushes = recording.operations.filter(({ kind }) => kind === "flush");
  const { postings: answered, batches } = recording.answers;
  expect(answered.length).toBe(postings);
  expect(batches.filter(({ answeredAt }) => answeredAt !== undefined)).toHaveLength(batches.length);
  expect(flushes.length).toBeGreaterThan(postings / 6);
  const logs = flushes.filter(({ path }) => path.includes("pg_wal"));
  expect(logs.length).toBeGreaterThan(postings / 6);
  expect(flushes.filter(({ path }) => path.includes("/base/")).length).toBeGreaterThan(0);
});

it(
  "keeps what it answered, whenever the power goes and whatever had reached the disk",
  async () => {
    for (let cut = 0; cut < cuts; cut++) {
      const at = Math.floor(random() * recording.operations.length);
      const directory = join(folder, "cut");
      await cutPower(join(folder, "base"), directory, recording.operations.slice(0, at), random);
      expect([cut, at, await lossesIn(directory, at)]).toEqual([cut, at, []]);
    }
  },
  60_000 + cuts * 60_000,
);

async function lossesIn(directory: string, at: number): Promise<readonly string[]> {
  const ledger = await open(directory);
  try {
    await ledger.settle();
    const rows = await ledger.database.query("SELECT reference FROM blnk.transactions", []);
    const stored = new Set(rows.map((row) => row["reference"]));
    const answered = recording.answers.postings.filter(({ after }) => after <= at);
    const lost = answered.filter(({ reference }) => !stored.has(reference));
    return [
      ...lost.map(({ reference }) => `lost ${reference}`),
      ...(await brokenBatches(ledger.database, recording.answers.batches, at)),
      ...(await brokenInvariants(ledger.database)),
    ];
  } finally {
    await ledger.close();
  }
}
