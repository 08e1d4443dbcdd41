/** The runs of one installation, as the app's code starts, reads and ends them: `c.jobs`. */
import { AppError } from "../errors/app-error.ts";
import { actingNow } from "../process/whose-code.ts";
import { isPutOff } from "../stores/columns.ts";
import type { NewRun, Store } from "../stores/interface.ts";
import { underWay } from "../stores/run-lanes.ts";
import type { ListFilter, StoredRun } from "../stores/runs.ts";
import { decodeValue } from "../values/index.ts";
import type { Executions } from "./execution/executions.ts";
import type {
  InstallationJobs,
  Job,
  JobFailure,
  JobProgress,
  JobRun,
  JobRunStatus,
  ListRunsOptions,
} from "./interface.ts";
import { resolveEffect, retryRun, unknownEffectsOf } from "./open-effects.ts";
import { causeOf } from "./policy/causes.ts";
import { keyReused, type PrepareStart } from "./starting.ts";

const usualLimit = 100;
const largestLimit = 1000;
/** So often a run that is under way may end while it is looked up. */
const mostTries = 10;
const noRuns: Readonly<Record<JobRunStatus, number>> = {
  queued: 0,
  running: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
};

export type InstallationJobsParts = {
  readonly store: Store;
  readonly clock: () => number;
  /** Absent in a process that works no jobs, such as a command. */
  readonly executions: Executions | undefined;
  /** A commit makes a run due. */
  readonly wake: () => void;
};

/** Binds the runs of an installation. */
export function createInstallationJobs(
  parts: InstallationJobsParts,
  installedAppId: string,
  prepare: PrepareStart,
): InstallationJobs {
  const { store, clock } = parts;
  const { runs } = store;
  const known = async (runId: string): Promise<StoredRun> => {
    const run = await runs.get(installedAppId, runId);
    if (run === undefined) throw noSuchRun();
    return run;
  };
  const retry = async (runId: string): Promise<JobRun> => {
    const run = await retryRun(store, await known(runId), clock(), actingNow());
    if (run === undefined) throw wrongState(await known(runId), "failed or cancelled", "tried again");
    parts.wake();
    return toJobRun(run, parts.executions);
  };

  const startOnce = async (run: NewRun): Promise<JobRun | undefined> => {
    const now = clock();
    const committed = store.commit({ expected: [], writes: [], runs: [run] }, now);
    parts.wake();
    const outcome = await committed;
    if (outcome.outcome === "key-reused") throw keyReused();
    const started = outcome.outcome === "committed" ? outcome.runs[0] : undefined;
    if (started === undefined) return undefined;
    return started.isNew
      ? newRun(started.runId, run, now)
      : toJobRun(await known(started.runId), parts.executions);
  };
  const runsUnderWay = (job: string) =>
    runs.list(installedAppId, { jobs: [job], statuses: underWay, limit: largestLimit, after: undefined });
  const startRun = async (run: NewRun): Promise<JobRun> => {
    let newest: StoredRun | undefined;
    // The run under way can end before it is read: then the next try starts one.
    for (let tries = 0; tries < mostTries; tries += 1) {
      const started = await startOnce(run);
      if (started !== undefined) return started;
      const listed = await runsUnderWay(run.job);
      const active = listed.find((one) => isInTheWayOf(run, one, clock()));
      if (active !== undefined) return toJobRun(active, parts.executions);
      [newest] = listed;
    }
    // Another machine's clock, a little ahead of this one, has said that its time has come.
    if (newest !== undefined) return toJobRun(newest, parts.executions);
    throw new Error("The store gave no run.");
  };

  return {
    start: async <Input, Result>(job: Job<Input, Result>, ...given: readonly unknown[]) => {
      const [input, options] = given as Parameters<PrepareStart> extends [unknown, ...infer Rest]
        ? Rest
        : never;
      const run = prepare(job as unknown as Job<never, unknown>, input, options);
      return (await startRun(run)) as JobRun<Input, Result>;
    },
    get: async (runId) => {
      const run = await runs.get(installedAppId, runId);
      return run === undefined ? undefined : toJobRun(run, parts.executions);
    },
    list: async (options = {}) => {
      const found = await runs.list(installedAppId, listFilter(options));
      return found.map((run) => toJobRun(run, parts.executions));
    },
    counts: async ({ job } = {}) => {
      const found = await runs.counts(installedAppId, job === undefined ? undefined : [job]);
      const sums: Record<JobRunStatus, number> = { ...noRuns };
      for (const { status, runs: more } of found) sums[status] += more;
      return sums;
    },
    retry,
    cancel: async (runId) => {
      const run = await runs.cancel(installedAppId, runId, clock(), actingNow());
      if (run === undefined) throw wrongState(await known(runId), "queued or running", "cancelled");
      parts.executions?.stop([run.runNumber], "cancelled");
      return toJobRun(run, parts.executions);
    },
    unknownEffects: async (runId) => {
      return unknownEffectsOf(await store.effects.open((await known(runId)).runNumber));
    },
    resolve: async (runId, effectKey, seen) => {
      const run = await resolveEffect(store, await known(runId), { effectKey, seen }, clock(), actingNow());
      if (run === undefined) throw noSuchEffect();
      parts.wake();
      return toJobRun(run, parts.executions);
    },
  };
}

/** One that was put off and has not begun is in the way of what is put off too, and of nothing else. */
function isInTheWayOf({ startsAt }: NewRun, run: StoredRun, now: number): boolean {
  const isPutOffToo = isPutOff(startsAt, now);
  return isPutOffToo || run.startedAt !== undefined || run.availableAt <= Math.max(run.createdAt, now);
}

/** A filter with what was left out. */
export function listFilter(options: ListRunsOptions): ListFilter {
  const limit = options.limit ?? usualLimit;
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit) {
    throw new AppError({
      code: "invalid_limit",
      status: 422,
      whatHappened: `limit must be a whole number from 1 to ${largestLimit}.`,
      whatToDo: "Ask for fewer runs at a time.",
      details: { field: "limit" },
    });
  }
  return { jobs: listed(options.job), statuses: listed(options.status), limit, after: options.after };
}

function listed<Value extends string>(
  given: Value | readonly Value[] | undefined,
): readonly Value[] | undefined {
  return typeof given === "string" ? [given] : given;
}

function noSuchRun(): AppError {
  return new AppError({
    code: "no_such_run",
    status: 404,
    whatHappened: "There is no run with this id.",
    whatToDo: "Go back to the list of runs.",
  });
}

function noSuchEffect(): AppError {
  return new AppError({
    code: "no_such_effect",
    status: 404,
    whatHappened: "The run has no open effect of this name.",
    whatToDo: "Look at the run's open effects again.",
  });
}

function wrongState(run: StoredRun, wanted: string, action: string): AppError {
  return new AppError({
    code: "run_state",
    status: 409,
    whatHappened: `A run that is ${run.status} cannot be ${action}; only one that is ${wanted}.`,
    whatToDo: "Look at the run's state again.",
  });
}

/** A run that was started just now. */
function newRun(runId: string, { job, input, cause, startsAt }: NewRun, now: number): JobRun {
  const started = causeOf({ job, cause });
  return {
    runId,
    job,
    status: "queued",
    input: decodeValue(input),
    attempt: 0,
    ...(started === undefined ? {} : { cause: started }),
    createdAt: new Date(now),
    ...(startsAt !== undefined && startsAt > now ? { waitsUntil: new Date(startsAt) } : {}),
  };
}

/** A stored run as people see it, with progress that may not be stored yet. */
export function toJobRun(run: StoredRun, executions?: Executions): JobRun {
  const execution = run.status === "running" ? executions?.running.get(run.runNumber) : undefined;
  const progress = decodeValue(execution?.progressText() ?? run.progress) as JobProgress | undefined;
  const result = decodeValue(run.result);
  // A run that waits to be tried again says why; one that runs again has not failed yet.
  const failure = run.status === "failed" || run.status === "queued" ? run.failure : undefined;
  const waits = run.status === "queued" && run.availableAt > run.createdAt;
  const cause = causeOf(run);
  return {
    runId: run.runId,
    job: run.job,
    status: run.status,
    input: decodeValue(run.input),
    ...(result === undefined ? {} : { result }),
    ...(failure === undefined ? {} : { error: JSON.parse(failure) as JobFailure }),
    ...(progress === undefined ? {} : { progress }),
    attempt: run.attempt,
    ...(cause === undefined ? {} : { cause }),
    createdAt: new Date(run.createdAt),
    ...(waits ? { waitsUntil: new Date(run.availableAt) } : {}),
    ...(run.startedAt === undefined ? {} : { startedAt: new Date(run.startedAt) }),
    ...(run.finishedAt === undefined ? {} : { finishedAt: new Date(run.finishedAt) }),
  };
}
