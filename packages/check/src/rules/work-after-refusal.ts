import { type CloudCall, missed, NotTested } from "../evidence/index.ts";
import { pause, type Tenant, uninstall, until, type World } from "../world/index.ts";
import foreignRefusal from "./foreign-refusal.ts";
import { beginWork } from "./parts/beginning.ts";
import { openAgain } from "./parts/refusals.ts";
import { stir } from "./parts/watching.ts";
import { behindThePage, judgeWork, ordinaryWrites, seeWork } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import workAfterAnswer from "./work-after-answer.ts";

/** A longer grace time is not waited for: within it no 401 is a verdict at all. */
const longestGrace = 20;
/** Pauses between tries have grown by then. */
const longestPause = 30_000;
/** Whoever tries a few times before he stops does so. */
const refusedFor = 1500;
/** Who asked Cloud just before it answered again may rest a while before the next look at the page makes him ask. */
const pagesOften = 4000;

export default defineRule({
  id: "work-after-refusal",
  title: "Work that met a 401 which is not Cloud's own word gets done when Cloud answers again",
  section: "5",
  holdsTo:
    "Any other 401 (HTML of a proxy, unauthorized, a wrong base address) suspends: the sealed key stays, Cloud is asked again with growing pauses, and the installation comes back by itself.",
  severity: "serious",
  how: "A tenant's instance is away after the install until the grace time is over, where that is short; then a proxy's HTML 401 meets the tries of its work. When Cloud answers again the page is opened, now and then, until the installation has come back; once Cloud has answered it, the work of an ordinary install must get done, however long that takes, or it comes to a standstill.",
  fix: "Keep the queued work of an installation that is suspended, and take it up when Cloud takes its key again. Only Cloud's own word key_revoked, or an uninstall, ends it.",
  standsOn: [workAfterAnswer, foreignRefusal],
  needs: ["start", "waiting"],
  pace: "work",
  isLong: true,
  observe: async (world) => {
    const ordinary = behindThePage(await ordinaryWrites(world));
    const tenant = world.tenant();
    const { graceSeconds } = world.options;
    const begun = await beginWork(world, tenant, () =>
      world.front.meets(tenant, { fault: "instance-stopped" }),
    );
    if (graceSeconds <= longestGrace) await pause(graceSeconds * 1000 + 500);
    const clear = await world.front.meets(tenant, { fault: "gateway-401" });
    await begun.clear();
    const away = tenant.calls.length;
    const isRefused = await until(
      () => tenant.calls.slice(away).some(({ status, heard }) => status === 401 && heard),
      longestPause,
    );
    if (isRefused) await pause(refusedFor);
    await clear();
    const cleared = tenant.calls.length;
    const isBack = () => tenant.calls.slice(cleared).some(isAnswered);
    const work = isRefused
      ? await whileLookedAt(world, tenant, isBack, () => seeWork(world, tenant, ordinary, { begun }))
      : undefined;
    await uninstall(world, tenant);
    return { work, isBack: isBack() };
  },
  judge: ({ work, isBack }) => {
    if (work === undefined)
      throw new NotTested(
        "No call of the app's work met the proxy's 401.",
        "It needs an app that tries again sooner, or a machine that is less busy.",
        "missed",
      );
    const verdict = judgeWork(work, "after a proxy had answered 401 for a moment");
    if (verdict.verdict === "pass") return verdict;
    // Whoever is suspended may ask again an hour later only.
    if (!isBack)
      throw new NotTested(
        "After the proxy's 401 Cloud answered no call any more while the work was waited for, so that the installation had not come back.",
        "It needs an app that asks Cloud again when its page is opened, or within a minute.",
        "missed",
      );
    return missed(verdict);
  },
});

/** Opens the page now and then, as somebody does who wants to see whether it works again, until it does or all is seen. */
async function whileLookedAt<Seen>(
  world: World,
  tenant: Tenant,
  isBack: () => boolean,
  see: () => Promise<Seen>,
): Promise<Seen> {
  await comeBack(world, tenant);
  let isOver = false;
  const looking = (async () => {
    while (!(await until(() => isOver || isBack(), pagesOften))) await comeBack(world, tenant);
  })();
  try {
    return await see();
  } finally {
    isOver = true;
    await looking;
  }
}

/** Opens the page, in Chromium where there is one. */
async function comeBack(world: World, tenant: Tenant): Promise<void> {
  await openAgain(world, tenant);
  await stir(world, tenant);
}

function isAnswered({ status }: CloudCall): boolean {
  return status !== null && status >= 200 && status < 300;
}
