import { installed } from "../world/index.ts";
import { judgeBadDay, seeBadDay } from "./parts/error-pages.ts";
import { quiet } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "error-page-instance-away",
  title: "When the instance is away the page says so and what to do",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the instance is unavailable.",
  severity: "serious",
  how: "The page is opened in Chromium while Cloud answers 503 instance_unavailable; what it says more than on a fair day must read as a cause and a next step.",
  fix: "Catch failures of calls to Cloud and say on the page that the ledger does not answer, that nothing was changed, and to try again.",
  needs: ["start", "browser"],
  observe: async (world) => {
    const tenant = await installed(world, { ledger: "a" });
    await quiet(world, tenant);
    return seeBadDay(world, tenant, "away");
  },
  judge: judgeBadDay,
});
