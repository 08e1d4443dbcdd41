import type { Scope } from "@annex/protocol";
import { type CloudCall, fail, NotTested, pass } from "../evidence/index.ts";
import { installed, openPortal, pause, uninstall, type World } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { quiet, stir } from "./watching.ts";

type Seen = { readonly grant: readonly Scope[]; readonly calls: readonly CloudCall[] };

export default defineRule({
  id: "scope-before-call",
  title: "The app checks what was granted before it calls",
  section: "9",
  holdsTo:
    "The backend checks granted_permissions before sensitive actions; your app should not assume it received every scope it requested.",
  severity: "serious",
  how: "The app is installed with nothing granted and with each scope it asks for alone; a call that Cloud refuses for a missing scope is a finding.",
  fix: "Store granted_permissions with the installation and look at them before each call: reads want data:read, writes data:write, alerts alerts:read and alerts:write. Leave undone what was not granted, and say so on the page.",
  needs: ["start"],
  pace: "work",
  observe: async (world): Promise<readonly Seen[]> => {
    const asked = world.options.asks ?? (["data:read", "data:write", "alerts:read", "alerts:write"] as const);
    const grants: readonly (readonly Scope[])[] = [[], ...asked.map((scope) => [scope])];
    const seen: Seen[] = [];
    for (const grant of grants) {
      const tenant = await installed(world, { grant });
      await quiet(world, tenant);
      await visit(world, tenant);
      await quiet(world, tenant, 3000);
      seen.push({ grant, calls: [...tenant.calls] });
      await uninstall(world, tenant);
    }
    return seen;
  },
  judge: (seen) => {
    const refused = seen.flatMap(({ grant, calls }) =>
      calls
        .filter(({ status, answerBody }) => status === 403 && answerBody.includes("missing_scope"))
        .map((call) => ({ grant, call })),
    );
    const [first] = refused;
    if (first !== undefined)
      return fail(
        `Installed with ${first.grant.join(", ") || "nothing"} granted, the app called ${first.call.method} ${first.call.path.split("?")[0]}, which Cloud refused for a missing scope (${refused.length} such calls).`,
      );
    if (seen.every(({ calls }) => calls.length === 0))
      throw new NotTested(
        "The app asked nothing of Cloud with any single scope.",
        "It needs an app that works with less than everything.",
      );
    return pass(
      `No call was refused for its scope, with ${seen.map(({ grant }) => grant.join(" ") || "nothing").join("; ")} granted.`,
    );
  },
});

async function visit(world: World, tenant: Parameters<typeof stir>[1]): Promise<void> {
  if (world.options.fast === true) return stir(world, tenant);
  const { frame } = await openPortal(world, tenant);
  await frame.look();
  await frame.close();
  await pause(200);
}
