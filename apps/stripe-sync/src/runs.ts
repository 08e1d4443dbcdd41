/** Runs as the pages see them, made of the framework's job runs. Pure. */
import type { JobRun } from "@annex/app";
import { type OverviewJson, type ProgressJson, type RunJson, runPhases } from "./portal-types.ts";
import type { SyncProgress, SyncResult } from "./sync/job.ts";
import { countsOf, emptyTally, type Tally } from "./sync/tally.ts";

export function isActive(run: JobRun): boolean {
  return run.status === "queued" || run.status === "running";
}

export function runJson(run: JobRun): RunJson {
  const tally = tallyOfRun(run);
  const progress = progressOf(run);
  return {
    run_id: run.runId,
    status: run.status,
    attempt: run.attempt,
    created_at: run.createdAt.toISOString(),
    ...(run.startedAt === undefined ? {} : { started_at: run.startedAt.toISOString() }),
    ...(run.finishedAt === undefined ? {} : { finished_at: run.finishedAt.toISOString() }),
    ...(progress === undefined ? {} : { progress }),
    counts: countsOf(tally),
    findings: tally.findings,
    ...(run.error === undefined || run.status === "completed" ? {} : { error: failureOf(run.error) }),
    can_retry: run.status === "failed",
    can_cancel: isActive(run),
  };
}

/** What a completed run ended with. */
export function resultOf(run: JobRun): SyncResult | undefined {
  return run.status === "completed" ? (run.result as SyncResult) : undefined;
}

/** A completed run knows its tally; any other one last told it with its progress. */
export function tallyOfRun(run: JobRun): Tally {
  return resultOf(run)?.tally ?? (run.progress as SyncProgress | undefined)?.tally ?? emptyTally;
}

function progressOf({ progress }: JobRun): ProgressJson | undefined {
  const told = progress as SyncProgress | undefined;
  if (told === undefined || !runPhases.includes(told.phase)) return undefined;
  const { phase, done, total, message } = told;
  return { phase, done, message, ...(total === undefined ? {} : { total }) };
}

function failureOf({ code, whatHappened, whatToDo, reference }: NonNullable<JobRun["error"]>) {
  return { code, error: whatHappened, next: whatToDo, reference };
}

/** How many runs are in each state; queued ones are in progress too. */
export function tilesOf(runs: readonly JobRun[]): OverviewJson["tiles"] {
  const having = (...statuses: readonly JobRun["status"][]) =>
    runs.filter(({ status }) => statuses.includes(status)).length;
  return {
    all: runs.length,
    completed: having("completed"),
    in_progress: having("queued", "running"),
    failed: having("failed"),
    cancelled: having("cancelled"),
  };
}
