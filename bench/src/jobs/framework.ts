/** The framework's jobs through its public door: an installed app whose jobs pass the guard on each start. */
import { join } from "node:path";
import { createApp, type InstallationJobs } from "@annex/app";
import { callbackPath, capability, newInstall } from "../http/events.ts";
import { keyRing } from "../http/server-process.ts";
import { createCounter, type Queue } from "./queue.ts";

export async function openFrameworkQueue(database: string, directory: string): Promise<Queue> {
  const app = createApp({
    name: "bench-jobs",
    manifest: { name: "Bench", description: "", developer: "Annex", logoUrl: "", permissions: ["data:read"] },
    permissionPurposes: { "data:read": "to read balances" },
    environment: {
      ANNEX_DATABASE: database,
      ANNEX_CALLBACK_SECRET: capability,
      ANNEX_KEY_RING: keyRing,
      ANNEX_LOG: join(directory, "jobs.log"),
    },
  });
  const counter = createCounter();
  let onStart = () => {};
  let held: Promise<void> = Promise.resolve();
  const job = app.job("empty", { requires: ["data:read"] }, async () => {
    onStart();
    await held;
    await new Promise<void>((resolve) => setImmediate(resolve));
    counter.called();
    return null;
  });
  const installed = Promise.withResolvers<InstallationJobs>();
  app.onInstall(({ jobs }) => installed.resolve(jobs));
  const request = new Request(`http://localhost${callbackPath}`, { method: "POST", body: newInstall().body });
  const answer = await app.fetch(request);
  if (answer.status !== 200) throw new Error(`The install was answered with ${answer.status}.`);
  const jobs = await installed.promise;

  return {
    backlog: async (count) => {
      // The first ten are claimed and wait here, so that the rest is a backlog.
      const gate = Promise.withResolvers<void>();
      held = gate.promise;
      await Promise.all(Array.from({ length: count }, () => jobs.start(job)));
      const done = counter.expect(count);
      const began = performance.now();
      held = Promise.resolve();
      gate.resolve();
      await done;
      const milliseconds = performance.now() - began;
      await allEnded(jobs);
      return { milliseconds };
    },
    startLatency: async () => {
      const began = performance.now();
      const started = new Promise<number>((resolve) => {
        onStart = () => resolve(performance.now() - began);
      });
      const done = counter.expect(1);
      await jobs.start(job);
      const latency = await started;
      onStart = () => {};
      await done;
      await allEnded(jobs);
      return latency;
    },
    close: () => app.close(),
  };
}

async function allEnded(jobs: InstallationJobs): Promise<void> {
  while ((await jobs.list({ status: "running", limit: 1 })).length > 0)
    await new Promise((resolve) => setImmediate(resolve));
}
