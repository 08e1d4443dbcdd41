/** What this app says of its runs to the pages, made of the framework's job runs. Pure. */
import type { JobRun } from "@annex/app";
import { type AboutRunJson, type RunPhase, runPhases } from "./portal-types.ts";
import type { SyncInput } from "./sync/input.ts";
import type { SyncProgress, SyncResult } from "./sync/job.ts";
import { isoTime } from "./sync/register.ts";
import { countsOf, emptyTally, type Tally } from "./sync/tally.ts";

export function isActive(run: JobRun): boolean {
  return run.status === "queued" || run.status === "running";
}

/**
 * What this app says of a run beside what the framework does.
 *
 * @param tally what it has done; as it says itself unless more is known
 */
export function aboutRun(run: JobRun, tally: Tally = tallyOfRun(run)): AboutRunJson {
  const phase = phaseOf(run);
  const { reason, from, to } = run.input as SyncInput;
  return {
    counts: countsOf(tally),
    findings: tally.findings,
    ...(phase === undefined ? {} : { phase }),
    reason,
    ...(from === undefined ? {} : { from: isoTime(from) }),
    ...(to === undefined ? {} : { to: isoTime(to) }),
  };
}

/** What a completed run ended with. */
export function resultOf(run: JobRun): SyncResult | undefined {
  return run.status === "completed" ? (run.result as SyncResult) : undefined;
}

/** A completed run knows its tally; any other one last told it with its progress, and may have done more since. */
export function tallyOfRun(run: JobRun): Tally {
  return resultOf(run)?.tally ?? (run.progress as SyncProgress | undefined)?.tally ?? emptyTally;
}

function phaseOf({ progress }: JobRun): RunPhase | undefined {
  const phase = (progress as SyncProgress | undefined)?.phase;
  // One of an earlier version may have had others.
  return phase !== undefined && runPhases.includes(phase) ? phase : undefined;
}
