import { fail, pass } from "../evidence/index.ts";
import { seeLayout, told } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "page-targets",
  title: "What is to be pressed is large enough",
  section: "9",
  holdsTo: "Make buttons, forms, and error states easy to understand.",
  severity: "minor",
  how: "axe measures every target in Chromium (WCAG 2.2 AA: 24 by 24 CSS pixels, or as much room around it).",
  fix: "Give buttons and links a height of at least 24 px, better 44 px, or more space between them.",
  needs: ["browser"],
  observe: seeLayout,
  judge: ({ violations }) => {
    const small = violations.filter(({ id }) => id === "target-size");
    return small.length === 0 ? pass("axe finds no target too small.") : fail(...told(small));
  },
});
