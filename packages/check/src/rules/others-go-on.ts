import { fail, missed, NotTested, pass } from "../evidence/index.ts";
import { uninstall, until } from "../world/index.ts";
import { beginWork, neverTaken } from "./parts/beginning.ts";
import { behindThePage, ordinaryCalls } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import workAfterAnswer from "./work-after-answer.ts";

const longestFirst = 6000;
/** Pauses between tries may grow up to a minute, and a queue may do one thing after another. */
const longest = 70_000;
/** So often, and never for the other: it is not that nothing had its turn. */
const leastTries = 5;

export default defineRule({
  id: "others-go-on",
  title: "A tenant whose instance is away holds up no other tenant's work",
  section: "9",
  holdsTo:
    "Design for one organization and instance at a time. The selected instance is unavailable: 503 instance_unavailable.",
  severity: "serious",
  how: "One tenant's instance is stopped, and stays so while the app tries to do its work; another one is installed, whose work has to begin meanwhile.",
  fix: "Put what failed aside until its next try is due, and take what else waits in the queue. One that is tried again and again at the head of a queue stops it for everybody.",
  standsOn: [workAfterAnswer],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    behindThePage(await ordinaryCalls(world));
    const away = world.tenant();
    const { clear, known: before } = await beginWork(world, away, () =>
      world.front.meets(away, { fault: "instance-stopped" }),
    );
    await until(() => away.calls.length > before, longestFirst);
    const known = away.calls.length;
    const other = world.tenant();
    const begun = await beginWork(world, other);
    const begins = await until(() => other.calls.length > begun.known, longest);
    if (!begins && !begun.isTaken()) {
      await clear();
      throw neverTaken();
    }
    const tries = away.calls.length - known;
    await clear();
    await Promise.all([uninstall(world, away), uninstall(world, other)]);
    return { wasAway: known > before, begins, tries };
  },
  judge: ({ wasAway, begins, tries }) => {
    if (wasAway && begins)
      return pass("The other tenant's work began while the first one's instance was away.");
    if (wasAway && tries >= leastTries)
      return missed(
        fail(
          `While one tenant's instance was away the app tried ${tries} times to work for it, and never for another one within ${longest / 1000} s.`,
        ),
      );
    throw new NotTested(
      "The app asked nothing for either tenant.",
      "It needs an app that works sooner, or a machine that is less busy.",
      "missed",
    );
  },
});
