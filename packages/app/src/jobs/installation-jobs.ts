/** The runs of one installation, as the app's code starts, reads and ends them: `c.jobs`. */
import { AppError } from "../errors/app-error.ts";
import type { Execution } from "./execution.ts";
import type { InstallationJobs, Job, JobFailure, JobProgress, JobRun, ListRunsOptions } from "./interface.ts";
import type { NewRun, RunStore, StoredRun } from "./store/index.ts";
import { decodeValue, encodeValue } from "./value.ts";

const usualLimit = 100;
const largestLimit = 1000;

export type InstallationJobsParts = {
  readonly store: RunStore;
  readonly enqueue: (run: NewRun) => Promise<StoredRun>;
  readonly clock: () => number;
  readonly executions: ReadonlyMap<number, Execution>;
  readonly isDefined: (job: Job<never, unknown>) => boolean;
  /** Called after each commit that made a run due. */
  readonly pump: () => void;
};

/**
 * Binds the runs of an installation.
 *
 * @param parentRunId the run whose handler starts others: its starts without a key get one of their own, so that a
 * handler that is run again starts nothing twice
 */
export function createInstallationJobs(
  parts: InstallationJobsParts,
  installedAppId: string,
  parentRunId?: string,
): InstallationJobs {
  const { store } = parts;
  const keyOfStart = countedKeys(parentRunId);

  return {
    start: async <Input, Result>(
      job: Job<Input, Result>,
      input?: Input,
      options: { readonly idempotencyKey?: string } = {},
    ) => {
      const known = job as unknown as Job<never, unknown>;
      if (!parts.isDefined(known)) throw new TypeError(`Job "${job.name}" was not defined with this app.`);
      const text = encodeValue(checkedInput(job, input), `The input of job ${job.name}`);
      const ownKey =
        options.idempotencyKey === undefined ? keyOfStart(job.name) : `key/${options.idempotencyKey}`;
      const dedupeKey = ownKey === undefined ? undefined : [installedAppId, job.name, ownKey].join("\n");
      const run = await parts.enqueue({ installedAppId, job: job.name, input: text, dedupeKey });
      parts.pump();
      return toJobRun(run, parts.executions) as JobRun<Input, Result>;
    },
    get: async (runId) => {
      const run = store.get(installedAppId, runId);
      return run === undefined ? undefined : toJobRun(run, parts.executions);
    },
    list: async (options = {}) =>
      store.list(installedAppId, listFilter(options)).map((run) => toJobRun(run, parts.executions)),
    retry: async (runId) => {
      const run = await store.retry(installedAppId, runId, parts.clock());
      if (run === undefined)
        throw refusal(store.get(installedAppId, runId), "failed or cancelled", "tried again");
      parts.pump();
      return toJobRun(run, parts.executions);
    },
    cancel: async (runId) => {
      const run = await store.cancel(installedAppId, runId, parts.clock());
      if (run === undefined)
        throw refusal(store.get(installedAppId, runId), "queued or running", "cancelled");
      parts.executions.get(run.runNumber)?.stop("cancelled");
      return toJobRun(run, parts.executions);
    },
  };
}

function countedKeys(parentRunId: string | undefined): (job: string) => string | undefined {
  const counts = new Map<string, number>();
  return (job) => {
    if (parentRunId === undefined) return undefined;
    const count = (counts.get(job) ?? 0) + 1;
    counts.set(job, count);
    return `parent/${parentRunId}/${count}`;
  };
}

function checkedInput<Input, Result>(job: Job<Input, Result>, input: Input | undefined): unknown {
  if (job.options.input === undefined) return input;
  const parsed = job.options.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "input" : issue.path.map(String).join(".");
  throw new AppError({
    code: "invalid_input",
    status: 422,
    whatHappened: `The job was not started: ${field} ${issue?.message ?? "is not valid"}.`,
    whatToDo: `Correct ${field}, then start it again.`,
    details: { field },
  });
}

function listFilter(options: ListRunsOptions) {
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
  return { job: options.job, status: options.status, limit, after: options.after };
}

function refusal(run: StoredRun | undefined, wanted: string, action: string): AppError {
  if (run === undefined) {
    return new AppError({
      code: "no_such_run",
      status: 404,
      whatHappened: "There is no run with this id.",
      whatToDo: "Go back to the list of runs.",
    });
  }
  return new AppError({
    code: "run_state",
    status: 409,
    whatHappened: `A run that is ${run.status} cannot be ${action}; only one that is ${wanted}.`,
    whatToDo: "Look at the run's state again.",
  });
}

/** A stored run as the app sees it, with progress that may not be stored yet. */
export function toJobRun(run: StoredRun, executions: ReadonlyMap<number, Execution>): JobRun {
  const execution = run.status === "running" ? executions.get(run.runNumber) : undefined;
  const progress = decodeValue(execution?.progressText() ?? run.progress) as JobProgress | undefined;
  const result = decodeValue(run.result);
  // A run that waits to be tried again says why; one that runs again has not failed yet.
  const failure = run.status === "failed" || run.status === "queued" ? run.failure : undefined;
  return {
    runId: run.runId,
    job: run.job,
    status: run.status,
    input: decodeValue(run.input),
    ...(result === undefined ? {} : { result }),
    ...(failure === undefined ? {} : { error: JSON.parse(failure) as JobFailure }),
    ...(progress === undefined ? {} : { progress }),
    attempt: run.attempt,
    createdAt: new Date(run.createdAt),
    ...(run.startedAt === undefined ? {} : { startedAt: new Date(run.startedAt) }),
    ...(run.finishedAt === undefined ? {} : { finishedAt: new Date(run.finishedAt) }),
  };
}
