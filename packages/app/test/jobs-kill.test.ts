/**
 * Whatever line the process dies on: work enqueued in an event's transaction is done, and no effect counts twice. Each
 * case kills a real process with SIGKILL at a named line, then starts it again on the same file. Effects are taken by a
 * receiver that does as a ledger does with a `reference`: the same key again changes nothing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type StoreKind, storeKinds } from "./stores.ts";

const child = fileURLToPath(new URL("jobs-kill-child.ts", import.meta.url));

/** The points in the order a run passes them. */
const points = [
  "before-commit",
  "after-commit",
  "before-answer",
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

function runChild(name: string, url: string, installs: number, crashAt?: string) {
  return spawnChild(name, url, installs, crashAt).ended;
}

const children = new Set<ChildProcess>();
// A test that failed leaves nobody behind.
afterEach(() => {
  for (const started of children) started.kill("SIGKILL");
  children.clear();
});

function spawnChild(name: string, url: string, installs: number, crashAt?: string) {
  const environment = {
    ...process.env,
    ANNEX_LOG: "/dev/null",
    ...(crashAt === undefined ? {} : { ANNEX_CRASH_AT: crashAt }),
  };
  const started = spawn(process.execPath, [child, name, url, String(installs)], {
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

async function withDatabase(kind: StoreKind, work: (name: string) => Promise<void>): Promise<void> {
  const database = await kind.createWhole();
  try {
    await work(database.name);
  } finally {
    await database.remove();
  }
}

function expectDoneOnce(
  ended: { readonly code: unknown; readonly output: string },
  keys: ReadonlyMap<string, ReadonlySet<string>>,
  count: number,
) {
  expect(ended.code).toBe(0);
  const runs = JSON.parse(ended.output.split("\n")[1] ?? "[]") as Record<string, unknown>[];
  expect(runs).toHaveLength(count);
  for (const run of runs) expect(run).toMatchObject({ status: "completed", progress: { done: 3 } });
  // Figures too big for a double came back digit by digit.
  expect(ended.output.match(/"result":27021597764222979/g)).toHaveLength(count);
  const steps = runs.flatMap(({ runId }) => [`${runId} 0`, `${runId} 1`, `${runId} 2`]);
  expect([...keys.keys()].sort()).toEqual(steps.sort());
  expect([...keys.values()].every((used) => used.size === 1)).toBe(true);
}

describe.each(storeKinds)("over $kind", (kind) => {
  test.each(["after-commit", "job-step-worked:2", "before-commit:5", "job-ends:2"])(
    "killed at %s, it is done once, without waiting for the lease of the dead",
    async (point) => {
      const receiver = await startReceiver();
      await withDatabase(kind, async (name) => {
        expect(await runChild(name, receiver.url, 1, point)).toMatchObject({ signal: "SIGKILL" });
        expectDoneOnce(await runChild(name, receiver.url, 1), receiver.keys, 1);
      });
      receiver.close();
    },
    60_000,
  );

  test("killed at every line in turn, with more work each time, everything is done once", async () => {
    const receiver = await startReceiver();
    await withDatabase(kind, async (name) => {
      for (const [index, point] of points.entries())
        expect(await runChild(name, receiver.url, index + 1, point)).toMatchObject({ signal: "SIGKILL" });
      expectDoneOnce(await runChild(name, receiver.url, points.length), receiver.keys, points.length);
    });
    receiver.close();
  }, 120_000);

  test("of two live processes one holds a run, and the other takes it over when the first is killed", async () => {
    const hold = Promise.withResolvers<void>();
    const receiver = await startReceiver(hold.promise);
    await withDatabase(kind, async (name) => {
      const holder = spawnChild(name, receiver.url, 1);
      await receiver.firstEffect;
      const other = spawnChild(name, receiver.url, 1);
      await other.ready;
      holder.kill();
      expect(await holder.ended).toMatchObject({ signal: "SIGKILL" });
      hold.resolve();
      expectDoneOnce(await other.ended, receiver.keys, 1);
    });
    receiver.close();
  }, 60_000);
});
