import deniedLater from "./denied-later.ts";
import { judgeErrorPage } from "./parts/error-pages.ts";
import { seeDeniedPage } from "./parts/refusal-pages.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "error-page-denied",
  title: "A member who may not use the app reads why and whom to ask",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: this member may not use the app.",
  severity: "serious",
  how: "A member is given a portal link, the command of --deny-command takes his right away, and the link is opened in Chromium; the page must read as a cause and a next step.",
  fix: "Answer with a page that says that this account may not use the app and who can change that, with the embedding header.",
  standsOn: [deniedLater],
  needs: ["browser"],
  observe: seeDeniedPage,
  judge: judgeErrorPage,
});
