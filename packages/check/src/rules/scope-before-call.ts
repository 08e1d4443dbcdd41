import { type Scope, scopes } from "@annex/protocol";
import {
  type CloudCall,
  describeAnswer,
  fail,
  NotTested,
  pass,
  refused,
  succeeded,
  type Verdict,
} from "../evidence/index.ts";
import {
  enter,
  install,
  installed,
  launchAnswer,
  openFrame,
  portalUrlIn,
  type Tenant,
  uninstall,
  until,
  type World,
} from "../world/index.ts";
import { isPressed } from "./parts/beginning.ts";
import { tryOut } from "./parts/portal-seen.ts";
import { quiet } from "./parts/watching.ts";
import { ordinaryWork, workKind } from "./parts/work.ts";
import { defineRule } from "./rule.ts";

/** Pages are waited for more than they are worked on. */
const visitsAtOnce = 4;
/** Pauses between tries may grow up to a minute, and a queue may do one thing after another. */
const longestWork = 70_000;
/** What a page asks for it asks for while somebody looks at it. */
const longestPage = 20_000;

type Seen = {
  /** What was asked with each part of the scopes. */
  readonly parts: readonly { readonly grant: readonly Scope[]; readonly calls: readonly CloudCall[] }[];
  /** How many calls came with all of them. */
  readonly withAll: number;
  /** Kinds of calls that came with all of them before, and did not when that was tried once more after all the parts. */
  readonly missing: readonly string[];
};

export default defineRule({
  id: "scope-before-call",
  title: "The app checks what was granted before it calls",
  section: "9",
  holdsTo:
    "The backend checks granted_permissions before sensitive actions; your app should not assume it received every scope it requested.",
  severity: "serious",
  how: "The app is installed with every part of the scopes it asks for, nothing included, and opened; a call that Cloud refuses for a missing scope is a finding. Before and after them it is installed and opened with everything: only when it has asked the last time what it asked the first time has it come to all that lies between. Who had everything first is uninstalled in between, and installed again in the same instance with nothing.",
  fix: "Store granted_permissions with the installation and look at them before each call: reads want data:read, writes data:write, alerts alerts:read and alerts:write. Leave undone what was not granted, and say so on the page.",
  needs: ["start"],
  pace: "work",
  isLong: true,
  opensPage: true,
  observe: async (world): Promise<Seen> => {
    const ordinary = await ordinaryWork(world);
    // What somebody presses is pressed when the page is opened.
    const ofInstall = isPressed(world) ? [] : kindsOf(ordinary.calls);
    const first = await installed(world);
    const tenants = (await Promise.all(partsOf(asked(world)).map((grant) => accepted(world, grant)))).flat();
    const last = await installed(world);
    const undone = await missingAfter(longestWork, last, ofInstall);
    await Promise.all([first, ...tenants].map((tenant) => quiet(world, tenant)));
    const [knownFirst, knownLast] = [first.calls.length, last.calls.length];
    const opened = visit(world, first).then(() => kindsOf(first.calls.slice(knownFirst)));
    const [ofPage, less] = await Promise.all([
      opened,
      opened.then(() => withLess(world, first)),
      visitAll(world, tenants),
    ]);
    await visit(world, last);
    const missing = undone.length > 0 ? undone : await missingAfter(longestPage, last, ofPage, knownLast);
    await Promise.all([...tenants, ...less].map((tenant) => quiet(world, tenant, 3000)));
    const parts = [...tenants, ...less].map(({ grant, calls }) => ({ grant, calls: [...calls] }));
    await Promise.all([last, ...tenants, ...less].map((tenant) => uninstall(world, tenant)));
    return { parts, withAll: Math.max(first.calls.length, last.calls.length), missing };
  },
  judge: judgeScopes,
});

/** A pass needs that the app was seen to come to what it does: on a slow day it is silent for want of time. */
export function judgeScopes({ parts, withAll, missing }: Seen): Verdict {
  const without = parts.flatMap(({ grant, calls }) =>
    calls
      .filter(({ status, answerBody }) => status === 403 && answerBody.includes("missing_scope"))
      .map((call) => ({ grant, call })),
  );
  const [first] = without;
  if (first !== undefined)
    return fail(
      `Installed with ${first.grant.join(", ") || "nothing"} granted, the app called ${first.call.method} ${first.call.path.split("?")[0]}, which Cloud refused for a missing scope (${without.length} such calls).`,
    );
  if (missing.length > 0)
    throw new NotTested(
      `With everything granted the app asked for ${missing.join(", ")} at first, and not when it was tried again after all the parts: what it asks with less may not have come yet.`,
      "It needs an app that works sooner, or a machine that is less busy.",
      "missed",
    );
  if (withAll === 0 && parts.every(({ calls }) => calls.length === 0))
    throw new NotTested(
      "The app asked nothing of Cloud, whatever was granted.",
      "It needs an app that calls Cloud after an install or while its page is made.",
      "missed",
    );
  const granted = parts.map(({ grant }) => grant.join(" ") || "nothing").join("; ");
  return pass(
    parts.every(({ calls }) => calls.length === 0)
      ? `With ${granted} granted the app asked nothing of Cloud; with everything it made ${withAll} calls.`
      : `No call was refused for its scope, with ${granted} granted.`,
  );
}

function kindsOf(calls: readonly CloudCall[]): readonly string[] {
  return [...new Set(calls.map(workKind))];
}

/** The kinds of which no call has come, from the known ones on, when all of them have or nobody waits any more. */
async function missingAfter(
  longest: number,
  tenant: Tenant,
  kinds: readonly string[],
  known = 0,
): Promise<readonly string[]> {
  const missing = () => {
    const come = new Set(kindsOf(tenant.calls.slice(known)));
    return kinds.filter((kind) => !come.has(kind));
  };
  await until(() => missing().length === 0, longest);
  return missing();
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

/** An app may refuse to be installed with too little: then there is nothing it could call. @throws NotTested without an answer. */
async function accepted(
  world: World,
  grant: readonly Scope[],
  inPlaceOf?: Tenant,
): Promise<readonly Tenant[]> {
  const tenant = world.tenant({ grant, inPlaceOf });
  const answer = await install(world, tenant);
  if (succeeded(answer)) return [tenant];
  if (refused(answer)) return [];
  throw new NotTested(
    `An install with ${grant.join(", ") || "nothing"} granted was neither taken nor refused: the app ${describeAnswer(answer)}.`,
    "It needs an app that answers its events.",
    "missed",
  );
}

/** Uninstalled, and installed again in the same instance with nothing granted: what was granted before is gone. */
async function withLess(world: World, had: Tenant): Promise<readonly Tenant[]> {
  await uninstall(world, had);
  const again = await accepted(world, [], had);
  await Promise.all(again.map((tenant) => quiet(world, tenant, 3000)));
  await visitAll(world, again);
  return again;
}

async function visitAll(world: World, tenants: readonly Tenant[]): Promise<void> {
  const queue = [...tenants];
  const inTurn = async () => {
    for (let tenant = queue.shift(); tenant !== undefined; tenant = queue.shift()) await visit(world, tenant);
  };
  await Promise.all(Array.from({ length: visitsAtOnce }, inTurn));
}

/**
 * With few scopes, or all of them, in a browser, where a page's script asks for more and its buttons are pressed; else as far
 * as a request goes. An app may refuse to be opened with too little. @throws NotTested without an answer.
 */
async function visit(world: World, tenant: Tenant): Promise<void> {
  const { length } = tenant.grant;
  const inBrowser = world.options.fast !== true && (length <= 1 || length === asked(world).length);
  if (inBrowser) await world.browser();
  const answer = await launchAnswer(world, tenant);
  const url = portalUrlIn(answer);
  if (url !== undefined) await (inBrowser ? use(world, url) : enter(url));
  else if (!refused(answer))
    throw new NotTested(
      `With ${tenant.grant.join(", ") || "nothing"} granted the app was not opened: it ${describeAnswer(answer)}.`,
      "It needs an app that can be launched; see the rule portal-accepted.",
      "missed",
    );
}

async function use(world: World, url: string): Promise<void> {
  const frame = await openFrame(world, url);
  await frame.look();
  await tryOut(frame);
  await frame.close();
}
