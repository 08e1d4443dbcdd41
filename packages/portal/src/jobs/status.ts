/** The life of a job's run, and how each part of it is said and shown. */
import type { RunStatusWord } from "@annex/protocol";
import type { Tone } from "@annex/ui";

/** Where a run stands. */
export type RunStatus = RunStatusWord;

/**
 * Whether a run is still going to change by itself.
 *
 * @example
 * ```ts
 * isActive("queued"); // true
 * ```
 */
export function isActive(status: RunStatus): boolean {
  return status === "queued" || status === "running";
}

/** What a status is called. */
export const statusLabels: Readonly<Record<RunStatus, string>> = {
  queued: "Queued",
  running: "In progress",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** The tone of a status; `neutral` where it is neither good nor bad. */
export const statusTones: Readonly<Record<RunStatus, Tone>> = {
  queued: "info",
  running: "info",
  completed: "success",
  failed: "danger",
  cancelled: "neutral",
};

/**
 * How much is done, 0 to 100; `undefined` while nobody knows how much there is.
 *
 * @example
 * percentDone(30, 120); // 25
 */
export function percentDone(done: number, total: number | undefined): number | undefined {
  if (total === undefined || total <= 0) return undefined;
  return Math.min(100, Math.max(0, Math.floor((done / total) * 100)));
}
