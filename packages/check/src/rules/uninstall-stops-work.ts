import { type CloudCall, fail, harm, missed, pass, seen, succeeded } from "../evidence/index.ts";
import { install, installed, pause, uninstall, until, type World } from "../world/index.ts";
import { beginWork } from "./parts/beginning.ts";
import { isWrite, letPass, stir } from "./parts/watching.ts";
import { ordinaryCalls } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";

const watched = 6000;

export default defineRule({
  id: "uninstall-stops-work",
  title: "After an uninstall the app asks Cloud nothing more",
  section: "4",
  holdsTo: "The app stops its jobs, and makes no further request for that instance.",
  severity: "critical",
  how: "An app whose work is held up by an instance that is stopped is uninstalled in the middle of it; then its calls with that key are counted for some seconds. Another one whose work is done is uninstalled, installed again in the same instance and launched: nothing of that may be asked with the first key.",
  fix: "Delete the queued work of an installation in the transaction that ends it, look before each call whether the installation is still active, and keep nothing that holds its key by the instance.",
  standsOn: [uninstallEndsLaunch],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    await ordinaryCalls(world);
    const tenant = world.tenant();
    const { clear, known } = await beginWork(world, tenant, () =>
      world.front.meets(tenant, { fault: "instance-stopped" }),
    );
    await until(() => tenant.calls.length > known, 5000);
    const answer = await uninstall(world, tenant);
    await letPass(world);
    const before = tenant.calls.length;
    await clear();
    const [later] = await Promise.all([callsAfterOrdinaryEnd(world), pause(watched)]);
    return { answer, after: tenant.calls.slice(before), later };
  },
  judge: ({ answer, after, later }) => {
    if (!succeeded(answer)) return fail("The uninstall was not accepted while work was going on.");
    const [first] = [...after, ...later];
    if (first === undefined) return pass(`No call with that key in ${watched / 1000} s after the uninstall.`);
    const verdict = fail(
      `After the uninstall the app made ${after.length + later.length} more calls with that key, the first ${first.method} ${first.path.split("?")[0]}.`,
    );
    return [...after, ...later].some(isCarriedOut) ? harm(seen(verdict)) : missed(verdict);
  },
});

/** Something in the books that nobody asked for any more. */
function isCarriedOut(call: CloudCall): boolean {
  return isWrite(call) && (call.status ?? 500) < 300;
}

/** The calls of an installation that ended when its work was done, after what was under way; another one takes its place. */
async function callsAfterOrdinaryEnd(world: World): Promise<readonly CloudCall[]> {
  const tenant = await installed(world);
  await pause(1500);
  await uninstall(world, tenant);
  await letPass(world);
  const settled = tenant.calls.length;
  const newer = world.tenant({ inPlaceOf: tenant });
  await install(world, newer);
  await stir(world, newer);
  await pause(2000);
  await uninstall(world, newer);
  return tenant.calls.slice(settled);
}
