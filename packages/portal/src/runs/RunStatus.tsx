import type { RunAnswer } from "@annex/protocol";
import { Badge } from "@annex/ui";
import { StatusBadge } from "../jobs/StatusBadge.tsx";
import { isWaiting } from "./words.ts";

/**
 * How a run stands, as a badge; one that waits for its time says so.
 *
 * @example
 * ```tsx
 * <RunStatusBadge run={run} />
 * ```
 */
export function RunStatusBadge({ run }: { readonly run: Pick<RunAnswer, "status" | "waits_until"> }) {
  return isWaiting(run) ? <Badge tone="warning">Waiting</Badge> : <StatusBadge status={run.status} />;
}
