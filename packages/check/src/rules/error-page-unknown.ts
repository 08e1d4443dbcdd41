import { fail, harm } from "../evidence/index.ts";
import { installed, openFrame } from "../world/index.ts";
import { judgeRefusalPage } from "./parts/error-pages.ts";
import { linksOf } from "./parts/invented-links.ts";
import { defineRule } from "./rule.ts";
import unknownToken from "./unknown-token.ts";

export default defineRule({
  id: "error-page-unknown",
  title: "Who opens a link that was never given out reads what to do",
  section: "10",
  holdsTo: "Show clear error states: what happened and what they can do next. Unknown → 401.",
  severity: "minor",
  how: "A portal URL with an invented token is opened in Chromium; the page must read as a cause and a next step.",
  fix: "Answer with a page that says that there is no session here and to launch the app from the dashboard.",
  standsOn: [unknownToken],
  needs: ["browser"],
  observe: async (world) => {
    await world.browser();
    const { invented } = await linksOf(world, await installed(world));
    const frame = await openFrame(world, invented);
    const visit = await frame.look();
    await frame.picture("The page for an unknown token");
    await frame.close();
    return { visit, marks: Object.values(world.cloud.marks).flat() };
  },
  judge: ({ visit, marks }) =>
    marks.some((mark) =>
      `${visit.html}${visit.exchanges.map(({ answer }) => answer.text).join("")}`.includes(mark),
    )
      ? harm(fail("With an invented token the page shows a ledger's records."))
      : judgeRefusalPage(visit),
});
