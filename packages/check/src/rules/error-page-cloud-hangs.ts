import { fail, missed, NotTested, pass } from "../evidence/index.ts";
import { type BrowserVisit, installed, openPortal, pause, uninstall } from "../world/index.ts";
import { judgeBadDay } from "./error-pages.ts";
import { defineRule } from "./rule.ts";
import { quiet } from "./watching.ts";

/** Longer than a call to Cloud with its time limit and a try again after it. In milliseconds. */
const longestWait = 45_000;
const pageOften = 2000;

type Seen = {
  readonly fair: BrowserVisit;
  readonly bad: BrowserVisit;
  readonly asked: number;
  readonly milliseconds: number;
};

export default defineRule({
  id: "error-page-cloud-hangs",
  title: "A page does not wait for ever for a Cloud that does not answer",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the instance is unavailable.",
  severity: "serious",
  how: "The page is opened in Chromium while Cloud takes its calls and answers none of them, and is looked at until it says more than on a fair day, for three quarters of a minute at most; that must read as a cause and a next step.",
  fix: "Give each call to Cloud a time limit of a few seconds, and the page's own requests one too. When it is over, say on the page that the ledger does not answer, that nothing was changed, and to try again.",
  needs: ["start", "waiting", "browser"],
  observe: async (world): Promise<Seen> => {
    const tenant = await installed(world, { ledger: "a" });
    await quiet(world, tenant);
    const { frame } = await openPortal(world, tenant);
    const fair = await frame.look();
    await frame.close();
    const known = tenant.calls.length;
    const clear = world.front.weather(tenant, () => "hang");
    try {
      const began = performance.now();
      const opened = await openPortal(world, tenant);
      let bad = await opened.frame.look();
      const waited = () => performance.now() - began;
      const seen = () => ({ fair, bad, asked: tenant.calls.length - known, milliseconds: waited() });
      while (waited() < longestWait && tenant.calls.length > known && !saysWhy(seen())) {
        await pause(pageOften);
        bad = await opened.frame.look();
      }
      await opened.frame.picture("The page while Cloud does not answer");
      await opened.frame.close();
      return seen();
    } finally {
      clear();
      await uninstall(world, tenant);
    }
  },
  judge: (seen) => {
    const verdict = judgeBadDay(seen);
    if (verdict.verdict !== "fail") return pass(`After ${inSeconds(seen)} s. ${verdict.evidence}`);
    return missed(
      fail(
        `Cloud did not answer for ${inSeconds(seen)} s, and the page still told nobody so. ${verdict.evidence}`,
      ),
    );
  },
});

function inSeconds({ milliseconds }: Seen): number {
  return Math.round(milliseconds / 1000);
}

function saysWhy(seen: Seen): boolean {
  try {
    return judgeBadDay(seen).verdict === "pass";
  } catch (error) {
    if (error instanceof NotTested) return false;
    throw error;
  }
}
