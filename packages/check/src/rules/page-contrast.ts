import { fail, pass } from "../evidence/index.ts";
import { seeLayout, told } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "page-contrast",
  title: "Text stands out from its background",
  section: "9",
  holdsTo: "Use clear spacing and readable text.",
  severity: "serious",
  how: "axe measures the contrast of every text in Chromium, in the light and the dark colour scheme (WCAG 2.2 AA, 4.5 to 1; 3 to 1 for large text).",
  fix: "Darken the text or lighten what is behind it until the ratio is 4.5 to 1. Where you style a dark scheme, set the colours of text and background together.",
  needs: ["browser"],
  observe: seeLayout,
  judge: ({ violations }) => {
    const faint = violations.filter(({ id }) => id === "color-contrast");
    return faint.length === 0 ? pass("axe finds no faint text.") : fail(...told(faint));
  },
});
