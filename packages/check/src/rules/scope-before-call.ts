import { type Scope, scopes } from "@annex/protocol";
import { type CloudCall, fail, NotTested, pass, succeeded, type Verdict } from "../evidence/index.ts";
import { install, installed, openPortal, type Tenant, uninstall, type World } from "../world/index.ts";
import { tryOut } from "./portal-seen.ts";
import { defineRule } from "./rule.ts";
import { quiet, stir } from "./watching.ts";
import { ordinaryWork } from "./work.ts";

/** Pages are waited for more than they are worked on. */
const visitsAtOnce = 4;

type Seen = {
  /** What was asked with each part of the scopes. */
  readonly parts: readonly { readonly grant: readonly Scope[]; readonly calls: readonly CloudCall[] }[];
  /** How many calls came with all of them, where none came with less. */
  readonly withAll: number;
};

export default defineRule({
  id: "scope-before-call",
  title: "The app checks what was granted before it calls",
  section: "9",
  holdsTo:
    "The backend checks granted_permissions before sensitive actions; your app should not assume it received every scope it requested.",
  severity: "serious",
  how: "The app is installed with every part of the scopes it asks for, nothing included; a call that Cloud refuses for a missing scope is a finding.",
  fix: "Store granted_permissions with the installation and look at them before each call: reads want data:read, writes data:write, alerts alerts:read and alerts:write. Leave undone what was not granted, and say so on the page.",
  needs: ["start"],
  pace: "work",
  isLong: true,
  observe: async (world): Promise<Seen> => {
    const tenants = (await Promise.all(partsOf(asked(world)).map((grant) => accepted(world, grant)))).flat();
    await Promise.all(tenants.map((tenant) => quiet(world, tenant)));
    const queue = [...tenants];
    const inTurn = async () => {
      for (let tenant = queue.shift(); tenant !== undefined; tenant = queue.shift())
        await visit(world, tenant);
    };
    await Promise.all(Array.from({ length: visitsAtOnce }, inTurn));
    await Promise.all(tenants.map((tenant) => quiet(world, tenant, 3000)));
    const parts = tenants.map(({ grant, calls }) => ({ grant, calls: [...calls] }));
    await Promise.all(tenants.map((tenant) => uninstall(world, tenant)));
    const isSilent = parts.length > 0 && parts.every(({ calls }) => calls.length === 0);
    return { parts, withAll: isSilent ? await callsWithAll(world) : 0 };
  },
  judge: judgeScopes,
});

export function judgeScopes({ parts, withAll }: Seen): Verdict {
  const refused = parts.flatMap(({ grant, calls }) =>
    calls
      .filter(({ status, answerBody }) => status === 403 && answerBody.includes("missing_scope"))
      .map((call) => ({ grant, call })),
  );
  const [first] = refused;
  if (first !== undefined)
    return fail(
      `Installed with ${first.grant.join(", ") || "nothing"} granted, the app called ${first.call.method} ${first.call.path.split("?")[0]}, which Cloud refused for a missing scope (${refused.length} such calls).`,
    );
  if (withAll === 0 && parts.every(({ calls }) => calls.length === 0))
    throw new NotTested(
      "The app asked nothing of Cloud, whatever was granted.",
      "It needs an app that calls Cloud after an install or while its page is made.",
      "missed",
    );
  const granted = parts.map(({ grant }) => grant.join(" ") || "nothing").join("; ");
  return pass(
    withAll > 0
      ? `With ${granted} granted the app asked nothing of Cloud; with everything it made ${withAll} calls.`
      : `No call was refused for its scope, with ${granted} granted.`,
  );
}

/** An app that asks nothing with less than everything has looked, if it asks something with everything. */
async function callsWithAll(world: World): Promise<number> {
  const ordinary = await ordinaryWork(world);
  if (ordinary.calls.length > 0) return ordinary.calls.length;
  const tenant = await installed(world);
  await (world.options.fast === true ? stir(world, tenant) : use(world, tenant));
  const calls = tenant.calls.length;
  await uninstall(world, tenant);
  return calls;
}

function asked({ options }: World): readonly Scope[] {
  return options.asks ?? scopes;
}

/** Every subset but the whole, the smallest first. */
function partsOf(all: readonly Scope[]): readonly (readonly Scope[])[] {
  const count = 2 ** all.length;
  return Array.from({ length: count - 1 }, (_, bits) =>
    all.filter((_scope, place) => bits & (1 << place)),
  ).toSorted((left, right) => left.length - right.length);
}

/** An app may refuse to be installed with too little: then there is nothing it could call. */
async function accepted(world: World, grant: readonly Scope[]): Promise<readonly Tenant[]> {
  const tenant = world.tenant({ grant });
  return succeeded(await install(world, tenant)) ? [tenant] : [];
}

/** With few scopes in a browser, where a page's script asks for more and its buttons are pressed; with more of them as far as a request goes. */
async function visit(world: World, tenant: Tenant): Promise<void> {
  await (world.options.fast === true || tenant.grant.length > 1 ? stir(world, tenant) : use(world, tenant));
}

async function use(world: World, tenant: Tenant): Promise<void> {
  const { frame } = await openPortal(world, tenant);
  await frame.look();
  await tryOut(frame);
  await frame.close();
}
