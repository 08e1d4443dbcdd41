import { missed, NotTested, pass, warning } from "../evidence/index.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "page-rests",
  title: "The page does nothing that nobody asked for",
  section: "9",
  holdsTo: "When designing the app, make sure it feels comfortable inside the Cloud dashboard.",
  severity: "minor",
  how: "While two tenants' pages are open in Chromium it is written down whether they open dialogs or windows, start downloads, load themselves again and again, or ask for the same faster than once a second.",
  fix: "Show messages inside the page instead of alert(), start downloads only when somebody presses something, and ask for news once a second at most, while something is under way that changes.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b } = await seePortal(world);
    return {
      shown: a.first.shown,
      unasked: [...new Set([a.first, b.first].flatMap(({ unasked }) => unasked))],
      repeated: [...world.repeated].map((kind) => kind.replace(/https?:\/\/[^/]+/, "")),
    };
  },
  judge: ({ shown, unasked, repeated }) => {
    if (!shown) throw new NotTested("The portal did not open.", "It needs a portal that opens.");
    const asks = repeated.map((kind) => `asks ${kind} again and again`);
    const found = [...unasked, ...asks];
    return found.length === 0
      ? pass("No dialog, window, download or endless asking.")
      : missed(warning(`By itself the page ${found.slice(0, 4).join(", ")}.`));
  },
});
