/** States as badges: the word says it, the colour only helps. */

export type Tone = "good" | "wait" | "bad" | "note" | "quiet";

const tones: Readonly<Record<string, Tone>> = {
  active: "good",
  running: "good",
  APPLIED: "good",
  RESOLVED: "good",
  installing: "wait",
  pending: "wait",
  QUEUED: "wait",
  SCHEDULED: "wait",
  INFLIGHT: "note",
  COMMIT: "note",
  INVESTIGATING: "note",
  FLAGGED: "wait",
  REJECTED: "bad",
  stopped: "bad",
  cancelled: "bad",
};

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: React.ReactNode }) {
  return (
    <span className="annex-badge" data-tone={tone}>
      {children}
    </span>
  );
}

/** A state by its own word. */
export function StatusBadge({ status }: { readonly status: string }) {
  return <Badge tone={tones[status] ?? "quiet"}>{status}</Badge>;
}

/** The tone of an HTTP status; none at all counts as a failure. */
export function httpTone(status: number | null): Tone {
  if (status === null || status === 0) return "bad";
  if (status < 300) return "good";
  return status < 400 ? "note" : "bad";
}

/** An HTTP status, or the words for an answer that never came. */
export function HttpStatus({ status }: { readonly status: number | null }) {
  return <Badge tone={httpTone(status)}>{status === null || status === 0 ? "no answer" : status}</Badge>;
}
