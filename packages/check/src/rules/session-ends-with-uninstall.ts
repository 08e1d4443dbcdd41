import { describeAnswer, fail, harm, NotTested, pass, succeeded, warning } from "../evidence/index.ts";
import { enter, installed, uninstall } from "../world/index.ts";
import { liveCalls, mayBeOver, overByItself, showsWhatWasTyped } from "./parts/live-calls.ts";
import { seeTenant } from "./parts/portal-seen.ts";
import { replay } from "./parts/replaying.ts";
import { defineRule } from "./rule.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";

export default defineRule({
  id: "session-ends-with-uninstall",
  title: "An uninstall ends the sessions that are open",
  section: "7",
  holdsTo:
    "Checked on every page load and every API call, together with whether the installation is still active.",
  severity: "critical",
  how: "A portal is opened in Chromium, the installation is uninstalled, and the page's own calls and its link are sent again with the same session.",
  fix: "Look at each request whether the session's installation is still active, or delete its sessions in the transaction that ends it. A token that is only signed has to be held against the installation too.",
  standsOn: [uninstallEndsLaunch],
  needs: ["browser"],
  observe: async (world) => {
    const seen = await seeTenant(world, await installed(world));
    const telling = await liveCalls(seen);
    const livedAt = performance.now();
    const ended = await uninstall(world, seen.tenant);
    if (!succeeded(ended))
      throw new NotTested(
        `The uninstall event was not accepted: the app ${describeAnswer(ended)}.`,
        "It needs an app that can be uninstalled; see the rule uninstall-accepted.",
      );
    const again = await Promise.all(telling.map(async (call) => ({ call, answer: await replay(call) })));
    const late = mayBeOver(world.options, livedAt);
    const link = await enter(seen.urls[1]);
    return { marks: seen.records, again, late, link: link.page, isLearned: showsWhatWasTyped(seen, telling) };
  },
  judge: ({ marks, again, late, link, isLearned }) => {
    if (again.length === 0)
      throw new NotTested(
        "The page made no call that carried a tenant's records.",
        "It needs a page that shows something of the ledger or of what was typed in.",
      );
    const open = again.filter(({ answer }) => marks.some((mark) => answer.text.includes(mark)));
    const [first] = open;
    if (first !== undefined)
      return harm(
        fail(
          `After the uninstall ${first.call.method} ${new URL(first.call.url).pathname} still answered ${first.answer.status} with the tenant's records.`,
        ),
      );
    if (marks.some((mark) => link.text.includes(mark)))
      return harm(fail("After the uninstall the portal link still opened a page with the tenant's records."));
    if (late)
      throw overByItself(
        "After the uninstall the page's calls were refused, long after they were last answered.",
      );
    // The call that would show it may be the very one that goes on answering.
    if (!isLearned)
      throw new NotTested(
        "What was typed into the page was sent to the app and not seen to come back, so that not each call that shows records was learned.",
        "It needs a page that shows what was typed in, or a machine with less to do.",
        "missed",
      );
    const answered = again.find(({ answer }) => succeeded(answer));
    if (answered !== undefined)
      return warning(
        `After the uninstall ${answered.call.method} ${new URL(answered.call.url).pathname}, which had shown the tenant's records, still answered ${answered.answer.status}, though without them: whoever is gone is to be answered 403.`,
      );
    return pass(
      `${again.length} calls sent again after the uninstall, all without records (${[...new Set(again.map(({ answer }) => answer.status))].join(", ")}).`,
    );
  },
});
