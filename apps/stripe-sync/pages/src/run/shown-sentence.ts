/** How many of a run's objects are shown, and of how many. Pure. */
import { countOf, formatCount } from "@annex/portal";
import type { ObjectListJson } from "../../../src/portal-types.ts";

/**
 * Empty where nothing is to be said: there is none, or an older run does not tell how many there are.
 *
 * @example
 * ```ts
 * shownSentence(200, { data, total: 1204 }); // "The newest 200 of 1,204 objects."
 * ```
 */
export function shownSentence(
  shown: number,
  answer: Pick<ObjectListJson, "total" | "next" | "cut_at" | "identity_cut">,
): string {
  const { total, next, cut_at: cutAt } = answer;
  if (answer.identity_cut === true)
    return "This identity has paid more than was looked through. Search for one of its customers at Stripe (cus_…) to see all that this one has.";
  if (cutAt !== undefined)
    return `More than ${formatCount(cutAt)} ids begin like this, and only so many were looked through. Type more of it.`;
  if (shown === 0) return "";
  if (total === undefined) return next === undefined ? countSentence(shown) : "";
  return shown < total
    ? `The newest ${formatCount(shown)} of ${countOf(total, "object")}.`
    : countSentence(shown);
}

function countSentence(count: number): string {
  return `${countOf(count, "object")}.`;
}
