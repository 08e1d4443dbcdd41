import { type CloudCall, fail, missed, pass, succeeded, type Verdict } from "../evidence/index.ts";
import { install, installed, pause, uninstall } from "../world/index.ts";
import answersWhileCloudHangs from "./answers-while-cloud-hangs.ts";
import { notTaken } from "./parts/contested.ts";
import { isWrite, quiet } from "./parts/watching.ts";
import { judgeWork, seeWork, writesOfInstall } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import secondInstallUndecided from "./second-install-undecided.ts";
import workAfterAnswer from "./work-after-answer.ts";

const undecided = 3000;

export default defineRule({
  id: "second-install-work",
  title:
    "Of two installations of an instance neither works before Cloud has said which is true, and then the true one does",
  section: "5",
  holdsTo:
    "Right after the answer Cloud is asked with the older key. Until the answer, background work starts for neither.",
  severity: "serious",
  how: "A second install event arrives while Cloud gives no clear answer to either key; for three seconds the newer one must make no call of those that an ordinary install brings about. Then Cloud calls the older key revoked, and the newer one's work must get done.",
  fix: "Hold the work of a second installation back while it is open which one is true, and queue it in the transaction that ends the older one.",
  standsOn: [answersWhileCloudHangs, secondInstallUndecided, workAfterAnswer],
  needs: ["start"],
  pace: "work",
  isLong: true,
  observe: async (world) => {
    const ordinary = await writesOfInstall(world);
    const older = await installed(world);
    await seeWork(world, older, ordinary);
    await quiet(world, older);
    const known = older.calls.length;
    const newer = world.tenant({ inPlaceOf: older });
    const away = await Promise.all([older, newer].map((tenant) => world.front.meets(tenant, unclear)));
    const answer = await install(world, newer);
    await pause(undecided);
    const questions = older.calls.slice(known);
    const early = newer.calls.filter((call) => isWork(call, ordinary.calls, questions));
    const held = newer.calls.length;
    // Decides as soon as the other is over, so that no question in between is answered otherwise.
    const revoked = await world.front.meets(older, { fault: "key-revoked" });
    for (const end of away) await end();
    const laterCalls = () =>
      newer.calls.slice(held).filter((call) => isWork(call, ordinary.calls, questions)).length;
    // Where it began its work at last, no standstill counts against it: there is nothing to wait for.
    const work =
      early.length === 0 && succeeded(answer)
        ? await seeWork(world, newer, ordinary, { isEnough: () => laterCalls() > 0 })
        : undefined;
    await revoked();
    await uninstall(world, newer);
    await uninstall(world, older);
    return { answer, early, work, later: laterCalls() };
  },
  judge: ({ answer, early, work, later }) => {
    if (work?.state === "standstill" && later > 0)
      return pass(
        `Nothing while it was open; then ${later} calls of its work. What the older installation had written was not written again.`,
      );
    if (work !== undefined) return judgeWork(work, "after Cloud had called the older key revoked");
    if (!succeeded(answer)) return notTaken(answer);
    return judgeEarly(early);
  },
});

/** A read may be a question to the newer key, like one to the older that came late on a busy machine. */
export function judgeEarly(early: readonly CloudCall[]): Verdict {
  const verdict = fail(
    `While it was open which of two installations is true, the newer one began to work (${early.length} calls); had Cloud answered them, the work of an installation that it may have cancelled would be in the books.`,
  );
  return early.some(isWrite) ? verdict : missed(verdict);
}

/** A write, or a read such as an ordinary install brings about and such as the older key is not asked with. */
function isWork(call: CloudCall, ordinary: readonly CloudCall[], questions: readonly CloudCall[]): boolean {
  const kind = kindOf(call);
  const isOrdinary = ordinary.some((one) => kindOf(one) === kind);
  return isWrite(call) || (isOrdinary && !questions.some((one) => kindOf(one) === kind));
}

function kindOf({ method, path }: CloudCall): string {
  const { pathname, searchParams } = new URL(path, "http://cloud");
  return `${method} ${pathname} ${[...searchParams.keys()].toSorted().join(" ")}`;
}

const unclear = { fault: "gateway-status", status: 502 } as const;
