/** Runs as the pages see them, made of the framework's job runs. Pure. */
import type { JobRun } from "@annex/app";
import { type OverviewJson, type ProgressJson, type RunJson, runPhases } from "./portal-types.ts";
import type { SyncInput } from "./sync/input.ts";
import type { SyncProgress, SyncResult } from "./sync/job.ts";
import { isoTime } from "./sync/register.ts";
import { countsOf, emptyTally, type Tally } from "./sync/tally.ts";

export function isActive(run: JobRun): boolean {
  return run.status === "queued" || run.status === "running";
}

export function runJson(run: JobRun): RunJson {
  const tally = tallyOfRun(run);
  const progress = progressOf(run);
  const { reason, startedBy, from, to } = run.input as SyncInput;
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
    ...failureOf(run),
    reason,
    ...(startedBy === undefined ? {} : { started_by: startedBy }),
    ...(from === undefined ? {} : { from: isoTime(from) }),
    ...(to === undefined ? {} : { to: isoTime(to) }),
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

/** Why a run has failed, or what one waits for that goes on by itself. */
function failureOf(run: JobRun): Pick<RunJson, "error" | "failed_by" | "waits_until"> {
  const { error, status, waitsUntil } = run;
  if (error === undefined || status === "completed" || status === "running") return {};
  const { code, whatHappened, whatToDo, reference } = error;
  return {
    error: { code, error: whatHappened, next: whatToDo, reference },
    failed_by: failedBy(code, whatHappened),
    ...(waitsUntil === undefined ? {} : { waits_until: waitsUntil.toISOString() }),
  };
}

const cloudCodes = new Set([
  "missing_permission",
  "key_revoked",
  "suspended",
  "rate_limited",
  "cloud_refused",
  "unexpected_answer",
  "outcome_unknown",
]);

/** Whose failure a code is. */
export function failedBy(code: string, whatHappened: string): string {
  // The catalogue's word for Cloud out of reach is the one for any provider.
  if (code === "provider_unreachable" && whatHappened.startsWith("Blnk Cloud")) return "Blnk Cloud";
  if (code.startsWith("provider_") || code.startsWith("stripe_")) return "Stripe";
  if (code === "instance_unavailable" || /^[A-Z]/.test(code)) return "The ledger";
  return cloudCodes.has(code) ? "Blnk Cloud" : "This app";
}

/** How many runs are in each state; queued ones are in progress too. */
export function tilesOf(counts: Readonly<Record<JobRun["status"], number>>): OverviewJson["tiles"] {
  const { queued, running, completed, failed, cancelled } = counts;
  return {
    all: queued + running + completed + failed + cancelled,
    completed,
    in_progress: queued + running,
    failed,
    cancelled,
  };
}
