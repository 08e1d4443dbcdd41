import { pass, type Verdict, warning } from "../evidence/index.ts";
import { defineRule } from "./rule.ts";
import waitsAsTold, { judgeWaiting, type Seen, seeWaiting } from "./waits-as-told.ts";

export default defineRule({
  id: "waits-until-date",
  title: "The app understands a Retry-After that is a date",
  section: "8",
  holdsTo: "Over the rate limit: 429 rate_limited, Retry-After. HTTP allows a date there as well as seconds.",
  severity: "minor",
  how: "The first call of the work after an install is answered 429 with a Retry-After that is the date three seconds later, as a proxy in between may write it; where a call of that tenant comes sooner, or none comes any more, that is a warning.",
  fix: "Where Retry-After is no number, read it as a date and wait until then; what is neither is to be waited for as if it were absent, never for no time at all.",
  standsOn: [waitsAsTold],
  needs: ["start"],
  pace: "work",
  observe: (world) => seeWaiting(world, "dated"),
  judge: judgeDated,
});

/** What Cloud itself sends is seconds, so that this breaks nothing of its contract. */
export function judgeDated(seen: Seen): Verdict {
  const { verdict, evidence, ...about } = judgeWaiting(seen);
  if (verdict === "pass") return pass(evidence);
  return { ...about, ...warning(`Where Retry-After was a date: ${evidence}`) };
}
