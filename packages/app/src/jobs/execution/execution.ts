/**
 * One start of a run: the guard, the steps, the progress, and how it ends. Holds the fence under which everything it
 * writes is taken; once the fence is lost, nothing of it is.
 */
import { AppError } from "../../errors/app-error.ts";
import { describeFailure } from "../../errors/describe.ts";
import { newReference } from "../../errors/index.ts";
import { readable } from "../../errors/readable.ts";
import { runAs } from "../../process/whose-code.ts";
import type { Ending, StoredRun } from "../../stores/runs.ts";
import { decodeValue, encodeValue, UnstorableValue } from "../../values/index.ts";
import type { JobContext, JobProgress } from "../interface.ts";
import { causeOf } from "../policy/causes.ts";
import { toJobFailure, waitBeforeRetry } from "../policy/retries.ts";
import { runScope } from "./effects.ts";
import { deadlinePassed, Postponed, type StopReason, stopError, unstorable } from "./failures.ts";
import { createProgress } from "./progress.ts";
import { createStep } from "./step.ts";
import type { BoundContext, Work } from "./work.ts";
import type { Workshop } from "./workshop.ts";

export type Execution = {
  readonly run: StoredRun;
  /** What the run last said of its progress, stored or not. */
  progressText(): string | undefined;
  /** Aborts its signal and refuses its further steps. */
  stop(reason: StopReason): void;
  /** Does the work; always resolves. */
  work(): Promise<Ending>;
};

/** Makes the execution of a run that was just claimed. */
export function createExecution(workshop: Workshop, run: StoredRun, work: Work): Execution {
  const abort = new AbortController();
  const progress = createProgress(run.progress, (text) => workshop.store.runs.saveProgress(run, text));
  const count = { failures: run.failures + run.crashes };
  let stopped: StopReason | undefined;
  const stop = (reason: StopReason) => {
    if (stopped !== undefined) return;
    stopped = reason;
    abort.abort(stopError(reason));
  };

  const assertGoesOn = async () => {
    if (stopped === undefined && !(await workshop.store.runs.owns(run))) stop("lost");
    if (stopped !== undefined) throw stopError(stopped);
  };
  /** The guard; what it refuses for good stops the whole execution, even one that takes no notice of errors. */
  const bind = () =>
    work.bind(run).catch((error: unknown) => {
      if (hasEnded(error)) stop("cancelled");
      throw error;
    });

  const runHandler = async (): Promise<Ending> => {
    // Asked at once, since each is a way to the database and back; what it says counts after the others.
    const context = bind();
    context.catch(() => undefined);
    // It may have been cancelled between its claim and now.
    await Promise.all([assertGoesOn(), work.mayBegin?.(run)]);
    const given = {
      ...boundTo(workshop, run, await context, work.notesEffects),
      signal: abort.signal,
      step: createStep({ workshop, run, bind, assertGoesOn, count }),
      progress: async (value: JobProgress) => progress.report(encodeValue(value, "The progress") ?? "{}"),
    };
    // A hook's and an uninstall's handler is typed to see less of it.
    const who = { job: run.job, run_id: run.runId, installed_app_id: run.installedAppId };
    const handle = () =>
      runAs(who, { kind: "job", id: run.runId }, () => work.handler(given as unknown as JobContext<unknown>));
    const value = await withinDeadline(handle, work.deadlineMilliseconds, stop);
    const result = encodeValue(value, `The result of job ${run.job}`);
    workshop.crashPoint("job-worked");
    return stopped === "cancelled" ? { kind: "cancelled" } : { kind: "completed", result };
  };

  return {
    run,
    progressText: progress.latest,
    stop,
    work: async () => {
      try {
        return await runHandler();
      } catch (thrown) {
        const error = readable(thrown);
        return endingOfFailure(workshop, run, work, { error, stopped, failures: count.failures });
      } finally {
        progress.stop();
      }
    },
  };
}

/** What is bound to the run beside its steps. */
function boundTo(workshop: Workshop, run: StoredRun, context: BoundContext, notesEffects: boolean) {
  const { installation, secrets, audit, log } = context;
  const parent = { id: run.runId, cause: causeOf(run) };
  const data = workshop.dataOf(installation, parent);
  const cloud = cloudOf(workshop, run, context, notesEffects);
  const jobs = workshop.jobsOf(run.installedAppId, parent);
  return {
    installation,
    data,
    secrets,
    audit,
    log,
    ...cloud,
    jobs,
    runId: run.runId,
    input: decodeValue(run.input),
  };
}

function cloudOf(workshop: Workshop, run: StoredRun, context: BoundContext, notesEffects: boolean) {
  // Once an installation has ended there is none.
  if (context.cloud === undefined) return {};
  const scope = runScope(workshop, run, "");
  return { cloud: notesEffects ? workshop.cloudOf(context.installation, scope) : context.cloud };
}

/** A handler that takes no notice of its signal is left behind; nothing it still does is kept. */
async function withinDeadline(
  handle: () => unknown,
  milliseconds: number | undefined,
  stop: (reason: StopReason) => void,
): Promise<unknown> {
  if (milliseconds === undefined) return handle();
  const passed = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    stop("deadline");
    passed.reject(deadlinePassed(milliseconds));
  }, milliseconds);
  try {
    return await Promise.race([handle(), passed.promise]);
  } finally {
    clearTimeout(timer);
  }
}

type Failure = {
  readonly error: unknown;
  readonly stopped: StopReason | undefined;
  /** Before this one, since a step was last finished. */
  readonly failures: number;
};

function endingOfFailure(workshop: Workshop, run: StoredRun, work: Work, failure: Failure): Ending {
  const { stopped, failures } = failure;
  const now = workshop.clock();
  // For "lost" the fence is gone too, so that whatever is said here changes nothing.
  if (stopped === "shutting-down" || stopped === "lost") return { kind: "released", waits: 0 };
  if (failure.error instanceof Postponed) return { kind: "released", waits: failure.error.waits };
  if (stopped === "cancelled") return { kind: "cancelled" };
  const error =
    failure.error instanceof UnstorableValue ? unstorable(failure.error) : describeFailure(failure.error);
  const reference = newReference();
  const text = JSON.stringify(toJobFailure(error, reference));
  const failed = { failures, createdAt: run.createdAt };
  const waits = waitBeforeRetry(error, failed, work.retries, now, workshop.random());
  workshop.log.warn(waits === undefined ? "A job failed." : "A job failed and will be tried again.", {
    reference,
    installed_app_id: run.installedAppId,
    job: run.job,
    run_id: run.runId,
    attempt: run.attempt,
    code: error.code,
    error: error.cause ?? error,
  });
  return waits === undefined ? { kind: "failed", failure: text } : { kind: "retried", failure: text, waits };
}

/** The guard can learn that the installation has ended before anybody has told this execution. */
function hasEnded(error: unknown): boolean {
  return error instanceof AppError && error.code === "app_uninstalled";
}
