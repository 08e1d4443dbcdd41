import { Badge } from "@annex/ui";
import { type RunStatus, statusLabels, statusTones } from "./status.ts";

/**
 * The status of a run as a badge.
 *
 * @example
 * ```tsx
 * <StatusBadge status="running" />
 * ```
 */
export function StatusBadge({ status }: { readonly status: RunStatus }) {
  return (
    <Badge tone={statusTones[status]} live={status === "running"}>
      {statusLabels[status]}
    </Badge>
  );
}
