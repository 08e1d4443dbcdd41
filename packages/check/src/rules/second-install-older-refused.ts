import { describeAnswer, fail, missed, pass, succeeded } from "../evidence/index.ts";
import { mustBeHeard, seeContest } from "./parts/contested.ts";
import reinstall from "./reinstall.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "second-install-older-refused",
  title: "After an install that Cloud cancelled, installing again works",
  section: "5",
  holdsTo:
    "The app stored the install but its answer was lost; Cloud revoked that key; the user installs again: the new one works, the old one is never used again.",
  severity: "critical",
  how: "An installation is made whose key Cloud then refuses as revoked; a second one arrives for the same organization and instance. The new one must be launchable, the old one no more.",
  fix: "Accept a second installation of an instance. Right after the answer ask Cloud with the older key; when it is refused as key_revoked, end the older installation and let the new one go on.",
  standsOn: [reinstall],
  needs: ["start"],
  pace: "work",
  observe: (world) => seeContest(world, "refused"),
  judge: (contest) => {
    const { answer, older, newer } = contest;
    if (!succeeded(answer))
      return fail(
        `The second installation was not accepted: the app ${describeAnswer(answer)}. The user can't install any more.`,
      );
    if (!newer) return missed(fail("The second installation was accepted but can't be launched."));
    if (older) mustBeHeard(contest);
    return older
      ? missed(
          fail(
            "The installation whose key Cloud refuses can still be launched a minute later, beside the new one.",
          ),
        )
      : pass("The new one works, the old one has ended.");
  },
});
