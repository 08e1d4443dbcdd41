import { fail, missed, newWords, pass, readsAsExplanation } from "../evidence/index.ts";
import { seeRefusal } from "./parts/refusals.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "revoked-key",
  title: "A key that Cloud calls revoked is never used again, and the user is told",
  section: "5",
  holdsTo:
    "Only Cloud's own word key_revoked is a verdict: the key is destroyed and the page says to install again.",
  severity: "serious",
  how: "After the grace time Cloud answers a tenant's calls with 401 key_revoked while its page is opened in Chromium, and its buttons are pressed where it asks nothing by itself; then its calls with that key are counted for some seconds, and the page is read.",
  fix: "On a 401 whose JSON has the code key_revoked, after the first minute, delete the key, end sessions and jobs, and say on the page to install the app again.",
  standsOn: [portalAccepted],
  needs: ["start", "waiting", "browser"],
  observe: (world) => seeRefusal(world, "revoked"),
  judge: ({ later, fair, text }) => {
    if (later > 0)
      return missed(fail(`After Cloud had called the key revoked the app used it ${later} more times.`));
    if (text === undefined) return pass("The key is not used any more, and the app can't be launched.");
    // A page that shows as before what it has of its own says nothing new, and may say it there.
    const words = newWords(fair ?? "", text).trim() || text;
    const { ok, why } = readsAsExplanation(words);
    return ok
      ? pass(`The key is not used any more; the page says: "${words.replaceAll(/\s+/g, " ").slice(0, 160)}"`)
      : missed(fail(`The key is not used any more, but the page doesn't say so: ${why}.`));
  },
});
