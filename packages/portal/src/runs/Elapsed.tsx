import type { RunAnswer } from "@annex/protocol";
import { isActive } from "../jobs/status.ts";
import { useClock } from "./use-clock.ts";
import { runDuration } from "./words.ts";

/**
 * How long a run took, or is taking; one under way counts on.
 *
 * @example
 * ```tsx
 * <Elapsed run={run} /> // "2 min 4 s"
 * ```
 */
export function Elapsed({ run }: { readonly run: Pick<RunAnswer, "status" | "started_at" | "finished_at"> }) {
  const now = useClock(isActive(run.status) && run.started_at !== undefined);
  return <span className="annex-figures">{runDuration(run, now) ?? "—"}</span>;
}
