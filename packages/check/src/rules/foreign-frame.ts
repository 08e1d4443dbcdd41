import { fail, missed, pass, seen } from "../evidence/index.ts";
import { installed, openPortal, type World } from "../world/index.ts";
import { isKeptOut, seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "foreign-frame",
  title: "The dashboard can frame the portal, a foreign page can't",
  section: "7",
  holdsTo:
    "The portal URL loads inside the Blnk Cloud dashboard. Configure your app so Cloud is allowed to embed it.",
  severity: "critical",
  how: "The portal is opened in Chromium in a frame of the dashboard's origin and in one of a foreign origin.",
  fix: "Send Content-Security-Policy: frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com with each portal page.",
  needs: ["browser"],
  observe: async (world) => {
    const { first } = (await seePortal(world)).a;
    const foreign = first.shown && (await shownIn(world, "https://foreign.example"));
    return { dashboard: first.shown, keptOut: isKeptOut(first), foreign };
  },
  judge: ({ dashboard, keptOut, foreign }) => {
    if (!dashboard) return keptOut ? seen(refusedByDashboard) : missed(refusedByDashboard);
    return foreign
      ? fail("A page of https://foreign.example may frame the portal.")
      : pass("Shown in the dashboard's frame, refused in a foreign one.");
  },
});

const refusedByDashboard = fail(
  "In a frame of https://cloud.blnkfinance.com Chromium refuses to show the portal.",
);

async function shownIn(world: World, around: string): Promise<boolean> {
  const { frame } = await openPortal(world, await installed(world), { around });
  const { shown } = await frame.look();
  await frame.close();
  return shown;
}
