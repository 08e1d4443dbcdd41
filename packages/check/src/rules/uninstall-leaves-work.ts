import { fail, missed, NotTested, pass, succeeded, type Verdict } from "../evidence/index.ts";
import { install, type Tenant, uninstall, until, type World } from "../world/index.ts";
import { judgeWork, seeWork, type WorkSeen, writesOfInstall } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import workAfterAnswer from "./work-after-answer.ts";

/** A queue may be looked at every few seconds only. */
const longestFirst = 10_000;

export default defineRule({
  id: "uninstall-leaves-work",
  title: "An uninstall ends the work of what it names alone",
  section: "4",
  holdsTo:
    "An uninstall names one installation: it never touches a newer installation of the same organization and instance. The app stops its jobs.",
  severity: "critical",
  how: "Two tenants are installed while their instances are away, so that their work waits. The first is uninstalled, and installed again in the same instance; then both instances run. The work of the other tenant has to get done, and so has that of the installation that came after the first, as after an ordinary install.",
  fix: "Delete the queued work of the installation that installed_app_id names, in the transaction that ends it, and no other. What has ended in an instance, or was begun there and never done, says nothing of the installation that comes next.",
  standsOn: [workAfterAnswer],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const ordinary = await writesOfInstall(world);
    const [first, other] = [world.tenant(), world.tenant()];
    if (!(await endedWhileAway(world, first, other)))
      throw new NotTested(
        "The app asked nothing for one of two tenants, or took no uninstall.",
        "It needs an app that works sooner, or a machine that is less busy.",
        "missed",
      );
    const next = world.tenant({ inPlaceOf: first });
    await install(world, next);
    const [ofOther, ofNext] = await Promise.all([
      seeWork(world, other, ordinary),
      seeWork(world, next, ordinary),
    ]);
    await Promise.all([uninstall(world, other), uninstall(world, next)]);
    return { other: ofOther, next: ofNext };
  },
  judge: judgeLeft,
});

/** Whether the first was uninstalled while the work of both waited for their instances, which run again afterwards. */
export async function endedWhileAway(world: World, first: Tenant, other: Tenant): Promise<boolean> {
  const clears: (() => Promise<void>)[] = [];
  try {
    for (const tenant of [first, other]) {
      clears.push(await world.front.meets(tenant, { fault: "instance-stopped" }));
      await install(world, tenant);
    }
    const waiting = await until(() => first.calls.length > 0 && other.calls.length > 0, longestFirst);
    return succeeded(await uninstall(world, first)) && waiting;
  } finally {
    await Promise.all(clears.map((clear) => clear()));
  }
}

/** Fails where either stands still. @throws NotTested while one goes on. */
export function judgeLeft({ other, next }: { readonly other: WorkSeen; readonly next: WorkSeen }): Verdict {
  if (other.state === "standstill")
    return missed(
      fail(
        `When one tenant was uninstalled, another one's work, which waited for its instance, never got done: ${other.done} of ${other.wanted} writes. Missing: ${other.missing.join(", ")}.`,
      ),
    );
  if (next.state === "standstill")
    return missed(
      fail(
        `Installed again in the same instance before its work was done, the app did ${next.done} of the ${next.wanted} writes that an ordinary install brings about. Missing: ${next.missing.join(", ")}.`,
      ),
    );
  judgeWork(other, "for another tenant");
  judgeWork(next, "after the app was installed again");
  return pass(
    `The other tenant's work got done (${other.done} writes), and so did that of the installation that came next (${next.done}).`,
  );
}
