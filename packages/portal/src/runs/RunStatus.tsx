import type { RunAnswer } from "@annex/protocol";
import { Badge } from "@annex/ui";
import { StatusBadge } from "../jobs/StatusBadge.tsx";
import { statusLabels, statusTones } from "../jobs/status.ts";
import { isWaiting, whoFailed } from "./words.ts";

/**
 * How a run stands, as a badge; one that waits for its time says so, and one that failed says who did, if anybody.
 *
 * @example
 * ```tsx
 * <RunStatusBadge run={run} />
 * ```
 */
export function RunStatusBadge({
  run,
}: {
  readonly run: Pick<RunAnswer, "status" | "waits_until" | "error">;
}) {
  if (isWaiting(run)) return <Badge tone="warning">Waiting</Badge>;
  const who = whoFailed(run);
  if (who === undefined) return <StatusBadge status={run.status} />;
  return <Badge tone={statusTones.failed}>{`${statusLabels.failed}: ${who}`}</Badge>;
}
