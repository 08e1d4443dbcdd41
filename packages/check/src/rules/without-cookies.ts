import { type Exchange, fail, missed, NotTested, pass, warning } from "../evidence/index.ts";
import { type BrowserVisit, installed, openPortal, type World } from "../world/index.ts";
import { seePortal } from "./parts/portal-seen.ts";
import type { Seen } from "./parts/seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "without-cookies",
  title: "The portal works in the frame with third-party cookies blocked",
  section: "7",
  holdsTo: "The frame is cross-site: third-party cookies are blocked in most browsers.",
  severity: "critical",
  how: "The portal is opened in a frame of the dashboard's origin in a Chromium that blocks third-party cookies, and once in a tab of its own where they count as first-party; what works there must work in the frame. An app that sets partitioned cookies is opened once more without any.",
  fix: "Don't rest the session on a cookie. Give the page a session token, keep it in sessionStorage and send it in an Authorization header.",
  needs: ["browser"],
  observe: async (world) => {
    const { a } = await seePortal(world);
    const { frame } = await openPortal(world, await installed(world, { ledger: "a" }), {
      alone: true,
    });
    const alone = await frame.look();
    await frame.close();
    const none = hasCookies(a) ? await withNone(world) : undefined;
    return { mark: world.cloud.marks.a, framed: a.first, alone, none };
  },
  judge: ({ mark, framed, alone, none }) => {
    if (!alone.shown) throw new NotTested("The portal opened nowhere.", "It needs a portal that opens.");
    if (none !== undefined && framed.html.includes(mark) && !none.html.includes(mark))
      return missed(
        warning(
          "The ledger's records show in the frame by a partitioned cookie; in a browser that blocks those as well they don't.",
        ),
      );
    if (framed.html.includes(mark)) return pass("The ledger's records show in the frame.");
    if (alone.html.includes(mark))
      return missed(
        fail(
          "In a tab of its own the page shows the ledger's records, in the dashboard's frame it doesn't: its session rests on a cookie that browsers block there.",
        ),
      );
    const [refusedFramed, refusedAlone] = [refusals(framed), refusals(alone)];
    return refusedFramed.length > 0 && refusedAlone.length === 0
      ? missed(
          fail(
            `In the frame the page's own requests are refused (${refusedFramed[0]?.answer.status}), in a tab of its own they aren't.`,
          ),
        )
      : pass("The page works in the frame as in a tab of its own.");
  },
});

/** Whether the frame's own requests carried a cookie at all. */
function hasCookies({ exchanges }: Seen): boolean {
  return exchanges.some(({ requestHeaders }) => requestHeaders["cookie"] !== undefined);
}

async function withNone(world: World): Promise<BrowserVisit> {
  const { frame } = await openPortal(world, await installed(world, { ledger: "a" }), { noCookies: true });
  const visit = await frame.look();
  await frame.close();
  return visit;
}

function refusals({ exchanges }: BrowserVisit): readonly Exchange[] {
  return exchanges.filter(({ answer }) => answer.status === 401 || answer.status === 403);
}
