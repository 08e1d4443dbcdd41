/**
 * A process for the kill tests: an app's jobs on a real file, whose effects go over HTTP to the test. Started as
 * `node kill-child.ts <database file> <effects URL> <runs>`; `ANNEX_CRASH_AT` says where it dies. Prints `ready` once
 * it works, and `done` when so many runs are completed.
 */
import { createCrashPoint } from "../crash-point.ts";
import type { JobsHost } from "../jobs-host.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { createJobs } from "./index.ts";
import { installation, quietLog } from "./test-host.ts";

const [, , file = "", effects = "", wanted = "1"] = process.argv;
const stepCount = 3;

async function effect(step: string, effectKey: string): Promise<bigint> {
  const response = await fetch(effects, { method: "POST", body: JSON.stringify({ step, effectKey }) });
  return BigInt(await response.text());
}

const jobs = createJobs();
const job = jobs.define("work", {}, async ({ runId, step, progress }) => {
  let sum = 0n;
  for (let index = 0; index < stepCount; index += 1) {
    sum += await step(`step ${index}`, ({ effectKey }) => effect(`${runId} ${index}`, effectKey));
    await progress({ done: index + 1, total: stepCount });
  }
  return sum;
});
jobs.onInstall(async (context) => {
  await context.jobs.start(job);
});

const crashPoint = createCrashPoint(process.env["ANNEX_CRASH_AT"]);
const store = openSqliteStore(file, () => {}, quietLog);
const found = installation("instapp_1");
const host: JobsHost = {
  databaseFile: file,
  outbox: store.outbox,
  bind: async () =>
    ({ installation: found, log: quietLog }) as unknown as Awaited<ReturnType<JobsHost["bind"]>>,
  bindEnded: () => Promise.reject(new Error("Nothing is uninstalled here.")),
  activeInstallations: async () => [found],
  // Time stands still, so no lease ever runs out: the dead have to be recognised as dead.
  clock: () => 1_764_000_000_000,
  random: Math.random,
  log: quietLog,
  crashPoint,
};
await jobs.start(host);
process.stdout.write("ready\n");
const runs = jobs.forInstallation("instapp_1");
for (;;) {
  const all = await runs.list();
  if (all.length === Number(wanted) && all.every(({ status }) => status === "completed")) break;
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await jobs.stop();
await store.close();
process.stdout.write("done\n");
