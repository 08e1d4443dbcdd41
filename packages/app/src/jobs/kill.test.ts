/**
 * Whatever line the process dies on: work enqueued in an event's transaction is done, and no effect counts twice. Each
 * case kills a real process with SIGKILL at a named line, then starts it again on the same file. Effects are taken by a
 * receiver that does as a ledger does with a `reference`: the same key again changes nothing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import type { JobsHost } from "../jobs-host.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { createJobs } from "./index.ts";
import { addOutboxRow, quietLog } from "./test-host.ts";

const child = fileURLToPath(new URL("kill-child.ts", import.meta.url));

/** The points in the order a run passes them. */
const points = [
  "relay-read",
  "jobs-before-commit",
  "jobs-after-commit",
  "relay-committed",
  "relay-marked",
  "job-claimed",
  "job-step-begins",
  "job-step-worked",
  "job-step-saved",
  "job-worked",
  "job-ends",
  "job-ended",
];

/** @param hold answers to the first effect wait for it */
async function startReceiver(hold: Promise<void> = Promise.resolve()) {
  /** Keys by step: more than one would be an effect that counts twice. */
  const keys = new Map<string, Set<string>>();
  const first = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { step, effectKey } = JSON.parse(body) as { step: string; effectKey: string };
    keys.set(step, (keys.get(step) ?? new Set()).add(effectKey));
    first.resolve();
    await hold;
    response.end("9007199254740993");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, keys, firstEffect: first.promise, close: () => void server.close() };
}

async function runChild(file: string, url: string, runs: number, crashAt?: string) {
  return spawnChild(file, url, runs, crashAt).ended;
}

const children = new Set<ChildProcess>();
// A test that failed leaves nobody behind.
afterEach(() => {
  for (const started of children) started.kill("SIGKILL");
  children.clear();
});

function spawnChild(file: string, url: string, runs: number, crashAt?: string) {
  const environment = { ...process.env, ...(crashAt === undefined ? {} : { ANNEX_CRASH_AT: crashAt }) };
  const started = spawn(process.execPath, [child, file, url, String(runs)], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(started);
  const ready = Promise.withResolvers<void>();
  let output = "";
  started.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    ready.resolve();
  });
  const ended = once(started, "exit").then(([code, signal]: unknown[]) => ({ code, signal, output }));
  return { ended, ready: ready.promise, kill: () => started.kill("SIGKILL") };
}

async function readRuns(file: string) {
  const store = openSqliteStore(file, () => {}, quietLog);
  const jobs = createJobs();
  const unused = () => Promise.reject(new Error("Nothing is to be done any more."));
  const host: JobsHost = {
    databaseFile: file,
    outbox: store.outbox,
    bind: unused,
    bindEnded: unused,
    activeInstallations: async () => [],
    clock: Date.now,
    random: Math.random,
    log: quietLog,
    crashPoint: () => {},
  };
  await jobs.start(host);
  const runs = await jobs.forInstallation("instapp_1").list();
  const undelivered = await store.outbox.undelivered(10);
  await jobs.stop();
  await store.close();
  return { runs, undelivered };
}

async function withFile(work: (file: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "annex-kill-"));
  const file = join(directory, "app.db");
  try {
    await openSqliteStore(file, () => {}, quietLog).close();
    await work(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function expectDoneOnce(file: string, keys: ReadonlyMap<string, ReadonlySet<string>>, count: number) {
  const { runs, undelivered } = await readRuns(file);
  expect(undelivered).toEqual([]);
  expect(runs).toHaveLength(count);
  for (const run of runs) {
    expect(run).toMatchObject({ status: "completed", result: 27021597764222979n, progress: { done: 3 } });
  }
  const steps = runs.flatMap(({ runId }) => [`${runId} 0`, `${runId} 1`, `${runId} 2`]);
  expect([...keys.keys()].sort()).toEqual(steps.sort());
  expect([...keys.values()].every((used) => used.size === 1)).toBe(true);
}

test.each(["relay-committed", "job-step-worked:2", "jobs-before-commit:5", "job-ends:2"])(
  "killed at %s, it is done once, without waiting for the lease of the dead",
  async (point) => {
    const receiver = await startReceiver();
    await withFile(async (file) => {
      addOutboxRow(file, "instapp_1", "install");
      expect(await runChild(file, receiver.url, 1, point)).toMatchObject({ signal: "SIGKILL" });
      expect(await runChild(file, receiver.url, 1)).toMatchObject({ code: 0, output: "ready\ndone\n" });
      await expectDoneOnce(file, receiver.keys, 1);
    });
    receiver.close();
  },
  60_000,
);

test("killed at every line in turn, with more work each time, everything is done once", async () => {
  const receiver = await startReceiver();
  await withFile(async (file) => {
    for (const [index, point] of points.entries()) {
      addOutboxRow(file, "instapp_1", "install");
      expect(await runChild(file, receiver.url, index + 1, point)).toMatchObject({
        signal: "SIGKILL",
      });
    }
    expect(await runChild(file, receiver.url, points.length)).toMatchObject({
      code: 0,
      output: "ready\ndone\n",
    });
    await expectDoneOnce(file, receiver.keys, points.length);
  });
  receiver.close();
}, 120_000);

test("of two live processes one holds a run, and the other takes it over when the first is killed", async () => {
  const hold = Promise.withResolvers<void>();
  const receiver = await startReceiver(hold.promise);
  await withFile(async (file) => {
    addOutboxRow(file, "instapp_1", "install");
    const holder = spawnChild(file, receiver.url, 1);
    await receiver.firstEffect;
    const other = spawnChild(file, receiver.url, 1);
    await other.ready;
    holder.kill();
    expect(await holder.ended).toMatchObject({ signal: "SIGKILL" });
    hold.resolve();
    expect(await other.ended).toMatchObject({ code: 0, output: "ready\ndone\n" });
    await expectDoneOnce(file, receiver.keys, 1);
  });
  receiver.close();
}, 60_000);
