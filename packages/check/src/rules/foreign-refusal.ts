import { fail, missed, pass, type Verdict } from "../evidence/index.ts";
import { type RefusalSeen, seeRefusal } from "./parts/refusals.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "foreign-refusal",
  title: "A 401 that is not Cloud's own word destroys nothing",
  section: "5",
  holdsTo:
    "Only Cloud's own word key_revoked is a verdict. Any other 401 (HTML of a proxy, unauthorized, a wrong base address) suspends: the sealed key stays, and the installation comes back by itself.",
  severity: "serious",
  how: "After the grace time a proxy's HTML 401 meets a tenant's calls while its page is opened in Chromium, and its buttons are pressed where it asks nothing by itself; then Cloud answers again, and the app must be launchable and use its key again.",
  fix: "Destroy a key only when the 401 is JSON with the code key_revoked. On any other 401 stop calling, keep the key, and ask again with growing pauses.",
  standsOn: [portalAccepted],
  needs: ["start", "waiting", "browser"],
  observe: (world) => seeRefusal(world, "foreign"),
  judge: judgeForeign,
});

export function judgeForeign({
  refused,
  launchedAfter,
  later,
}: Pick<RefusalSeen, "refused" | "launchedAfter" | "later">): Verdict {
  if (!launchedAfter)
    return missed(
      fail(`After ${refused} calls met a proxy's 401 the installation can't be launched any more.`),
    );
  return later > 0
    ? pass("It came back by itself.")
    : missed(fail("After a proxy's 401 the app never used its key again, though Cloud would have taken it."));
}
