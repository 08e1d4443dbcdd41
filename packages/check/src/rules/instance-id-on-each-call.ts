import { type CloudCall, fail, findSecret, harm, NotTested, pass } from "../evidence/index.ts";
import { pause, type Tenant, type World } from "../world/index.ts";
import { seenAtWork } from "./parts/manner.ts";
import { stir } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

const wanted = /^\/(data|proxy)\/|^\/(ledger|balances|transactions|identities|reconciliation)\/filter/;

export default defineRule({
  id: "instance-id-on-each-call",
  title: "Each call carries the instance it is for, and the key in its header alone",
  section: "8",
  holdsTo:
    "Every Cloud call carries the right instance_id: a query parameter, required on Proxy, Data and Filters requests. Authorization: Bearer <api_key>.",
  severity: "serious",
  how: "All calls of the app during the check are looked through for an instance_id, for one that is not the tenant's, and for a key in their address.",
  fix: "Add instance_id to the query in the one place that makes calls to Cloud, from the same record the key comes from. Send the key in the header Authorization and nowhere else: addresses are written into logs on the way.",
  needs: ["start"],
  pace: "last",
  observe: async (world) => {
    await stir(world, (await seenAtWork(world)).tenant);
    await pause(500);
    return { calls: callsOf(world), instances: new Set(world.tenants.map(({ instanceId }) => instanceId)) };
  },
  judge: ({ calls: all, instances }) => {
    const foreign = all.find(
      ({ call, tenant }) => isWrong(call, tenant) && instances.has(call.instanceId ?? ""),
    );
    if (foreign !== undefined)
      return harm(
        fail(
          `${foreign.call.method} ${foreign.call.path.split("?")[0]} carried the instance_id of another tenant.`,
        ),
      );
    const shown = all.find(({ call, tenant }) => findSecret(call.path, tenant.key) !== undefined);
    if (shown !== undefined)
      return harm(
        fail(`${shown.call.method} ${shown.call.path.split("?")[0]} carried the key in its address.`),
      );
    const calls = all.filter(({ tenant }) => !tenant.toldWrongly);
    if (calls.length === 0)
      throw new NotTested("The app made no call to Cloud.", "It needs an app that asks something of Cloud.");
    const without = calls.find(({ call }) => wanted.test(call.path) && call.instanceId === null);
    if (without !== undefined)
      return fail(`${without.call.method} ${without.call.path.split("?")[0]} carried no instance_id.`);
    const unknown = calls.find(({ call, tenant }) => isWrong(call, tenant));
    if (unknown !== undefined)
      return fail(
        `${unknown.call.method} ${unknown.call.path.split("?")[0]} carried an instance_id that is not its tenant's.`,
      );
    return pass(`${calls.length} calls, each with its tenant's instance_id.`);
  },
});

/** Whether a call names another instance than its tenant's and those that the checker had named for it. */
function isWrong({ instanceId }: CloudCall, tenant: Tenant): boolean {
  return instanceId !== null && instanceId !== tenant.instanceId && !tenant.misnamed.has(instanceId);
}

function callsOf({ tenants }: World) {
  return tenants.flatMap((tenant) => tenant.calls.map((call) => ({ call, tenant })));
}
