import { describeAnswer, fail, missed, NotTested, seen, succeeded, type Verdict } from "../evidence/index.ts";
import { install, uninstall, until } from "../world/index.ts";
import installAccepted from "./install-accepted.ts";
import { killAndStart } from "./killing.ts";
import { defineRule } from "./rule.ts";
import {
  judgeWork,
  ordinaryWrites,
  seeWork,
  seeWorkBesideAnother,
  type WorkBeside,
  type WorkSeen,
  worksNoMore,
} from "./work.ts";

type Killed = {
  readonly work: WorkSeen;
  /** Where it stood still: what came of it beside another installation. */
  readonly beside?: WorkBeside;
};

export default defineRule({
  id: "kill-work",
  title: "Work that was under way when the app crashed is finished after a new start",
  section: "9",
  holdsTo:
    "For slower jobs, return a successful response first, then continue the work in the background. Work must not die with the process.",
  severity: "serious",
  how: "Cloud holds the first call of the work after an install, and the process is killed before it is answered. After a new start the same writes as after an ordinary install must be done. Where they stand still, another installation shows whether the app works at all; where it does for nobody, also minutes later, the crash ended all its work.",
  fix: "Queue the work in the database, in the transaction that stores the install, and take up what is unfinished when the app starts.",
  standsOn: [installAccepted],
  needs: ["start"],
  pace: "alone",
  observe: async (world): Promise<Killed | "works no more"> => {
    // The second look at an app that the first one killed.
    if (await worksNoMore(world)) return "works no more";
    const ordinary = await ordinaryWrites(world);
    const tenant = world.tenant();
    const clear = world.front.weather(tenant, () => "hang");
    const answer = await install(world, tenant);
    if (!succeeded(answer)) {
      clear();
      throw new NotTested(
        `The install event was not acknowledged while Cloud held its calls: the app ${describeAnswer(answer)}.`,
        "It needs an app that answers before it works; see the rule answers-while-cloud-hangs.",
      );
    }
    await until(() => tenant.calls.length > 0, 10_000);
    // Nobody hears that the call came to nothing: what is found out is the crash alone.
    await killAndStart(world, clear);
    const work = await seeWork(world, tenant, ordinary);
    const beside =
      work.state === "standstill" ? await seeWorkBesideAnother(world, tenant, ordinary) : undefined;
    await uninstall(world, tenant);
    return beside === undefined ? { work } : { work, beside };
  },
  judge: (killed) =>
    killed === "works no more"
      ? fail(
          "Since it crashed the app has done no work for anybody, nor for an installation that came later.",
        )
      : judgeKilled(killed),
});

/** What stands still where nobody's work gets done accuses nobody. */
export function judgeKilled({ work, beside }: Killed): Verdict {
  const verdict = judgeWork(work, "after the new start");
  if (verdict.verdict !== "fail" || beside === undefined) return verdict;
  if (beside.work.state === "done")
    return missed(
      fail(
        `${verdict.evidence} It was done only when another installation had come, so that an event wakes the queue and not the start.`,
      ),
    );
  if (!beside.worksForOthers)
    throw new NotTested(
      `${verdict.evidence} Nor was the work of another installation done, so that it may only have had no turn.`,
      "It needs a machine that does nothing else, or an app that works sooner; look also whether it works at all after a crash.",
      "missed",
    );
  // What is lost in one crash of many is lost all the same.
  return seen(verdict);
}
