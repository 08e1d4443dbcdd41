import { Badge, type Tone } from "@annex/ui";

const tones: Readonly<Record<string, Tone>> = {
  active: "success",
  running: "success",
  APPLIED: "success",
  RESOLVED: "success",
  installing: "warning",
  pending: "warning",
  QUEUED: "warning",
  SCHEDULED: "warning",
  INFLIGHT: "info",
  COMMIT: "info",
  INVESTIGATING: "info",
  FLAGGED: "warning",
  REJECTED: "danger",
  stopped: "danger",
  cancelled: "danger",
};

/** The state of something by its own word: the word says it, the colour only helps. */
export function StatusBadge({ status }: { readonly status: string }) {
  return <Badge tone={tones[status] ?? "neutral"}>{status}</Badge>;
}
