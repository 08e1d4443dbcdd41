/**
 * Durable background work: `app.job`, steps, progress, retries, cancelling, schedules, and the work that installs and
 * uninstalls start. Touches the store and the vault's client only, through what it is opened with.
 *
 * What holds, whatever line the process dies on:
 * - a run is written by the transaction that causes it, and goes on after its last finished step;
 * - a step's result is taken only from the holder of the run's fence, so two starts never both count;
 * - what a step does to Cloud is noted before it is sent and looked for before it is sent again;
 * - the guard (installation active, permissions granted) is asked before a run and before each of its steps.
 *
 * In the order data passes: `starting` (the app's code → a run), the store's commit, `engine` (which run is worked
 * when) → `execution` (guard, steps, effects, ending) with `policy` (pure decisions) beside them.
 */
import { systemJobs } from "../installations/system-jobs.ts";
import { refuseUnknown } from "../options/index.ts";
import type { StoredRun } from "../stores/runs.ts";
import { createEngine, type Engine } from "./engine/index.ts";
import { Postponed } from "./execution/failures.ts";
import type { BoundContext, Work } from "./execution/work.ts";
import type { Workshop } from "./execution/workshop.ts";
import { createInstallationJobs } from "./installation-jobs.ts";
import type {
  InstallationJobs,
  InstallContext,
  Job,
  JobHandler,
  JobOptions,
  ScheduleArguments,
  ScheduleOptions,
  UninstallContext,
} from "./interface.ts";
import { checkJobOptions, scheduleOptions } from "./job-options.ts";
import { concurrencyOf, slots } from "./policy/concurrency.ts";
import { pauseForQuestion } from "./policy/pauses.ts";
import { hookRetries, retryPolicy } from "./policy/retries.ts";
import { defineSchedule, type Schedule, type UpcomingTick, upcomingTicks } from "./policy/ticks.ts";
import { type PrepareStart, prepareStarts, type StartingWork } from "./starting.ts";

const nameForm = /^[a-z][a-z0-9-]{0,63}$/;
/** How long one try of a hook may take. */
const hookDeadline = 10 * 60_000;

/** The jobs of one app: defined first, then opened. */
export type Jobs = {
  define<Input, Result>(
    name: string,
    options: JobOptions<Input>,
    handler: JobHandler<Input, Result>,
  ): Job<Input, Result>;
  onInstall(handler: (context: InstallContext) => unknown): void;
  onUninstall(handler: (context: UninstallContext) => unknown): void;
  schedule<Input, Result>(
    name: string,
    cron: string,
    job: Job<Input, Result>,
    ...given: ScheduleArguments<Input>
  ): void;
  /** Whether there is anything to do when an installation begins or ends. */
  hasHook(work: "on-install" | "on-uninstall"): boolean;
  /** Starts of an installation, each once for the work that makes them where that is known. */
  prepareStarts(installedAppId: string, parent?: StartingWork): PrepareStart;
  /** The schedules of a job, each with its next tick, in milliseconds since 1970. */
  schedulesOf(job: string, now: number): readonly UpcomingTick[];
  open(parts: JobsParts): OpenJobs;
};

/** What the framework gives to its jobs. */
export type JobsParts = Omit<Workshop, "effects" | "prepareStarts" | "jobsOf" | "wake"> & {
  /** @throws AppError app_uninstalled, key_revoked or missing_permission. */
  bind(installedAppId: string, requires: JobOptions<never>["requires"]): Promise<BoundContext>;
  /** For what comes after an installation's end. */
  bindEnded(installedAppId: string): Promise<BoundContext>;
  /** Asks Cloud what only Cloud knows of an installation; how long until it is asked again, or nothing when it is settled. */
  askCloud(installedAppId: string): Promise<number | undefined>;
  /** Whether Cloud's keys can be opened at the moment. */
  canOpenKeys(): Promise<boolean>;
  /** How long running steps may take to end when the app stops. */
  readonly stopMilliseconds?: number;
};

export type OpenJobs = {
  /** Begins to work; what was left from before goes on. */
  start(): Promise<void>;
  /** A commit made runs due. */
  wake(): void;
  /** The clock went on; what is due is worked. */
  look(): void;
  /** An installation ended: what it runs here is stopped; its runs are cancelled in the store already. */
  ended(installedAppId: string): void;
  /** The runs of an installation; what `parent` starts, it starts once. */
  forInstallation(installedAppId: string, parent?: StartingWork): InstallationJobs;
  /** Takes no new work and lets running steps end. */
  stop(): Promise<void>;
};

/**
 * Makes the jobs of one app.
 *
 * @example
 * const jobs = createJobs();
 * const importPayIns = jobs.define("import-pay-ins", { requires: ["data:write"] }, async ({ step }) => { … });
 * const open = jobs.open(parts);
 * await open.start();
 * await open.forInstallation("instapp_…").start(importPayIns);
 */
export function createJobs(): Jobs {
  const jobs = new Map<string, Job<never, unknown>>();
  const schedules: Schedule[] = [];
  let isOpen = false;
  const isDefined = (job: Job<never, unknown>) => jobs.get(job.name) === job;
  const assertOpen = () => {
    if (isOpen) throw new TypeError("Define jobs, hooks and schedules before the app answers requests.");
  };
  const add = (job: Job<never, unknown>) => {
    assertOpen();
    if (jobs.has(job.name)) throw new TypeError(`Job "${job.name}" is defined twice.`);
    jobs.set(job.name, job);
  };
  const addHook = (name: string, handler: (context: never) => unknown) =>
    add({ name, options: {}, handler: handler as JobHandler<never, unknown> });

  return {
    define: (name, options, handler) => {
      if (!nameForm.test(name))
        throw new TypeError(`"${name}" is no job name: use lower case, digits and dashes.`);
      checkJobOptions(name, options);
      const job = { name, options, handler };
      add(job as unknown as Job<never, unknown>);
      return job;
    },
    onInstall: (handler) => addHook(systemJobs["on-install"], handler),
    onUninstall: (handler) => addHook(systemJobs["on-uninstall"], handler),
    schedule: (name, cron, job, ...[options]) => {
      assertOpen();
      if (name.startsWith("@")) throw new TypeError(`The schedule ${name} has a name of the framework's.`);
      if (schedules.some((schedule) => schedule.name === name))
        throw new TypeError(`Schedule "${name}" is defined twice.`);
      refuseUnknown(options ?? {}, scheduleOptions, `The schedule ${name}`);
      const known = job as unknown as Job<never, unknown>;
      schedules.push(defineSchedule(name, cron, known, options as ScheduleOptions<unknown> | undefined));
    },
    hasHook: (work) => jobs.has(systemJobs[work]),
    prepareStarts: (installedAppId, parent) => prepareStarts(isDefined, installedAppId, parent),
    schedulesOf: (job, now) => upcomingTicks(schedules, job, now),
    open: (parts) => {
      isOpen = true;
      return openJobs(parts, jobs, schedules, isDefined);
    },
  };
}

function openJobs(
  parts: JobsParts,
  jobs: ReadonlyMap<string, Job<never, unknown>>,
  schedules: readonly Schedule[],
  isDefined: (job: Job<never, unknown>) => boolean,
): OpenJobs {
  const { store, clock } = parts;
  const wake = () => engine.wake();
  const jobsOf = (installedAppId: string, parent?: StartingWork) =>
    createInstallationJobs(
      { store, clock, executions: engine.executions, wake },
      installedAppId,
      prepareStarts(isDefined, installedAppId, parent),
    );
  const workshop: Workshop = {
    store,
    effects: store.effects,
    clock,
    random: parts.random,
    log: parts.log,
    crashPoint: parts.crashPoint,
    prepareStarts: (installedAppId, parent) => prepareStarts(isDefined, installedAppId, parent),
    jobsOf,
    documentUnit: parts.documentUnit,
    dataOf: parts.dataOf,
    cloudOf: parts.cloudOf,
    wake,
  };
  const engine: Engine = createEngine({
    workshop,
    jobs: [...jobs.keys(), systemJobs["ask-cloud"]],
    workOf: (run) => workOf(parts, jobs, run),
    schedules,
    concurrency: concurrencyOf(jobs.values()),
    slots,
    stopMilliseconds: parts.stopMilliseconds,
  });
  return {
    start: async () => {
      await engine.start();
      await sayWhatNobodyWorks(parts, jobs);
    },
    wake,
    look: () => engine.look(),
    ended: (installedAppId) => engine.executions.stopOf(installedAppId, "cancelled"),
    forInstallation: jobsOf,
    stop: () => engine.stop(),
  };
}

/** A run whose job the new version does not define any more waits for ever; somebody has to know. */
async function sayWhatNobodyWorks(
  { store, log }: JobsParts,
  jobs: ReadonlyMap<string, Job<never, unknown>>,
): Promise<void> {
  const waiting = await store.runs.waitingJobs();
  const unknown = waiting.filter((job) => !jobs.has(job) && job !== systemJobs["ask-cloud"]);
  if (unknown.length > 0)
    log.warn(
      "Runs wait for jobs that this version of the app does not define; cancel them, or define the jobs.",
      {
        jobs: unknown,
      },
    );
}

function workOf(parts: JobsParts, jobs: ReadonlyMap<string, Job<never, unknown>>, run: StoredRun): Work {
  if (run.job === systemJobs["ask-cloud"]) return askingWork(parts);
  const job = jobs.get(run.job) as Job | undefined;
  if (job === undefined) throw new Error(`Job "${run.job}" is not defined.`);
  const { handler, options } = job;
  if (run.job === systemJobs["on-uninstall"]) {
    const bind = (ended: StoredRun) => parts.bindEnded(ended.installedAppId);
    return { bind, handler, notesEffects: true, retries: hookRetries, deadlineMilliseconds: hookDeadline };
  }
  const isHook = run.job === systemJobs["on-install"];
  const seconds = options.deadlineSeconds;
  return {
    mayBegin: (begun) => untilCloudHasAnswered(parts, begun),
    bind: (bound) => parts.bind(bound.installedAppId, options.requires),
    handler,
    notesEffects: isHook,
    retries: isHook ? hookRetries : retryPolicy(options.retries),
    deadlineMilliseconds: isHook ? hookDeadline : seconds === undefined ? undefined : seconds * 1000,
  };
}

const keysPauseMilliseconds = 30_000;

/**
 * Background work starts for none of two installations that Cloud has not told apart, for none it refuses, and for
 * none while no key can be opened.
 */
async function untilCloudHasAnswered(
  { store, clock, canOpenKeys }: JobsParts,
  run: StoredRun,
): Promise<void> {
  if (!(await canOpenKeys())) throw new Postponed(keysPauseMilliseconds);
  const { suspendedAt, contests } = await store.installations.openQuestions(run.installedAppId);
  const since = suspendedAt ?? contests[0]?.since;
  if (since === undefined) return;
  throw new Postponed(pauseForQuestion(since, clock()));
}

function askingWork(parts: JobsParts): Work {
  return {
    bind: (run) => parts.bindEnded(run.installedAppId),
    handler: async ({ installation }) => {
      const again = await parts.askCloud(installation.installedAppId);
      if (again !== undefined) throw new Postponed(again);
    },
    notesEffects: false,
    retries: hookRetries,
    deadlineMilliseconds: hookDeadline,
  };
}
