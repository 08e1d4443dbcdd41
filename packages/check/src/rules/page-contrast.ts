import { fail, NotTested, pass } from "../evidence/index.ts";
import type { Violation, World } from "../world/index.ts";
import { seeBrokenDay } from "./parts/error-pages.ts";
import { onlyIn, seeLayout, told } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "page-contrast",
  title: "Text stands out from its background",
  section: "9",
  holdsTo: "Use clear spacing and readable text.",
  severity: "serious",
  how: "axe measures the contrast of every text in Chromium, in the light and the dark colour scheme, and with --start of the page while Cloud fails (WCAG 2.2 AA, 4.5 to 1; 3 to 1 for large text).",
  fix: "Darken the text or lighten what is behind it until the ratio is 4.5 to 1. Where you style a dark scheme, set the colours of text and background together.",
  needs: ["browser"],
  observe: async (world) => {
    const { violations } = await seeLayout(world);
    const broken = world.process === undefined ? [] : await brokenDay(world);
    return { violations: [...violations, ...onlyIn("the page while Cloud fails", broken, violations)] };
  },
  judge: ({ violations }) => {
    const faint = violations.filter(({ id }) => id === "color-contrast");
    return faint.length === 0 ? pass("axe finds no faint text.") : fail(...told(faint));
  },
});

/** What can't be seen of it takes nothing from what is seen of the page on a fair day. */
function brokenDay(world: World): Promise<readonly Violation[]> {
  return seeBrokenDay(world).then(
    ({ violations }) => violations,
    (error: unknown) => {
      if (error instanceof NotTested) return [];
      throw error;
    },
  );
}
