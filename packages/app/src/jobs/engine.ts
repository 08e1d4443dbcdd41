/**
 * The loop: openworkflow's worker, woken instead of napping. It is pumped by each commit that makes a run due and by
 * each end of a run, so an idle job starts in a millisecond or two; a slow poll is left for what other processes do
 * to the same file, and a timer for the next retry or tick.
 */
import { Worker } from "openworkflow";
import type { JobsHost } from "../jobs-host.ts";
import { createEngineBackend } from "./backend.ts";
import { createExecution, type Execution } from "./execution.ts";
import { createInstallationJobs } from "./installation-jobs.ts";
import type { InstallationJobs, Job } from "./interface.ts";
import { createLeases, leaseMilliseconds, renewalMilliseconds } from "./leases.ts";
import { type Hooks, hookJobs, relayOutbox } from "./relay.ts";
import { beginSchedules, nextTickAt, type Schedule, startScheduledRuns } from "./schedules.ts";
import type { RunStore, StoredRun } from "./store/index.ts";

const concurrency = 10;
/** How soon what another process wrote is seen. */
const pollMilliseconds = 1000;
/** How long running steps may take to end when the app stops; what is not done then goes on at the next start. */
const stopMilliseconds = 5000;

export type EngineParts = {
  readonly host: JobsHost;
  readonly store: RunStore;
  readonly jobs: ReadonlyMap<string, Job<never, unknown>>;
  readonly schedules: readonly Schedule[];
  readonly hooks: Hooks;
};

export type Engine = {
  /** Takes over what is left from before, and begins. */
  start(): Promise<void>;
  /** The outbox has rows, or the clock went on. */
  wake(): void;
  cancelForInstallation(installedAppId: string): Promise<void>;
  forInstallation(installedAppId: string, parentRunId?: string): InstallationJobs;
  stop(): Promise<void>;
};

/** Makes the engine over an open store. */
export function createEngine(parts: EngineParts): Engine {
  const { host, store, jobs } = parts;
  const leases = createLeases(store, host);
  const names = JSON.stringify([...jobs.keys()]);
  let running = false;
  let pumping = false;
  let pumpAgain = false;
  let outboxDue = false;
  let timer: NodeJS.Timeout | undefined;
  let onEnded: () => void = () => {};
  let nextTick = Number.NEGATIVE_INFINITY;
  let pumped: Promise<void> = Promise.resolve();

  const engine = createEngineBackend({
    store,
    clock: host.clock,
    crashPoint: host.crashPoint,
    concurrency,
    claimRequest: () => {
      if (!running) return undefined;
      const now = host.clock();
      return { worker: leases.worker, jobs: names, now, leaseUntil: now + leaseMilliseconds };
    },
    createExecution: (run) => createExecution({ host, store, run, ...jobOf(run) }),
    ended: () => {
      onEnded();
      // The engine frees the slot right after this; then there is room.
      setImmediate(pump);
    },
  });
  const workflows = [...jobs.keys()].map((name) => ({
    spec: { name },
    fn: ({ input }: { input: unknown }) => engine.execute(input),
  }));
  const worker = new Worker({ backend: engine.backend, workflows, concurrency });

  function jobOf(run: StoredRun): { job: Job; bind: () => Promise<Record<string, unknown>> } {
    const job = jobs.get(run.job) as Job | undefined;
    if (job === undefined) throw new Error(`Job "${run.job}" is not defined.`);
    if (run.job === hookJobs.uninstall) return { job, bind: () => host.bindEnded(run.installedAppId) };
    const bind = async () => {
      const context = await host.bind(run.installedAppId, job.options.requires ?? []);
      return run.job === hookJobs.install
        ? { ...context, jobs: forInstallation(run.installedAppId, run.runId) }
        : context;
    };
    return { job, bind };
  }

  function forInstallation(installedAppId: string, parentRunId?: string): InstallationJobs {
    const { executions } = engine;
    const isDefined = (job: Job<never, unknown>) => jobs.get(job.name) === job;
    return createInstallationJobs(
      { store, enqueue: engine.enqueue, clock: host.clock, executions, isDefined, pump },
      installedAppId,
      parentRunId,
    );
  }

  function pump(): void {
    pumpAgain = true;
    if (pumping || !running) return;
    pumping = true;
    pumped = pumpUntilQuiet()
      .catch((error: unknown) => host.log.error("The jobs' loop failed; it goes on.", { error }))
      .finally(() => {
        pumping = false;
        armTimer();
      });
  }

  async function pumpUntilQuiet(): Promise<void> {
    while (pumpAgain && running) {
      pumpAgain = false;
      if (outboxDue) {
        outboxDue = false;
        await relayOutbox(host, store, parts.hooks, engine.executions);
        await startTicks();
      }
      // A look is cheaper than a transaction, and most looks of an idle app find nothing.
      if (running && hasWork()) await worker.tick();
    }
  }

  function hasWork(): boolean {
    return engine.hasClaimed() || (engine.hasRoom() && store.hasDue(host.clock()));
  }

  async function startTicks(): Promise<void> {
    // Waking comes with every event; working out cron expressions is for when a tick has passed.
    const now = host.clock();
    if (now < nextTick) return;
    await startScheduledRuns(host, store, parts.schedules, now);
    // From the time that was looked at: a tick that came meanwhile is next, not missed.
    nextTick = nextTickAt(parts.schedules, now);
  }

  function armTimer(): void {
    clearTimeout(timer);
    if (!running) return;
    const now = host.clock();
    const due = store.nextDueAt();
    // What is due already waits for a slot, or for a process that defines its job.
    const untilDue = due !== undefined && due > now ? due - now : pollMilliseconds;
    const untilTick = Number.isFinite(nextTick) ? Math.max(0, nextTick - now) : pollMilliseconds;
    timer = setTimeout(wake, Math.min(pollMilliseconds, untilDue, untilTick)).unref();
  }

  function wake(): void {
    outboxDue = true;
    pump();
  }

  const renewal = async () => {
    await leases.renew(engine.executions);
    await leases.reclaim();
    pump();
  };
  let renewalTimer: NodeJS.Timeout | undefined;

  return {
    start: async () => {
      await leases.reclaim();
      await beginSchedules(host, store, parts.schedules);
      running = true;
      renewalTimer = setInterval(() => {
        renewal().catch((error: unknown) => host.log.error("Leases could not be prolonged.", { error }));
      }, renewalMilliseconds).unref();
      wake();
    },
    wake,
    cancelForInstallation: async (installedAppId) => {
      const cancelled = await store.transaction(() =>
        store.cancelAll(installedAppId, hookJobs.uninstall, host.clock()),
      );
      for (const runNumber of cancelled) engine.executions.get(runNumber)?.stop("cancelled");
    },
    forInstallation,
    stop: async () => {
      running = false;
      clearTimeout(timer);
      clearInterval(renewalTimer);
      for (const execution of engine.executions.values()) execution.stop("shutting-down");
      await untilNone(engine.executions, (resume) => {
        onEnded = resume;
      });
      await pumped;
      await engine.release();
      leases.retire();
      store.close();
    },
  };
}

/** Waits until no execution is left, but not for ever. */
async function untilNone(
  executions: ReadonlyMap<number, Execution>,
  onEnded: (resume: () => void) => void,
): Promise<void> {
  if (executions.size === 0) return;
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, stopMilliseconds);
    onEnded(() => {
      if (executions.size > 0) return;
      clearTimeout(limit);
      resolve();
    });
  });
}
