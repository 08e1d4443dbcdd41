import { fail, harm, holdsAny, missed, pass, seen, warning } from "../evidence/index.ts";
import { type BrowserVisit, type Frame, installed, openPortal, pause } from "../world/index.ts";
import { mustBeWhole, showsNothing } from "./parts/judging.ts";
import { nowRefused } from "./parts/live-calls.ts";
import { triedOut } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "two-tabs",
  title: "Two tenants in two tabs of one browser stay apart",
  section: "7",
  holdsTo: "The link again while it lives: reload, new tab, two tenants in two tabs.",
  severity: "critical",
  how: "Two tenants are opened in two tabs of the same browser; of one member and of two instances of his organization; then the first tab is loaded again and used, and searched for the other tenant's records. Where the second launch ended the first tab's session, that is a warning.",
  fix: "Let the session belong to the tab: keep its token in sessionStorage or in the page, and send it with each request. A cookie is shared by all tabs of the dashboard.",
  needs: ["browser"],
  observe: async (world) => {
    const a = await installed(world, { ledger: "a" });
    // Of one member, in two instances of one organization.
    const b = await installed(world, { ledger: "b", beside: a });
    const { frame: one } = await openPortal(world, a);
    const opened = await one.look();
    // A page that lists nothing until somebody presses is pressed each time.
    const isPressed = !holdsAny(opened.text + opened.html, world.cloud.marks.a);
    const look = (frame: Frame) => (isPressed ? triedOut(frame) : frame.look());
    const before = isPressed ? await triedOut(one) : opened;
    const { frame: two } = await openPortal(world, b, { context: one.context });
    const other = await look(two);
    const ended = await nowRefused(before, world.cloud.marks.a);
    const after = await reloaded(one, look);
    await two.close();
    await one.close();
    return {
      marks: world.cloud.marks,
      before: before.text + before.html,
      other: other.text,
      after: after.html + answersIn(after),
      ended,
      answers: after.exchanges.map(({ answer }) => answer),
    };
  },
  judge: ({ marks, before, other, after, ended, answers }) => {
    if (!holdsAny(before, marks.a)) throw showsNothing();
    if (holdsAny(other, marks.a))
      return harm(seen(fail("The second tab, opened for another tenant, showed the first one's records.")));
    if (holdsAny(after, marks.b))
      return harm(
        seen(fail("The first tab, loaded again, showed the records of the tenant in the second tab.")),
      );
    mustBeWhole(answers);
    if (ended !== undefined)
      return missed(
        warning(
          `When the same member opened another instance in a second tab, ${ended} in the first one: one launch ends the session of another.`,
        ),
      );
    return pass("Each tab kept to its tenant.");
  },
});

async function reloaded(frame: Frame, look: (frame: Frame) => Promise<BrowserVisit>) {
  const known = frame.exchanges.length;
  await frame
    .inner()
    ?.evaluate("location.reload()")
    .catch(() => undefined);
  await pause(300);
  const visit = await look(frame);
  return { ...visit, exchanges: visit.exchanges.slice(known) };
}

function answersIn({
  exchanges,
}: {
  readonly exchanges: readonly { readonly answer: { readonly text: string } }[];
}): string {
  return exchanges.map(({ answer }) => answer.text).join("\n");
}
