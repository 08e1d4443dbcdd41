/** A run in words: which days it read and what it did. Pure. */
import { countOf, formatCount } from "@annex/portal";
import type { AboutRunJson, CountsJson } from "../../../src/portal-types.ts";

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
 * countsSentence(run.counts); // "1,240 objects: 1,200 posted, 40 already posted."
 */
export function countsSentence(counts: CountsJson): string {
  if (counts.all === 0) return "No objects.";
  const parts = PARTS.filter(([state]) => counts[state] > 0).map(
    ([state, words]) => `${formatCount(counts[state])} ${words}`,
  );
  return `${countOf(counts.all, "object")}: ${parts.join(", ")}.`;
}

/** What starts a sync where the schedule does not. */
export function whenItSyncs({
  key,
  webhook,
  granted,
}: {
  readonly key: boolean;
  readonly webhook: boolean;
  /** The permissions that a sync needs. */
  readonly granted: boolean;
}): string {
  if (!granted) return "Nothing syncs until the app is installed again with the permissions it needs.";
  if (!key) return "Nothing syncs until a Stripe key is entered.";
  if (!webhook) return "There is no schedule: it syncs only when somebody presses Sync now.";
  return "There is no schedule: it syncs when Stripe’s webhook reports a change, or when somebody presses Sync now.";
}

/** Which days a run was asked for; nothing where it reads what came since. `to` is exclusive. */
export function daysSentence({ from, to }: Pick<AboutRunJson, "from" | "to">): string {
  if (from === undefined && to === undefined) return "";
  const first = from === undefined ? "the beginning" : from.slice(0, 10);
  const last = to === undefined ? "now" : new Date(Date.parse(to) - 1).toISOString().slice(0, 10);
  return `Asked for ${first} to ${last}.`;
}
