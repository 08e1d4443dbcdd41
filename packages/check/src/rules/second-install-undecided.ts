import { fail, pass, succeeded } from "../evidence/index.ts";
import { notTaken, seeContest } from "./parts/contested.ts";
import { defineRule } from "./rule.ts";
import secondInstallOlderLives from "./second-install-older-lives.ts";

export default defineRule({
  id: "second-install-undecided",
  title: "While Cloud gives no clear answer, both installations of an instance are served",
  section: "5",
  holdsTo:
    "No clear answer → both are kept and each launch is served by its own id, asked again with growing pauses.",
  severity: "serious",
  how: "A second install event arrives while Cloud answers the older key with a proxy's 502; for three seconds both must be launchable.",
  fix: "Take only Cloud's own JSON word for an answer. Keep both installations until there is one, and ask again later.",
  standsOn: [secondInstallOlderLives],
  needs: ["start"],
  pace: "work",
  observe: (world) => seeContest(world, "nothing"),
  judge: ({ answer, older, newer }) => {
    if (!succeeded(answer)) return notTaken(answer);
    if (!older) return fail("The older installation was ended though Cloud had not refused its key.");
    return newer
      ? pass("Both are served.")
      : fail("The newer installation was ended though Cloud had not accepted the older key.");
  },
});
