import { fail, NotTested, pass } from "../evidence/index.ts";
import { deliver, foreignPath, installBody, openPortal, type Tenant, type World } from "../world/index.ts";
import { quiet, stir } from "./parts/watching.ts";
import { ordinaryWork } from "./parts/work.ts";
import { defineRule } from "./rule.ts";

/** Core's own routes, which the Cloud API has behind /proxy alone. */
const coreRoutes =
  /^\/(ledgers|balances|transactions|identities|refund-transaction|reconciliation|search|multi-search|accounts|hooks|backup)(\/|\?|$)/;

export default defineRule({
  id: "no-call-to-core",
  title: "The app goes through Cloud, also where an instance's own Core is offered to it",
  section: "8",
  holdsTo:
    "Prefer Cloud APIs over direct Core access: it bypasses Cloud-level controls. For installed apps, use the Cloud Proxy, Data API, and direct Cloud endpoints.",
  severity: "serious",
  how: "The app is started with the address of a Core in its environment (BLNK_CORE_URL, CORE_URL and the like), and installed with one in the event; it is watched whether anything arrives there, and whether Cloud is asked by Core's own paths.",
  fix: "Call {cloud}/proxy/…, /data/… and the filters with the installation's key, so that permissions, limits and the audit log of Cloud hold. Leave Core's address unused.",
  needs: ["start"],
  pace: "work",
  opensPage: true,
  observe: async (world) => {
    await ordinaryWork(world);
    const tenant = world.tenant();
    const offer = { core_url: world.decoy.url, core_api_url: world.decoy.url, instance_url: world.decoy.url };
    await deliver(world.options.callback, { ...installBody(tenant), ...offer });
    await quiet(world, tenant);
    await visit(world, tenant);
    return {
      calls: world.tenants.reduce((sum, { calls }) => sum + calls.length, 0),
      core: world.decoy.requests.filter(({ path }) => !path.startsWith(foreignPath)),
      byPath: world.tenants.flatMap(({ calls }) =>
        calls.filter(({ path }) => coreRoutes.test(path) && !/\/filter(\?|$)/.test(path)),
      ),
    };
  },
  judge: ({ calls, core, byPath }) => {
    const [direct] = core;
    if (direct !== undefined)
      return fail(
        `The app called the Core that was offered to it: ${direct.method} ${direct.path} (${core.length} requests).`,
      );
    const [guessed] = byPath;
    if (guessed !== undefined)
      return fail(
        `The app asked Cloud by a path of Core's: ${guessed.method} ${guessed.path.split("?")[0]}.`,
      );
    if (calls === 0)
      throw new NotTested("The app made no call at all.", "It needs an app that asks something of Cloud.");
    return pass(`${calls} calls to Cloud, none to the Core that was offered.`);
  },
});

async function visit(world: World, tenant: Tenant): Promise<void> {
  if (world.options.fast === true) return stir(world, tenant);
  const { frame } = await openPortal(world, tenant);
  await frame.look();
  await frame.close();
}
