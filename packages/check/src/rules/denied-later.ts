import {
  type Answer,
  type Exchange,
  fail,
  harm,
  missed,
  NothingShown,
  pass,
  toldIn,
  type Verdict,
} from "../evidence/index.ts";
import { installed, isLaunched, launchAnswer } from "../world/index.ts";
import deniedMember from "./denied-member.ts";
import { deny, needsDenyCommand } from "./parts/denying.ts";
import { liveCalls, mayBeOver, overByItself } from "./parts/live-calls.ts";
import { seeTenant } from "./parts/portal-seen.ts";
import { replay } from "./parts/replaying.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "denied-later",
  title: "A member who may no longer use the app loses his open session",
  section: "7",
  holdsTo: "Checked on every page load and every API call, together with whether this user may still use it.",
  severity: "serious",
  how: "A member opens the portal in Chromium; the command of --deny-command takes his right away; then the page's own calls are sent again and a new launch is tried.",
  fix: "Ask at each request whether the session's user may still use the app, not only at launch.",
  standsOn: [deniedMember],
  needs: ["browser"],
  observe: async (world) => {
    needsDenyCommand(world);
    const seen = await seeTenant(world, await installed(world, { edition: "guide" }));
    const telling = await liveCalls(seen);
    const livedAt = performance.now();
    await deny(world, seen.tenant);
    const again = [];
    for (const call of telling) again.push({ call, answer: await replay(call) });
    return {
      marks: seen.records,
      again,
      late: mayBeOver(world.options, livedAt),
      launched: isLaunched(await launchAnswer(world, seen.tenant)),
    };
  },
  judge: judgeDenied,
});

type Seen = {
  readonly marks: readonly string[];
  /** The calls of his page, with what they were answered when his right was gone. */
  readonly again: readonly { readonly call: Exchange; readonly answer: Answer }[];
  /** Whether his session may have been over by itself. */
  readonly late: boolean;
  readonly launched: boolean;
};

export function judgeDenied({ marks, again, late, launched }: Seen): Verdict {
  const open = again.find(({ call, answer }) => toldIn(answer.text, call, marks) !== undefined);
  if (open !== undefined)
    return missed(
      harm(fail(`His open session still got the tenant's records from ${new URL(open.call.url).pathname}.`)),
    );
  // What a command begins may take its time on a busy machine.
  if (launched) return missed(fail("The member whose right was taken away was given a new portal URL."));
  if (again.length === 0)
    throw new NothingShown(
      "The page made no call that carried a tenant's records.",
      "It needs a page that shows something of the ledger or of what was typed in.",
    );
  if (late) throw overByItself("His page's calls were refused, long after they were last answered.");
  return pass("His session and his launches were refused from then on.");
}
