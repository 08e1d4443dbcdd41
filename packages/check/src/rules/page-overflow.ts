import { fail, pass } from "../evidence/index.ts";
import { seeLayout } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

const tolerance = 2;

export default defineRule({
  id: "page-overflow",
  title: "The page fits its panel at every size",
  section: "7",
  holdsTo:
    "The portal must be good at 412 px as at 1600 px. Avoid layouts that feel cramped inside an embedded view.",
  severity: "serious",
  how: "The page is measured in Chromium at 412, 900 and 1600 CSS pixels.",
  fix: "Let the layout wrap, give wide tables a box of their own that scrolls, and set no fixed widths above 380 px.",
  needs: ["browser"],
  observe: seeLayout,
  judge: ({ measures }) => {
    const wide = measures.filter(({ overflow }) => overflow > tolerance);
    return wide.length === 0
      ? pass(`No sideways scrolling at ${measures.map(({ width }) => width).join(", ")} px.`)
      : fail(
          ...wide.map(
            ({ width, overflow }) =>
              `At ${width} px the page is ${overflow} px too wide and has to be scrolled sideways.`,
          ),
        );
  },
});
