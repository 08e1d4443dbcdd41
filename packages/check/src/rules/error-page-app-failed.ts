import { installed } from "../world/index.ts";
import { judgeBadDay, seeBadDay } from "./error-pages.ts";
import { defineRule } from "./rule.ts";
import { quiet } from "./watching.ts";

export default defineRule({
  id: "error-page-app-failed",
  title: "When something fails the page says what to do instead of showing its insides",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the app itself failed (with a reference id).",
  severity: "serious",
  how: "The page is opened in Chromium while Cloud answers 500; what it says more than on a fair day must read as a cause and a next step.",
  fix: "Catch every failure in one place and answer with words for a person and a reference that stands in your log, never with a stack or an empty page.",
  needs: ["start", "browser"],
  observe: async (world) => {
    const tenant = await installed(world, { ledger: "a" });
    await quiet(world, tenant);
    return seeBadDay(world, tenant, "broken");
  },
  judge: judgeBadDay,
});
