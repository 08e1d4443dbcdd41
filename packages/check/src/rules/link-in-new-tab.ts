import { fail, holdsAny, missed, NotTested, pass, warning } from "../evidence/index.ts";
import { installed, openFrame, openPortal } from "../world/index.ts";
import linkAgain from "./link-again.ts";
import { nowRefused } from "./parts/live-calls.ts";
import { refusalsIn } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "link-in-new-tab",
  title: "Open ↗ shows the app in a new tab while the frame is open",
  section: "7",
  holdsTo:
    "Open ↗ opens the same portal_url in a new tab. So the URL must survive being loaded more than once while it is valid.",
  severity: "serious",
  how: "A portal URL is opened in Chromium in the dashboard's frame and, with that open, once more in a tab of its own; what the frame shows of the ledger, the tab must show too. Where the tab ended the frame's session, that is a warning.",
  fix: "Let a link's token be exchanged for a session as often as it is loaded until its life is over: each load gets a session of its own.",
  standsOn: [linkAgain],
  needs: ["browser"],
  observe: async (world) => {
    const tenant = await installed(world, { ledger: "a" });
    const began = performance.now();
    const { frame, url } = await openPortal(world, tenant);
    const framed = await frame.look();
    if (performance.now() - began > world.options.linkSeconds * 800)
      throw new NotTested(
        "The pages took so long to open that the link's life was over.",
        "It needs a longer life of links, or a machine with less to do.",
        "missed",
      );
    const tab = await openFrame(world, url, { alone: true, context: frame.context });
    const alone = await tab.look();
    await tab.picture("The same link in a new tab");
    const ended = await nowRefused(framed, world.cloud.marks.a);
    await tab.close();
    await frame.close();
    return { marks: world.cloud.marks.a, framed, alone, ended };
  },
  judge: ({ marks, framed, alone, ended }) => {
    if (!framed.shown) throw new NotTested("The portal did not open.", "It needs a portal that opens.");
    if (holdsAny(framed.html, marks) && !holdsAny(alone.html, marks))
      return missed(fail("The frame shows the ledger's records; the same link in a new tab doesn't."));
    const [first] = refusalsIn(alone);
    if (first !== undefined && refusalsIn(framed).length === 0)
      return missed(
        fail(
          `In a new tab ${first.method} ${new URL(first.url).pathname} is answered ${first.answer.status}, in the frame it isn't.`,
        ),
      );
    if (ended !== undefined)
      return missed(
        warning(`When the link was opened in a new tab, ${ended} in the frame: the tab ended its session.`),
      );
    return pass("The same in the frame and in a new tab.");
  },
});
