/**
 * One start of a run: the guard, the steps, the progress, and how it ends. Holds the fence under which everything it
 * writes is taken; once the fence is lost, nothing of it is.
 */
import { createHash } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import { describeFailure } from "../errors/describe.ts";
import { newReference } from "../errors/index.ts";
import type { JobsHost } from "../jobs-host.ts";
import { nextStart, retryPolicy, toJobFailure } from "./failure.ts";
import type { Job, JobContext, JobProgress, StepContext } from "./interface.ts";
import { createProgress } from "./progress.ts";
import type { Ending, RunStore, StoredRun } from "./store/index.ts";
import { decodeValue, encodeValue, UnstorableValue } from "./value.ts";

/** Why an execution must not go on. */
export type StopReason = "cancelled" | "lost" | "shutting-down";

export type Execution = {
  readonly run: StoredRun;
  /** What the run last said of its progress, stored or not. */
  progressText(): string | undefined;
  /** Aborts its signal and refuses its further steps. */
  stop(reason: StopReason): void;
  /** Does the work; always resolves. */
  work(): Promise<Ending>;
};

type Parts = {
  readonly host: JobsHost;
  readonly store: RunStore;
  readonly job: Job;
  readonly run: StoredRun;
  /** The context with the guard asked; hooks have one of their own. */
  readonly bind: () => Promise<Record<string, unknown>>;
};

const stopTexts: Readonly<Record<StopReason, string>> = {
  cancelled: "This run was cancelled.",
  lost: "This run was taken over by another process.",
  "shutting-down": "The app is shutting down; the run goes on when it is back.",
};

/** Makes the execution of a run that was just claimed. */
export function createExecution(parts: Parts): Execution {
  const { host, store, job, run } = parts;
  const abort = new AbortController();
  const progress = createProgress(run.progress, (text) => store.saveProgress(run, text));
  let stopped: StopReason | undefined;
  const stop = (reason: StopReason) => {
    if (stopped !== undefined) return;
    stopped = reason;
    abort.abort(stopError(reason));
  };

  const assertGoesOn = () => {
    if (stopped === undefined && !store.owns(run)) stop("lost");
    if (stopped !== undefined) throw stopError(stopped);
  };
  /** The guard; what it refuses for good stops the whole execution, even one that takes no notice of errors. */
  const bind = () =>
    parts.bind().catch((error: unknown) => {
      if (hasEnded(error)) stop("cancelled");
      throw error;
    });
  const step = createStep({ ...parts, bind }, assertGoesOn);

  const runHandler = async (): Promise<Ending> => {
    // It may have been cancelled between its claim and now.
    assertGoesOn();
    const context = await bind();
    const given: JobContext<unknown> = {
      ...(context as unknown as JobContext<unknown>),
      runId: run.runId,
      input: decodeValue(run.input),
      signal: abort.signal,
      step,
      progress: async (value: JobProgress) => progress.report(encodeValue(value, "The progress") ?? "{}"),
    };
    const result = encodeValue(await job.handler(given), `The result of job ${job.name}`);
    host.crashPoint("job-worked");
    return stopped === "cancelled" ? { kind: "cancelled" } : { kind: "completed", result };
  };

  return {
    run,
    progressText: progress.latest,
    stop,
    work: async () => {
      try {
        return await runHandler();
      } catch (error) {
        return endingOfFailure(parts, error, stopped);
      } finally {
        progress.stop();
      }
    },
  };
}

type Step = JobContext<unknown>["step"];

function createStep(parts: Parts, assertGoesOn: () => void): Step {
  const { host, store, run } = parts;
  const names = new Set<string>();
  // A first start has nothing to look up.
  const finished =
    run.attempt > 1 ? store.finishedSteps(run.runNumber) : new Map<string, string | undefined>();
  let failures = run.failures + run.crashes;
  const step = async <Value>(
    name: string,
    work: (step: StepContext) => Value | Promise<Value>,
  ): Promise<Value> => {
    if (names.has(name)) throw stepNameUsedTwice(name);
    names.add(name);
    if (finished.has(name)) return decodeValue(finished.get(name)) as Value;
    assertGoesOn();
    await parts.bind();
    assertGoesOn();
    host.crashPoint("job-step-begins");
    const value = await work({ effectKey: effectKey(run, name), attempt: failures + 1 });
    const text = encodeValue(value, `The result of step "${name}"`);
    host.crashPoint("job-step-worked");
    if (!(await store.saveStep(run, name, text, host.clock()))) {
      assertGoesOn();
      throw stopError("lost");
    }
    failures = 0;
    host.crashPoint("job-step-saved");
    // Decoded, so that the first start sees what a later one will.
    return decodeValue(text) as Value;
  };
  // The public type takes a further argument that nobody has, to refuse secrets while compiling.
  return step as Step;
}

/** Stable for an installation, run and step, for ever; letters, digits, `-` and `_` only, 48 characters. */
function effectKey(run: StoredRun, step: string): string {
  const identity = [run.installedAppId, run.runId, step].join("\n");
  return `annex${createHash("sha256").update(identity).digest("base64url")}`;
}

function endingOfFailure(parts: Parts, thrown: unknown, stopped: StopReason | undefined): Ending {
  const { host, run, job } = parts;
  // For "lost" the fence is gone too, so that whatever is said here changes nothing.
  if (stopped === "shutting-down" || stopped === "lost") return { kind: "released" };
  if (stopped === "cancelled") return { kind: "cancelled" };
  const error = thrown instanceof UnstorableValue ? unstorable(thrown) : describeFailure(thrown);
  const reference = newReference();
  const failure = JSON.stringify(toJobFailure(error, reference));
  const now = host.clock();
  const availableAt = nextStart(error, run.failures, retryPolicy(job.options.retries), now, host.random());
  host.log.warn(availableAt === undefined ? "A job failed." : "A job failed and will be tried again.", {
    reference,
    installed_app_id: run.installedAppId,
    job: run.job,
    run_id: run.runId,
    attempt: run.attempt,
    code: error.code,
    error: error.cause ?? error,
  });
  return availableAt === undefined ? { kind: "failed", failure } : { kind: "retried", failure, availableAt };
}

/** The guard can learn that the installation has ended before the relay has come to the event. */
function hasEnded(error: unknown): boolean {
  return error instanceof AppError && error.code === "app_uninstalled";
}

function stopError(reason: StopReason): AppError {
  return new AppError({
    code: `run_${reason.replace("-", "_")}`,
    status: 409,
    whatHappened: stopTexts[reason],
    whatToDo: "Nothing has to be done.",
  });
}

function unstorable(error: UnstorableValue): AppError {
  return new AppError({
    code: "unstorable_value",
    status: 500,
    whatHappened: error.message,
    whatToDo: "Correct the job: a run keeps plain JSON only, and nothing secret.",
    cause: error,
  });
}

function stepNameUsedTwice(name: string): AppError {
  return new AppError({
    code: "step_name_used_twice",
    status: 500,
    whatHappened: `The job has two steps named "${name}"; the second would get the first one's result.`,
    whatToDo: "Correct the job: put what the step is about into its name, such as an id.",
  });
}
