/** A run in words: how long it took and what it did. Pure. */
import { countOf, formatDuration } from "@annex/portal";
import type { CountsJson, RunJson } from "../../../src/portal-types.ts";

/** How long a run took, or has taken until now; `undefined` before it started. */
export function runDuration(run: Pick<RunJson, "started_at" | "finished_at">, now: Date): string | undefined {
  if (run.started_at === undefined) return undefined;
  const end = run.finished_at === undefined ? now : new Date(run.finished_at);
  return formatDuration(end.getTime() - new Date(run.started_at).getTime());
}

const PARTS: readonly (readonly [keyof CountsJson, string])[] = [
  ["posted", "posted"],
  ["already_posted", "already posted"],
  ["nothing_to_post", "without money to post"],
  ["waiting", "waiting"],
  ["difference", "different in the ledger"],
  ["failed", "failed"],
];

/**
 * What a run did, in one sentence.
 *
 * @example
 * countsSentence(run.counts); // "240 objects: 200 posted, 40 already posted."
 */
export function countsSentence(counts: CountsJson): string {
  if (counts.all === 0) return "No objects yet.";
  const parts = PARTS.filter(([state]) => counts[state] > 0).map(
    ([state, words]) => `${counts[state]} ${words}`,
  );
  return `${countOf(counts.all, "object")}: ${parts.join(", ")}.`;
}
