import {
  type Answer,
  describeAnswer,
  fail,
  harm,
  NotTested,
  pass,
  seen,
  succeeded,
  type Verdict,
} from "../evidence/index.ts";
import {
  install,
  installed,
  isLaunched,
  launchAnswer,
  pause,
  type Tenant,
  uninstall,
  type World,
} from "../world/index.ts";
import killAfterUninstall from "./kill-after-uninstall.ts";
import lateInstall from "./late-install.ts";
import { isUnready, lastAnswer } from "./parts/asking.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

/** So long after the uninstall the copy comes at least, in milliseconds. */
const least = 5000;
/** So long a copy is sent again: to an app that refuses it once more, to one that can't just now for longer. In milliseconds. */
const longest = { refusing: 0, unready: 20_000 };

type Seen = {
  readonly seconds: number;
  /** What the copy was answered. */
  readonly answer: Answer;
  /** What the launch was answered that followed it. */
  readonly launched: Pick<Answer, "status">;
  readonly back: boolean;
};

export default defineRule({
  id: "late-install-later",
  title: "What has ended is remembered, however late a copy comes",
  section: "5",
  holdsTo:
    "An install event delivered again after the uninstall (late duplicate): 2xx, stays uninstalled, the key in it is not stored.",
  severity: "critical",
  how: "An installation is made and uninstalled at the beginning of the check; at its end, or five seconds later at least, its install event comes once more, and it is launched.",
  fix: "Keep the record of an ended installation for good: a few bytes each. One that is deleted after a while, or kept in a cache with a limit, lets a late copy bring the installation back.",
  standsOn: [lateInstall, killAfterUninstall],
  shownBy: portalAccepted,
  pace: "last",
  prepare: (world) => void endedEarly(world).catch(() => undefined),
  observe: async (world): Promise<Seen> => {
    const { tenant, at } = await endedEarly(world);
    await pause(Math.max(0, at + least - performance.now()));
    const seconds = Math.round((performance.now() - at) / 1000);
    const answer = await lastAnswer(() => install(world, tenant), succeeded, longest);
    const launched = await launchAnswer(world, tenant);
    await uninstall(world, tenant);
    return { seconds, answer, launched, back: isLaunched(launched) };
  },
  judge: judgeLater,
});

/** A tenant that was there and is gone, when the check had just begun. */
function endedEarly(world: World): Promise<{ readonly tenant: Tenant; readonly at: number }> {
  return world.once("ended early", async () => {
    const tenant = await installed(world);
    await uninstall(world, tenant);
    return { tenant, at: performance.now() };
  });
}

/** What comes last is not looked at again: who only can't just now has refused nothing, and who does not answer shows nothing. */
export function judgeLater({ seconds, answer, launched, back }: Seen): Verdict {
  if (back)
    return harm(
      seen(
        fail(
          `A copy of the install event that came ${seconds} s after the uninstall brought the installation back: it can be launched.`,
        ),
      ),
    );
  if (isUnready(answer))
    throw new NotTested(
      `The copy that came ${seconds} s after the uninstall was neither acknowledged nor refused: the app ${describeAnswer(answer)}.`,
      "It needs an app that answers at the end of the check too, or a machine that is less busy.",
    );
  if (succeeded(answer) && launched.status === null)
    throw new NotTested(
      "The launch after the late copy was not answered, so that it is not known whether the installation came back.",
      "It needs an app that answers at the end of the check too, or a machine that is less busy.",
    );
  return succeeded(answer)
    ? pass(`Acknowledged ${seconds} s after the uninstall, and it stayed uninstalled.`)
    : fail(
        `A copy that came ${seconds} s after the uninstall was not acknowledged: the app ${describeAnswer(answer)}.`,
      );
}
