import { fail, pass } from "../evidence/index.ts";
import { seeLayout, told } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

const otherRules = new Set(["color-contrast", "target-size"]);

export default defineRule({
  id: "page-accessibility",
  title: "Everybody can use the page",
  section: "9",
  holdsTo: "Make buttons, forms, and error states easy to understand.",
  severity: "serious",
  how: "axe checks the page in Chromium by WCAG 2.2 AA: names of buttons and fields, language, structure, roles.",
  fix: "Give each field a label, each button a name, the page a language and a title. The rule's name leads to its explanation at dequeuniversity.com/rules/axe.",
  needs: ["browser"],
  observe: seeLayout,
  judge: ({ violations }) => {
    const found = violations.filter(({ id }) => !otherRules.has(id));
    return found.length === 0 ? pass("axe finds nothing.") : fail(...told(found));
  },
});
