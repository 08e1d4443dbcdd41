import {
  type Exchange,
  fail,
  holdsAny,
  missed,
  NotTested,
  pass,
  succeeded,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { type BrowserVisit, installed, openPortal, type VisitOptions, type World } from "../world/index.ts";
import { plain } from "./parts/invented-links.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "without-cookies",
  title: "The portal works in the frame with third-party cookies blocked",
  section: "7",
  holdsTo: "The frame is cross-site: third-party cookies are blocked in most browsers.",
  severity: "critical",
  how: "The portal is opened in a frame of the dashboard's origin in a Chromium that blocks third-party cookies, and once in a tab of its own where they count as first-party; what works there by a cookie must work in the frame, where it is tried once more first. An app that sets partitioned cookies is opened once more without any.",
  fix: "Don't rest the session on a cookie. Give the page a session token, keep it in sessionStorage and send it in an Authorization header.",
  needs: ["browser"],
  observe: async (world): Promise<Seen> => {
    const { a } = await seePortal(world);
    const marks = world.cloud.marks.a;
    const alone = (await visited(world, { alone: true })).visit;
    const none = hasCookies(a) ? inTime(await visited(world, { noCookies: true })) : undefined;
    const isSuspicious = holdsAny(alone.html, marks) || refusals(a.first).length > 0;
    // That visit was one of many that the rules share, whose link may have been over before its page asked for anything.
    const again =
      isSuspicious && !holdsAny(a.first.html, marks)
        ? await visited(world)
        : { visit: a.first, isOver: false };
    return { marks, framed: again.visit, isOver: again.isOver, alone, none };
  },
  judge: judgeFrame,
});

/** As much of a visit as is judged. */
type Visited = Pick<BrowserVisit, "shown" | "text" | "html" | "exchanges">;

type Seen = {
  readonly marks: readonly string[];
  readonly framed: Visited;
  /** Whether the link or the session may have been over before the page in the frame was seen. */
  readonly isOver: boolean;
  readonly alone: Visited;
  /** Without any cookie, where the app gives partitioned ones. */
  readonly none: Visited | undefined;
};

/** What is missing in the frame counts where the same was there in a tab that sent a cookie. */
export function judgeFrame({ marks, framed, isOver, alone, none }: Seen): Verdict {
  if (!alone.shown) throw new NotTested("The portal opened nowhere.", "It needs a portal that opens.");
  if (none !== undefined && holdsAny(framed.html, marks) && !holdsAny(none.html, marks))
    return missed(
      warning(
        "The ledger's records show in the frame by a partitioned cookie; in a browser that blocks those as well they don't.",
      ),
    );
  if (holdsAny(framed.html, marks)) return pass("The ledger's records show in the frame.");
  const [refusedFramed] = refusals(framed);
  const call = unansweredIn(framed).find((refused) =>
    alone.exchanges.some((one) => isSame(one, refused) && hasCookie(one) && succeeded(one.answer)),
  );
  const isAlike = plain(framed) === plain(alone);
  if (refusedFramed === undefined && call === undefined && !holdsAny(alone.html, marks)) {
    if (hasCookies(alone) && !isAlike)
      throw new NotTested(
        "The page shows the ledger's records nowhere, and in the frame another text than in a tab of its own, where it sent a cookie.",
        "It needs a page that shows the ledger's records, or the same whenever it is opened.",
        "missed",
      );
    return pass("The page works in the frame as in a tab of its own.");
  }
  if (isOver)
    throw new NotTested(
      "The page in the frame took longer to open than its link or its session lives.",
      "It needs longer lives of links and sessions, or a machine with less to do.",
      "missed",
    );
  if (holdsAny(alone.html, marks) && hasCookies(alone))
    return missed(
      fail(
        "In a tab of its own the page shows the ledger's records, in the dashboard's frame it doesn't: its session rests on a cookie that browsers block there.",
      ),
    );
  if (call !== undefined)
    return missed(
      fail(
        `In the frame ${nameOf(call)} is refused (${call.answer.status}); in a tab of its own it is answered, with a cookie that browsers block in the frame.`,
      ),
    );
  throw new NotTested(
    refusedFramed === undefined
      ? "In the frame the page did not show the ledger's records, and in a tab of its own, which did, it sent no cookie."
      : `In the frame ${nameOf(refusedFramed)} is refused (${refusedFramed.answer.status}), and in a tab of its own the same was not answered with a cookie.`,
    "It needs a machine that is less busy; see the rule portal-accepted.",
    "missed",
  );
}

function nameOf({ method, url }: Exchange): string {
  return `${method} ${new URL(url).pathname}`;
}

/** The same but for what stands in the query, which may be another link. */
function isSame(one: Exchange, other: Exchange): boolean {
  return nameOf(one) === nameOf(other) && new URL(one.url).origin === new URL(other.url).origin;
}

/** Whether the page's own requests carried a cookie at all. */
function hasCookies({ exchanges }: Pick<Visited, "exchanges">): boolean {
  return exchanges.some(hasCookie);
}

function hasCookie({ requestHeaders }: Exchange): boolean {
  return requestHeaders["cookie"] !== undefined;
}

async function visited(world: World, options: VisitOptions = {}) {
  const { linkSeconds, sessionSeconds } = world.options;
  const tenant = await installed(world, { ledger: "a" });
  await world.browser();
  const began = performance.now();
  const { frame } = await openPortal(world, tenant, options);
  const visit = await frame.look();
  await frame.close();
  return { visit, isOver: performance.now() - began > 1000 * Math.min(linkSeconds, sessionSeconds) };
}

/** What opened when its link was over shows nothing of what cookies are for. */
export function inTime<Visit>({
  visit,
  isOver,
}: {
  readonly visit: Visit;
  readonly isOver: boolean;
}): Visit | undefined {
  return isOver ? undefined : visit;
}

/** Also what is said not to be there, as some apps say of whatever a session they don't know asks for. */
function unansweredIn({ exchanges }: Pick<Visited, "exchanges">): readonly Exchange[] {
  return exchanges.filter(({ answer }) => [401, 403, 404, 410].includes(answer.status ?? 0));
}

function refusals({ exchanges }: Pick<Visited, "exchanges">): readonly Exchange[] {
  return exchanges.filter(({ answer }) => answer.status === 401 || answer.status === 403);
}
