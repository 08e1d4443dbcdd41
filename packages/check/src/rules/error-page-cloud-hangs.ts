import {
  fail,
  missed,
  NotTested,
  newWords,
  pass,
  readsAsExplanation,
  type Verdict,
} from "../evidence/index.ts";
import { type BrowserVisit, installed, openPortal, pause, uninstall, until } from "../world/index.ts";
import { judgeBadDay } from "./parts/error-pages.ts";
import { askedAgain } from "./parts/watching.ts";
import { setUp } from "./parts/work.ts";
import { defineRule } from "./rule.ts";

/** Longer than a call to Cloud with its time limit and a try again after it. In milliseconds. */
const longestWait = 45_000;
const pageOften = 2000;
/** A page that asks Cloud has by then said that it loads, and no time limit is over. */
const early = { call: 10_000, line: 1000 };

export type Hung = {
  readonly fair: Pick<BrowserVisit, "text">;
  readonly bad: Pick<BrowserVisit, "text" | "shown">;
  /** What stood there a moment after the page had made the app ask Cloud. */
  readonly early: string;
  /** Whether the page's own request was still open. */
  readonly waits: boolean;
  /** What the tenant's ledger holds, as the page would show it. */
  readonly records: readonly string[];
  readonly asked: number;
  readonly milliseconds: number;
};

export default defineRule({
  id: "error-page-cloud-hangs",
  title: "A page says within 45 seconds that Cloud does not answer",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the instance is unavailable.",
  severity: "serious",
  how: "The page is opened in Chromium while Cloud takes its calls and answers none of them, and is looked at until it says more than on a fair day, for 45 seconds at most; that must read as a cause and a next step. What it says from the start while its own request is open is no such thing, and a page that goes on showing its records is left to somebody who looks.",
  fix: "Give each call to Cloud a time limit of a few seconds, and the page's own requests one too. When it is over, say on the page that the ledger does not answer, that nothing was changed, and to try again.",
  needs: ["start", "waiting", "browser"],
  hangs: true,
  observe: async (world): Promise<Hung> => {
    const tenant = await installed(world, { ledger: "a" });
    await setUp(world, tenant);
    const atRest = tenant.calls.length;
    const { frame } = await openPortal(world, tenant);
    const fair = await frame.look();
    await frame.close();
    const ofPage = tenant.calls.slice(atRest);
    const known = tenant.calls.length;
    const asked = () => askedAgain(ofPage, tenant.calls.slice(known));
    const clear = world.front.weather(tenant, () => "hang");
    try {
      const began = performance.now();
      let atFirst = "";
      const opened = await openPortal(world, tenant, {
        badDay: true,
        whileLoading: async (frame) => {
          await until(() => asked() > 0, early.call);
          await pause(early.line);
          atFirst = await frame.text();
        },
      });
      let bad = await opened.frame.look();
      const waited = () => performance.now() - began;
      const seen = () => ({
        fair,
        bad,
        early: atFirst,
        waits: opened.frame.isWaiting(),
        records: world.cloud.marks[tenant.ledger],
        asked: asked(),
        milliseconds: waited(),
      });
      while (waited() < longestWait && asked() > 0 && !saysWhy(seen())) {
        await pause(pageOften);
        bad = await opened.frame.look();
      }
      await opened.frame.picture("The page while Cloud does not answer");
      const last = seen();
      await opened.frame.close();
      return last;
    } finally {
      clear();
      await uninstall(world, tenant);
    }
  },
  judge: judgeHung,
});

/** @throws NotTested where the page asked nothing, or shows what it has stored. */
export function judgeHung(seen: Hung): Verdict {
  const verdict = judgeBadDay(seen);
  const after = `${Math.round(seen.milliseconds / 1000)} s`;
  if (verdict.verdict !== "fail" && !onlySaysThatItLoads(seen))
    return pass(`After ${after}. ${verdict.evidence}`);
  if (verdict.verdict === "fail" && goesOnShowing(seen))
    throw new NotTested(
      `The page shows almost the same as on a fair day, perhaps from a store of its own. ${verdict.evidence}`,
      "Somebody has to look at it.",
    );
  const waiting =
    verdict.verdict === "fail" ? "" : " That it said from the start, and its request is still open.";
  return missed(
    fail(
      `Cloud did not answer for ${after}, and the page still told nobody so. ${verdict.evidence}${waiting}`,
    ),
  );
}

/** Whether a page whose request is still open says no more than it did when it had just been sent. */
function onlySaysThatItLoads({ fair, bad, early, waits }: Hung): boolean {
  return waits && !readsAsExplanation(newWords(`${fair.text}\n${early}`, bad.text)).ok;
}

/**
 * Whether what it showed on a fair day stands there still: the record, or all lines but those that only say something
 * else of the same, as "Updated just now" and "Updated a minute ago" do.
 */
function goesOnShowing({ fair, bad, records }: Hung): boolean {
  if (bad.text.trim() === "") return false;
  if (records.some((mark) => fair.text.includes(mark) && bad.text.includes(mark))) return true;
  const come = new Set(wordsOf(newWords(fair.text, bad.text)));
  const gone = newWords(bad.text, fair.text).split("\n");
  return gone
    .filter((line) => line.trim() !== "")
    .every((line) => wordsOf(line).some((word) => come.has(word)));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

function saysWhy(seen: Hung): boolean {
  try {
    return judgeHung(seen).verdict === "pass";
  } catch (error) {
    if (error instanceof NotTested) return false;
    throw error;
  }
}
