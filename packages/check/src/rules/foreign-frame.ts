import { fail, missed, NotTested, pass, seen } from "../evidence/index.ts";
import { type BrowserVisit, installed, isGivenUp, openPortal, type World } from "../world/index.ts";
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
  fix: "Answer with a page that ends, within a few seconds. Send Content-Security-Policy: frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com with each portal page.",
  needs: ["browser"],
  observe: async (world) => {
    const first = await firstVisit(world);
    if (first === undefined)
      return { dashboard: false, keptOut: false, foreign: false, trouble: world.inVain.at(-1) };
    const foreign = first.shown && (await shownIn(world, "https://foreign.example"));
    return { dashboard: first.shown, keptOut: isKeptOut(first), foreign, trouble: first.trouble };
  },
  judge: ({ dashboard, keptOut, foreign, trouble }) => {
    if (!dashboard && trouble !== undefined)
      return missed(fail(`In a frame of https://cloud.blnkfinance.com the portal's page ${trouble}.`));
    if (!dashboard) return keptOut ? seen(refusedByDashboard) : missed(refusedByDashboard);
    return foreign
      ? fail("A page of https://foreign.example may frame the portal.")
      : pass("Shown in the dashboard's frame, refused in a foreign one.");
  },
});

const refusedByDashboard = fail(
  "In a frame of https://cloud.blnkfinance.com Chromium refuses to show the portal.",
);

/** Nothing where the pages before it did not come up at all, so that none more was opened. */
async function firstVisit(world: World): Promise<BrowserVisit | undefined> {
  try {
    return (await seePortal(world)).a.first;
  } catch (error) {
    if (error instanceof NotTested && isGivenUp(world)) return undefined;
    throw error;
  }
}

async function shownIn(world: World, around: string): Promise<boolean> {
  const { frame } = await openPortal(world, await installed(world), { around });
  const { shown } = await frame.look();
  await frame.close();
  return shown;
}
