import { fail, holdsAny, missed, NotTested, pass } from "../evidence/index.ts";
import { type BrowserVisit, type Frame, installed, openPortal, pause } from "../world/index.ts";
import { judgeWords } from "./parts/error-pages.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "page-reload",
  title: "A page that is loaded again is no blank or broken frame",
  section: "7",
  holdsTo:
    "A page asked for without any token (a reload, an address typed in) is the app's page as ever, 200: its script resumes the tab's session or says how to launch.",
  severity: "serious",
  how: "The portal is opened in Chromium in the dashboard's frame and loaded again there; it must show the ledger's records as before, or read as a cause and a next step.",
  fix: "Serve the portal's page at the address that stays in the frame. Let its script take the session from sessionStorage, or say that the app has to be launched again.",
  needs: ["browser"],
  observe: async (world) => {
    const { frame } = await openPortal(world, await installed(world, { ledger: "a" }));
    const before = await frame.look();
    const after = await loadedAgain(frame);
    await frame.picture("The page, loaded again");
    await frame.close();
    return { marks: world.cloud.marks.a, before, after };
  },
  judge: ({ marks, before, after }) => {
    if (!before.shown) throw new NotTested("The portal did not open.", "It needs a portal that opens.");
    if (!after.shown || after.text.trim() === "") return missed(fail("Loaded again, the frame stays blank."));
    if (holdsAny(after.html, marks) || !holdsAny(before.html, marks)) return pass("It shows the same again.");
    const verdict = judgeWords(after.text);
    return verdict.verdict === "fail"
      ? missed(
          fail(`Loaded again it shows neither its records nor a cause and a next step. ${verdict.evidence}`),
        )
      : verdict;
  },
});

async function loadedAgain(frame: Frame): Promise<BrowserVisit> {
  await frame
    .inner()
    ?.evaluate("location.reload()")
    .catch(() => undefined);
  await pause(300);
  return frame.look();
}
