import { fail, missed, NotTested, pass } from "../evidence/index.ts";
import { seeLayout } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "page-action-in-view",
  title: "An action is in view without scrolling",
  section: "9",
  holdsTo: "Keep important actions visible without requiring too much scrolling.",
  severity: "minor",
  how: "At 412 × 780, the size of the dashboard's panel, it is looked whether any button or link stands in the first screen and is covered by nothing.",
  fix: "Put the main action at the top of the page, before the data.",
  needs: ["browser"],
  observe: seeLayout,
  judge: ({ measures: [narrow] }) => {
    if (narrow === undefined || narrow.actions.length === 0)
      throw new NotTested("The page has nothing to press.", "It needs a page with a button or a link.");
    const inView = narrow.actions.filter(({ bottom }) => bottom <= narrow.height);
    const [first] = narrow.actions;
    if (inView.length === 0)
      return fail(
        `The first thing to press, "${first?.text}", begins ${Math.round(first?.top ?? 0)} px from the top; the panel shows ${narrow.height} px.`,
      );
    const free = inView.filter(({ covered }) => !covered);
    return free.length > 0
      ? pass(`${free.length} of ${narrow.actions.length} stand in the first screen.`)
      : missed(
          fail(`Something lies over all there is to press in the first screen, "${inView[0]?.text}" first.`),
        );
  },
});
