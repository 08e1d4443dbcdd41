import { fail, NotTested, pass, seen } from "../evidence/index.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { credentialsIn, hardToGuessIn } from "./parts/replaying.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "fresh-session",
  title: "Each launch begins a session of its own",
  section: "7",
  holdsTo: "Makes a fresh short-lived session. A fresh portal URL and short-lived session on each launch.",
  severity: "serious",
  how: "A tenant's portal is launched and opened twice in Chromium, each time in a new profile. What lets its calls in is found by asking the app with it and without; it must not be the same both times.",
  fix: "Make a new random session whenever a link is entered. One that is the same for all who enter an installation never ends as long as any of them is there, and can't be ended for one of them.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b, sessions } = await seePortal(world);
    const kept = [a, b].flatMap(({ exchanges, second }) => {
      const again = new Set(second.exchanges);
      const carried = (calls: typeof exchanges) =>
        new Set(calls.flatMap((call) => [...credentialsIn(call), ...hardToGuessIn(call)]));
      const before = carried(exchanges.filter((call) => !again.has(call)));
      const after = carried(second.exchanges);
      return sessions.filter((session) => before.has(session) && after.has(session));
    });
    return { sessions: sessions.length, kept: kept.length };
  },
  judge: ({ sessions, kept }) => {
    if (sessions === 0)
      throw new NotTested(
        "Nothing was found that alone lets a call of the page in.",
        "It needs a page whose calls are refused without a session.",
      );
    return kept === 0
      ? pass(`${sessions} sessions, none of them carried by two launches.`)
      : seen(fail("Two launches of one installation were given the same session."));
  },
});
