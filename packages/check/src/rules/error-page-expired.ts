import linkExpires from "./link-expires.ts";
import { judgeRefusalPage } from "./parts/error-pages.ts";
import { seeExpiredPage } from "./parts/refusal-pages.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "error-page-expired",
  title: "Who opens an expired link reads what happened and what to do",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the portal session expired.",
  severity: "serious",
  how: "A portal link is opened in Chromium after its life; the page must read as a cause and a next step.",
  fix: "Answer with a page that says that the session has expired and to launch the app again, with the embedding header.",
  standsOn: [linkExpires],
  needs: ["waiting", "browser"],
  observe: seeExpiredPage,
  judge: judgeRefusalPage,
});
