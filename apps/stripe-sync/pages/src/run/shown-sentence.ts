/** How many of a run's objects are shown, and of how many. Pure. */
import { countOf, formatCount } from "@annex/portal";
import type { ObjectListJson } from "../../../src/portal-types.ts";

/**
 * Empty where nothing is to be said: there is none, or an older run does not tell how many there are.
 *
 * @param hasMore whether there are pages that are not loaded yet
 * @param goesOn whether they are loaded without being asked for
 * @example
 * ```ts
 * shownSentence(200, { data, total: 1204 }, true); // "The newest 200 of 1,204 objects."
 * ```
 */
export function shownSentence(
  shown: number,
  first: Pick<ObjectListJson, "total" | "is_part" | "identity_cut">,
  hasMore: boolean,
  goesOn = hasMore,
): string {
  const { total } = first;
  if (first.identity_cut === true)
    return "This identity has paid more than was looked through. Search for one of its customers at Stripe (cus_…) to see all that this one has.";
  if (first.is_part === true && hasMore) return shown === 0 && goesOn ? noneSoFar : soFar(shown);
  if (shown === 0) return "";
  if (total === undefined) return hasMore ? "" : countSentence(shown);
  return shown < total
    ? `The newest ${formatCount(shown)} of ${countOf(total, "object")}.`
    : countSentence(shown);
}

const noneSoFar =
  "None so far. Very many ids begin like this, and the search goes on: type more of the id to find it sooner.";

function soFar(shown: number): string {
  return `${shown === 0 ? "None" : countOf(shown, "object")} so far. Very many ids begin like this, and not all are looked through yet: load more, or type more of the id.`;
}

function countSentence(count: number): string {
  return `${countOf(count, "object")}.`;
}
