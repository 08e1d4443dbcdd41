/** Runs, failures and schedules as pages get them. Pure. */
import type { RunAnswer, RunCauseAnswer, RunFailureAnswer, ScheduleAnswer } from "@annex/protocol/words";
import type { JobFailure, JobProgress, JobRun, RunCause } from "../../jobs/interface.ts";
import type { UpcomingTick } from "../../jobs/policy/ticks.ts";
import type { ShownJob } from "../interface.ts";
import { cancelNow, type JobRights, retryNow } from "./actions.ts";

/** What a job is called: by its title, else by its name in words. */
export function titleOf({ name, options }: ShownJob): string {
  if (options.title !== undefined) return options.title;
  const words = name.replaceAll("-", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** A run as a page gets it; its input and result are the app's own affair and stay on the server. */
export function runAnswer(run: JobRun, job: ShownJob, rights: JobRights, about: object): RunAnswer {
  const progress = progressAnswer(run.progress);
  return {
    ...about,
    run_id: run.runId,
    job: run.job,
    title: titleOf(job),
    status: run.status,
    attempt: run.attempt,
    created_at: run.createdAt.toISOString(),
    ...(run.startedAt === undefined ? {} : { started_at: run.startedAt.toISOString() }),
    ...(run.finishedAt === undefined ? {} : { finished_at: run.finishedAt.toISOString() }),
    ...(run.waitsUntil === undefined ? {} : { waits_until: run.waitsUntil.toISOString() }),
    ...(run.cause === undefined ? {} : { cause: causeAnswer(run.cause) }),
    ...(progress === undefined ? {} : { progress }),
    ...(run.error === undefined ? {} : { error: failureAnswer(run.error) }),
    actions: { retry: retryNow(rights.retry, run.status), cancel: cancelNow(rights.cancel, run.status) },
  };
}

function causeAnswer(cause: RunCause): RunCauseAnswer {
  if (cause.by !== "member") return cause;
  return cause.userId === undefined ? { by: "member" } : { by: "member", user_id: cause.userId };
}

function failureAnswer(failure: JobFailure): RunFailureAnswer {
  const { code, whatHappened, whatToDo, reference, provider, requiredScope } = failure;
  return {
    code,
    error: whatHappened,
    next: whatToDo,
    reference,
    ...(provider === undefined ? {} : { provider }),
    ...(requiredScope === undefined ? {} : { required_scope: requiredScope }),
  };
}

/** What a job says of itself beside this is for the app's `about`. */
function progressAnswer(progress: JobProgress | undefined): RunAnswer["progress"] {
  if (progress === undefined || !Number.isFinite(progress.done)) return undefined;
  const { done, total, message } = progress;
  return {
    done,
    ...(Number.isFinite(total) ? { total: Number(total) } : {}),
    ...(typeof message === "string" ? { message } : {}),
  };
}

export function scheduleAnswer({ name, expression, timeZone, next }: UpcomingTick): ScheduleAnswer {
  return {
    schedule: name,
    cron: expression,
    time_zone: timeZone,
    ...(next === undefined ? {} : { next_at: new Date(next).toISOString() }),
  };
}
