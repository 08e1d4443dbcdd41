import { judgeErrorPage } from "./parts/error-pages.ts";
import { seeUninstalledPage } from "./parts/refusal-pages.ts";
import { defineRule } from "./rule.ts";
import sessionEndsWithUninstall from "./session-ends-with-uninstall.ts";

export default defineRule({
  id: "error-page-uninstalled",
  title: "Who opens a link of an uninstalled app reads what happened and what to do",
  section: "10",
  holdsTo:
    "What happened, and what to do next, for at least: the app was uninstalled. Installation gone → 403 with its own page.",
  severity: "serious",
  how: "A portal link is opened in Chromium after the uninstall; the page must read as a cause and a next step.",
  fix: "Answer with a page that says that the app is no longer installed and where to install it again, with the embedding header, so that the frame doesn't stay blank.",
  standsOn: [sessionEndsWithUninstall],
  needs: ["browser"],
  observe: seeUninstalledPage,
  judge: judgeErrorPage,
});
