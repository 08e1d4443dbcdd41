import { installed } from "../world/index.ts";
import { judgeBadDay, seeBadDay } from "./parts/error-pages.ts";
import { quiet } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "error-page-rate-limited",
  title: "When Cloud asks to slow down the page says so and when to try again",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: rate limited (try again in …).",
  severity: "serious",
  how: "The page is opened in Chromium while Cloud answers 429 with Retry-After; what it says more than on a fair day must read as a cause and a next step.",
  fix: "Say on the page that there were too many requests and after how many seconds to try again.",
  needs: ["start", "browser"],
  observe: async (world) => {
    const tenant = await installed(world, { ledger: "a" });
    await quiet(world, tenant);
    return seeBadDay(world, tenant, "limited");
  },
  judge: judgeBadDay,
});
