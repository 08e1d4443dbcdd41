import {
  describeAnswer,
  fail,
  harm,
  missed,
  NotTested,
  seen,
  succeeded,
  type Verdict,
} from "../evidence/index.ts";
import { uninstall, until, type World } from "../world/index.ts";
import { takenTwice } from "./cut-after-commit.ts";
import installAccepted from "./install-accepted.ts";
import { beginWork, mustBeUnderWay } from "./parts/beginning.ts";
import { killAndStart } from "./parts/killing.ts";
import { worksSideBySide } from "./parts/manner.ts";
import { isWrite, quiet } from "./parts/watching.ts";
import {
  behindThePage,
  judgeWork,
  type OrdinaryWork,
  ordinaryWrites,
  seeWork,
  seeWorkBesideAnother,
  type WorkBeside,
  type WorkSeen,
  worksNoMore,
} from "./parts/work.ts";
import { defineRule } from "./rule.ts";

type Killed = {
  readonly work: WorkSeen;
  /** What the ledger took more than once, of work that was killed when a write was done and not answered. */
  readonly twice: readonly string[];
  /** Whether there was such a write at all. */
  readonly wasWriting: boolean;
  /** Where it stood still: what came of it beside another installation. */
  readonly beside?: WorkBeside;
};

/** Until a write comes whose answer is kept back, and until work that was killed is taken up, in milliseconds. */
const longestFirst = 10_000;

export default defineRule({
  id: "kill-work",
  title: "Work that was under way when the app crashed is finished once after a new start",
  section: "9",
  holdsTo:
    "For slower jobs, return a successful response first, then continue the work in the background. Work must not die with the process.",
  severity: "serious",
  how: "Cloud holds the first call of the work after an install, and the process is killed before it is answered. After a new start the same writes as after an ordinary install must be done. Another tenant's first write is carried out and its answer kept back until the crash, or a second one where the app does one thing after another: it must not be there twice. Where they stand still, another installation shows whether the app works at all; where it does for nobody, also minutes later, the crash ended all its work.",
  fix: "Queue the work in the database, in the transaction that stores the install, and take up what is unfinished when the app starts: with the same reference, or after looking whether it is there, since it may have been done.",
  standsOn: [installAccepted],
  needs: ["start"],
  pace: "alone",
  observe: async (world): Promise<Killed | "works no more"> => {
    // The second look at an app that the first one killed.
    if (await worksNoMore(world)) return "works no more";
    const ordinary = behindThePage(await ordinaryWrites(world));
    const beside = (await worksSideBySide(world)) ? await installedWithHeldWrite(world) : undefined;
    try {
      const seen = await killedAtItsFirstCall(world, ordinary, beside);
      const writing = beside ?? (await killedWhileWriting(world));
      const twice = await takenTwiceBy(world, writing);
      return { ...seen, twice, wasWriting: writing.isWriting() };
    } finally {
      await beside?.clear();
    }
  },
  judge: (killed) =>
    killed === "works no more"
      ? fail(
          "Since it crashed the app has done no work for anybody, nor for an installation that came later.",
        )
      : judgeKilled(killed),
});

/** What becomes of a tenant's work whose first call is held until the crash; with the one beside it that was writing. */
async function killedAtItsFirstCall(
  world: World,
  ordinary: OrdinaryWork,
  beside: Writing | undefined,
): Promise<Pick<Killed, "work" | "beside">> {
  const tenant = world.tenant();
  const begun = await beginWork(world, tenant, () => world.front.weather(tenant, () => "hang"));
  const { answer, clear } = begun;
  try {
    if (!succeeded(answer))
      throw new NotTested(
        `The install event was not acknowledged while Cloud held its calls: the app ${describeAnswer(answer)}.`,
        "It needs an app that answers before it works; see the rule answers-while-cloud-hangs.",
      );
    await Promise.all([mustBeUnderWay(tenant, begun), beside?.seeWriting()]);
    // Nobody hears that the call came to nothing: what is found out is the crash alone.
    await killAndStart(world, () => {
      void clear();
      void beside?.clear();
    });
  } finally {
    await clear();
  }
  const work = await seeWork(world, tenant, ordinary, { begun });
  const seen =
    work.state === "standstill" ? await seeWorkBesideAnother(world, tenant, ordinary, begun) : undefined;
  await uninstall(world, tenant);
  return seen === undefined ? { work } : { work, beside: seen };
}

/** A tenant whose first write the ledger carries out without an answer. */
async function installedWithHeldWrite(world: World) {
  const tenant = world.tenant();
  let held = false;
  const { clear, known } = await beginWork(world, tenant, () =>
    world.front.weather(tenant, (call) => {
      if (held || !isWrite(call)) return undefined;
      held = true;
      return "held";
    }),
  );
  const isWriting = () => held;
  return { tenant, clear, known, isWriting, seeWriting: () => until(isWriting, longestFirst) };
}

type Writing = Awaited<ReturnType<typeof installedWithHeldWrite>>;

/** The same in a crash of its own, where the app does one thing after another. */
async function killedWhileWriting(world: World): Promise<Writing> {
  const writing = await installedWithHeldWrite(world);
  await writing.seeWriting();
  const known = writing.tenant.calls.length;
  await killAndStart(world, writing.clear);
  await until(() => writing.tenant.calls.length > known, longestFirst);
  return writing;
}

/** What the ledger has of its writes more than once, when it has come to rest. */
async function takenTwiceBy(world: World, { tenant, known }: Writing): Promise<readonly string[]> {
  await quiet(world, tenant);
  // Also what nobody listens to any more the ledger carries out.
  await until(() => tenant.calls.every(({ status }) => status !== null), longestFirst);
  await uninstall(world, tenant);
  return takenTwice(tenant.calls.slice(known));
}

/** What stands still where nobody's work gets done accuses nobody. */
export function judgeKilled({ work, twice, wasWriting, beside }: Killed): Verdict {
  if (twice.length > 0)
    return harm(
      seen(
        fail(
          `The app crashed when a write was done and not yet answered, and did it again after the new start: the ledger has it twice: ${twice.join("; ")}.`,
        ),
      ),
    );
  const verdict = judgeWork(work, "after the new start");
  if (verdict.verdict === "pass" && !wasWriting)
    throw new NotTested(
      `${verdict.evidence} But when Cloud kept back the answer to a write, the app wrote nothing within ${longestFirst / 1000} s, so that it was not seen whether such a write is done again after a crash.`,
      "It needs an app that writes sooner after an install, or a machine that is less busy.",
      "missed",
    );
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
