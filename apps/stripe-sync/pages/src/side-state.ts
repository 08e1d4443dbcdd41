/** How a side that the page asks stands, Stripe or the ledger: its badge, and whether it is soon worth asking again. Pure. */
import type { Tone } from "@annex/portal";
import type { FailureJson, TotalsJson } from "../../src/portal-types.ts";

type Side = Pick<TotalsJson["stripe"], "ok" | "failure">;
type SideBadge = { readonly tone: Tone | "neutral"; readonly words: string };

const keyBadges: ReadonlyMap<string, SideBadge> = new Map([
  ["no_stripe_key", { tone: "neutral", words: "No key" }],
  ["provider_refused_key", { tone: "danger", words: "Key refused" }],
]);

/** Stripe's code and Cloud's: they answer, and ask to be asked less. */
const limitCodes: ReadonlySet<string> = new Set(["provider_rate_limited", "rate_limited"]);

/** No repetition helps: a key has to be entered. */
export function needsKey({ code }: Pick<FailureJson, "code">): boolean {
  return keyBadges.has(code);
}

/** What the badge of a side that was asked says. */
export function sideBadge({ ok, failure }: Side): SideBadge {
  const code = failure?.code ?? "";
  const keyBadge = keyBadges.get(code);
  if (keyBadge !== undefined) return keyBadge;
  if (limitCodes.has(code)) return { tone: "warning", words: "At its limit" };
  return ok ? { tone: "success", words: "Connected" } : { tone: "danger", words: "Not reachable" };
}

/**
 * Whether a side that failed may answer when it is asked again in so many milliseconds: it needs no key, has not asked
 * to be asked less, and named no later time.
 */
export function mayAnswerWithin({ ok, failure }: Side, milliseconds: number): boolean {
  if (ok) return false;
  if (failure === undefined) return true;
  if (needsKey(failure) || limitCodes.has(failure.code)) return false;
  return (failure.retry_after ?? 0) * 1000 <= milliseconds;
}
