/**
 * Lanes of runs: those of one job of an installation that stand in one way, newest first. Each is the beginning of an
 * index, so a page of a list is a few looks, however many runs there are; both stores read their lists through them.
 */
import type { RunStatus } from "./runs.ts";

type StoredStatus = RunStatus | "waiting";

/** Said in the words of the indexes, which are only used where they are repeated. */
const conditions: Readonly<Record<StoredStatus, string>> = {
  waiting: "status = 'waiting'",
  queued: "status = 'queued'",
  running: "status = 'running'",
  completed: "status = 'completed' AND finished_at IS NOT NULL",
  failed: "status = 'failed' AND finished_at IS NOT NULL",
  cancelled: "status = 'cancelled' AND finished_at IS NOT NULL",
};

/** What waits for its time is queued to whoever looks at it. */
const storedAs: Readonly<Record<RunStatus, readonly StoredStatus[]>> = {
  queued: ["waiting", "queued"],
  running: ["running"],
  completed: ["completed"],
  failed: ["failed"],
  cancelled: ["cancelled"],
};

/** Statuses of a run that has not ended. */
export const underWay: readonly RunStatus[] = ["queued", "running"];

const every = Object.keys(storedAs) as readonly RunStatus[];

/** The conditions of the lanes of some statuses; of all unless named. */
export function laneConditions(statuses: readonly RunStatus[] = every): readonly string[] {
  return [...new Set(statuses)].flatMap((status) => storedAs[status].map((stored) => conditions[stored]));
}
