import type { Actor, AuditEntry } from "./index.ts";

type Run = { readonly installedAppId: string; readonly job: string; readonly runId: string };

/** What starting a run leaves in the trail; its input may be anything and is left out. */
export function entryOfStart(run: Omit<Run, "runId">, actor: Actor, runId: string, at: number): AuditEntry {
  const { installedAppId, job } = run;
  return { at, installedAppId, actor, action: "job.started", details: { job, run_id: runId } };
}

/** What a person saw in Cloud of something a run sent there: what is paid, and what is not, hangs on his word. */
export function entryOfEffect(
  { installedAppId, job, runId }: Run,
  effect: string,
  seen: "done" | "not-done",
  actor: Actor,
  at: number,
): AuditEntry {
  return {
    at,
    installedAppId,
    actor,
    action: "job.effect_seen",
    details: { job, run_id: runId, effect, seen },
  };
}

/** What trying a run again, or cancelling it, leaves in the trail. */
export function entryOfRun(
  action: "job.retried" | "job.cancelled",
  { installedAppId, job, runId }: Run,
  actor: Actor,
  at: number,
): AuditEntry {
  return { at, installedAppId, actor, action, details: { job, run_id: runId } };
}
