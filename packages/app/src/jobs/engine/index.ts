/**
 * The engine: says which run is worked when, and by whom; the runs themselves, their steps and what a person sees of
 * them are the store's. A loop looks for what is due whenever a commit made something due or a run has ended, so that
 * an idle job starts in a millisecond or two; a slow look is left for what other processes do to the same database,
 * and a timer for the next retry or tick.
 */
import type { Concurrency, StoredRun } from "../../stores/runs.ts";
import { createExecutions, type Executions } from "../execution/executions.ts";
import type { Work } from "../execution/work.ts";
import type { Workshop } from "../execution/workshop.ts";
import { nextTickAt, type Schedule } from "../policy/ticks.ts";
import { beginSchedules, startDueTicks } from "../schedules.ts";
import { createLeases, leaseMilliseconds, reclaimMilliseconds, renewalMilliseconds } from "./leases.ts";
import { every, type Repeated } from "./repeated.ts";
import { createWaits } from "./waits.ts";

export type EngineParts = {
  readonly workshop: Workshop;
  /** Names of the jobs this process can work, the framework's own among them. */
  readonly jobs: readonly string[];
  readonly workOf: (run: StoredRun) => Work;
  readonly schedules: readonly Schedule[];
  readonly concurrency: Concurrency;
  /** Runs at once in this process. */
  readonly slots: number;
  /** How long running steps may take to end when the app stops; five seconds unless given. */
  readonly stopMilliseconds?: number | undefined;
};

export type Engine = {
  readonly executions: Executions;
  /** Takes over what is left from before, and begins. */
  start(): Promise<void>;
  /** A commit is being made, or was made, that makes runs due; returns at once. */
  wake(): void;
  /** The clock went on, or something that waited may go on. */
  look(): void;
  /** Takes no new work, lets running steps end, hands over what is left. */
  stop(): Promise<void>;
};

/** How soon what another process wrote is seen. */
const lookMilliseconds = 1000;
/** How long running steps may take to end when the app stops; what is not done then is handed over as it is. */
const usualStopMilliseconds = 5000;

export function createEngine(parts: EngineParts): Engine {
  const { workshop, schedules } = parts;
  const { store, log, clock } = workshop;
  const leases = createLeases(workshop);
  const waits = createWaits(workshop);
  const executions = createExecutions(workshop, parts.workOf, () => claimSoon());
  let running = false;
  let claimDue = false;
  let claiming = 0;
  const claims = new Set<Promise<void>>();
  let askedMeanwhile = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let timer: NodeJS.Timeout | undefined;
  let repeated: readonly Repeated[] = [];

  /** Once for all that happens in a turn, and still in it, so that the claim shares the turn's commit. */
  function claimSoon(): void {
    if (claimDue || !running) return;
    claimDue = true;
    queueMicrotask(() => {
      claimDue = false;
      const underWay = claim()
        .catch((error: unknown) => log.error("Runs could not be claimed; it is tried again.", { error }))
        .finally(() => claims.delete(underWay));
      claims.add(underWay);
    });
  }

  async function claim(): Promise<void> {
    const limit = parts.slots - executions.busy() - claiming;
    if (limit <= 0 || !running) {
      // A claim under way may have looked before what this one was asked for was there.
      askedMeanwhile = claiming > 0;
      return;
    }
    claiming += limit;
    try {
      const now = clock();
      const { jobs, concurrency } = parts;
      const { worker } = leases;
      const request = { worker, jobs, limit, now, leaseMilliseconds, concurrency };
      const claimed = await store.runs.claim(request);
      if (running) for (const run of claimed) executions.begin(run);
      // The engine has stopped meanwhile: nothing begins any more, and nobody is to wait for the lease.
      else await executions.giveBack(claimed);
    } finally {
      claiming -= limit;
      if (askedMeanwhile) {
        askedMeanwhile = false;
        claimSoon();
      }
    }
  }

  function look(): void {
    lookAgain = true;
    if (looking !== undefined || !running) return;
    looking = lookUntilQuiet().finally(() => {
      looking = undefined;
      // Asked for when the loop had just ended.
      if (lookAgain) look();
    });
  }

  async function lookUntilQuiet(): Promise<void> {
    while (lookAgain && running) {
      lookAgain = false;
      await lookOnce().catch((error: unknown) => log.error("The jobs' loop failed; it goes on.", { error }));
      await armTimer().catch((error: unknown) =>
        log.error("The next look at the jobs comes late.", { error }),
      );
    }
  }

  async function lookOnce(): Promise<void> {
    if (await waits.end()) lookAgain = true;
    await startDueTicks(workshop, schedules);
    if (await store.runs.hasDue(clock())) claimSoon();
  }

  async function armTimer(): Promise<void> {
    clearTimeout(timer);
    if (!running) return;
    const now = clock();
    // Should the store not answer, the next look is the usual one.
    timer = setTimeout(look, lookMilliseconds).unref();
    const due = await store.runs.nextDueAt();
    const next = Math.min(due ?? Number.POSITIVE_INFINITY, nextTickAt(schedules, now));
    const wait = Math.min(lookMilliseconds, Math.max(0, next - now));
    clearTimeout(timer);
    if (running) timer = setTimeout(look, wait).unref();
  }

  const reclaim = async () => {
    if ((await leases.reclaim()) > 0) look();
  };

  return {
    executions,
    start: async () => {
      await leases.reclaim();
      await beginSchedules(workshop, schedules);
      running = true;
      repeated = [
        every(
          renewalMilliseconds,
          () => leases.renew(executions.running),
          (error) => log.error("Leases could not be prolonged.", { error }),
        ),
        every(reclaimMilliseconds, reclaim, (error) =>
          log.error("What the dead held could not be taken back; it is tried again.", { error }),
        ),
      ];
      look();
    },
    wake: claimSoon,
    look,
    stop: async () => {
      running = false;
      clearTimeout(timer);
      for (const { stop } of repeated) stop();
      executions.stopAll("shutting-down");
      await looking;
      await Promise.all(claims);
      await executions.idle(parts.stopMilliseconds ?? usualStopMilliseconds);
      await executions.handOver();
      leases.retire();
    },
  };
}
