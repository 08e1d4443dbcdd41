/**
 * Durable background work: `app.job`, steps, progress, retries, cancelling, schedules, and the work that installs and
 * uninstalls ask for. The engine is openworkflow's; what it stores lives in the app's own database file. Touches that
 * file, and the rest of the framework through ../jobs-host.ts only.
 *
 * What holds, whatever line the process dies on:
 * - work enqueued is there after a restart, and goes on after its last finished step;
 * - a step's result is taken only from the holder of the run's fence, so two starts never both count;
 * - a step can be worked twice (it died between the effect and the commit of its result), which is why it is given an
 *   effect key that is the same both times: the ledger and every good provider do nothing twice under one key;
 * - the guard (installation active, permissions granted) is asked before a run and before each of its steps.
 *
 * In the order data passes: relay (outbox → runs), schedules (ticks → runs), installation-jobs (the app's code → runs)
 * → store → engine, leases → backend (openworkflow) → execution (steps, progress, ending).
 */

import type { InstallContext, UninstallContext } from "../context.ts";
import type { JobsHost } from "../jobs-host.ts";
import type { Engine } from "./engine.ts";
import type { Job, JobHandler, JobOptions, Jobs } from "./interface.ts";
import { hookJobs } from "./relay.ts";
import { defineSchedule, type Schedule } from "./schedules.ts";

const nameForm = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * Makes the jobs of one app. Jobs, hooks and schedules are defined first; `start` opens the database and begins.
 *
 * @example
 * const jobs = createJobs();
 * const importPayIns = jobs.define("import-pay-ins", { requires: ["data:write"] }, async ({ step }) => { … });
 * await jobs.start(host);
 * await jobs.forInstallation("instapp_…").start(importPayIns);
 */
export function createJobs(): Jobs {
  const jobs = new Map<string, Job<never, unknown>>();
  const schedules: Schedule[] = [];
  /** From the beginning of a start to its stop; the engine itself once it works. */
  let opening: Promise<Engine> | undefined;
  let engine: Engine | undefined;

  const started = (): Engine => {
    if (engine === undefined) throw new Error("The jobs were not started.");
    return engine;
  };
  const assertOpen = () => {
    if (opening !== undefined)
      throw new TypeError("Define jobs, hooks and schedules before the app answers requests.");
  };
  const add = (job: Job<never, unknown>) => {
    assertOpen();
    if (jobs.has(job.name)) throw new TypeError(`Job "${job.name}" is defined twice.`);
    jobs.set(job.name, job);
  };
  const addHook = (name: string, handler: (context: never) => unknown) =>
    add({ name, options: {}, handler: handler as JobHandler<never, unknown> });

  return {
    define: <Input, Result>(name: string, options: JobOptions<Input>, handler: JobHandler<Input, Result>) => {
      if (!nameForm.test(name))
        throw new TypeError(`"${name}" is no job name: use lower case, digits and dashes.`);
      const job: Job<Input, Result> = { name, options, handler };
      add(job as unknown as Job<never, unknown>);
      return job;
    },
    onInstall: (handler: (context: InstallContext) => unknown) => addHook(hookJobs.install, handler),
    onUninstall: (handler: (context: UninstallContext) => unknown) => addHook(hookJobs.uninstall, handler),
    schedule: (name, cron, job) => {
      assertOpen();
      if (schedules.some((schedule) => schedule.name === name))
        throw new TypeError(`Schedule "${name}" is defined twice.`);
      schedules.push(defineSchedule(name, cron, job as Job<never, unknown>));
    },
    start: async (host: JobsHost) => {
      const mine = openAndStart(host, jobs, schedules);
      opening = mine;
      const opened = await mine;
      // Unless it was stopped meanwhile.
      if (opening === mine) engine = opened;
    },
    wake: () => engine?.wake(),
    cancelForInstallation: (installedAppId) => started().cancelForInstallation(installedAppId),
    forInstallation: (installedAppId) => started().forInstallation(installedAppId),
    stop: async () => {
      const stopping = opening;
      opening = undefined;
      engine = undefined;
      // A start that failed was told to who started; there is nothing to stop then.
      await (await stopping?.catch(() => undefined))?.stop();
    },
  };
}

async function openAndStart(
  host: JobsHost,
  jobs: ReadonlyMap<string, Job<never, unknown>>,
  schedules: readonly Schedule[],
): Promise<Engine> {
  // Loaded here and not above: defining jobs is part of every start, working them can wait for the first event.
  const { openEngine } = await import("./opening.ts");
  const engine = openEngine(host, jobs, schedules);
  await engine.start();
  return engine;
}
