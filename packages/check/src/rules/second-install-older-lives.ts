import { fail, missed, NotTested, pass, succeeded } from "../evidence/index.ts";
import { mustBeHeard, notTaken, seeContest } from "./parts/contested.ts";
import { defineRule } from "./rule.ts";
import secondInstallOlderRefused from "./second-install-older-refused.ts";

export default defineRule({
  id: "second-install-older-lives",
  title: "A late first delivery of a cancelled install doesn't displace the active one",
  section: "5",
  holdsTo:
    "Cloud is asked with the older key: accepted → the one that just came is the cancelled one: it is ended and the older goes on.",
  severity: "serious",
  how: "A second install event arrives for an instance whose active installation has a key that Cloud accepts, as when a cancelled install is delivered late; once more where nothing was granted to the older one, whose calls Cloud refuses for their scope. The older one must go on.",
  fix: "Don't believe the newest event: none carries a time. Ask Cloud with the older key; when it is accepted, also by a 403 for a scope, end the installation that just came.",
  standsOn: [secondInstallOlderRefused],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const [contest, withoutScopes] = await Promise.all([
      seeContest(world, "accepted"),
      seeContest(world, "accepted", []).catch(unlessRefused),
    ]);
    return { contest, withoutScopes };
  },
  judge: ({ contest, withoutScopes }) => {
    const { answer, older, newer } = contest;
    if (!succeeded(answer)) return notTaken(answer);
    if (!older) mustBeHeard(contest);
    if (!older)
      return fail(
        "The active installation, whose key Cloud accepts, was ended by a second install event for its instance.",
      );
    if (withoutScopes !== undefined && succeeded(withoutScopes.answer) && !withoutScopes.older) {
      mustBeHeard(withoutScopes);
      return fail(
        "The active installation, to which nothing was granted, was ended by a second install event for its instance: a 403 for a scope says that Cloud accepts the key.",
      );
    }
    if (newer) mustBeHeard(contest);
    return newer
      ? missed(
          fail(
            "A minute later both installations of one instance can be launched, though Cloud accepts the older key: the app never found out which is true.",
          ),
        )
      : pass("The older one went on, the late one was ended.");
  },
});

/** An app may refuse to be installed or launched with nothing granted. */
function unlessRefused(error: unknown): undefined {
  if (!(error instanceof NotTested)) throw error;
}
