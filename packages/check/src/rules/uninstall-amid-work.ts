import {
  type CloudCall,
  fail,
  missed,
  NotTested,
  pass,
  seen,
  succeeded,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { install, pause, type Tenant, uninstall, until, type World } from "../world/index.ts";
import { beginWork } from "./parts/beginning.ts";
import { effectOf, isWrite } from "./parts/watching.ts";
import { behindThePage, ordinaryCalls } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import scopeBeforeCall from "./scope-before-call.ts";
import uninstallStopsWork from "./uninstall-stops-work.ts";

const longestFirst = 10_000;
/** An app gives each of its calls some seconds, and what is new has begun its own work. In milliseconds. */
const kept = 1500;
const watched = 3000;
/** Until an app goes on when it has an answer; where it does one thing after another, other tenants' come first. */
const longestTurn = 20_000;

type Seen = {
  /** What was asked with the key of the installation that had ended, after the answer that was kept back. */
  readonly after: readonly CloudCall[];
  /** Writes with the key of the one that came after it, which was not granted any. */
  readonly beyond: readonly CloudCall[];
  /** Whether the app still waited for that answer when it came. */
  readonly isHeard: boolean;
  /** Whether the app went on meanwhile for a tenant that was not uninstalled. */
  readonly hadTime: boolean;
  /** Whether it asks one thing after another for a tenant, so that nothing else was on its way at the uninstall. */
  readonly isOneByOne: boolean;
};

export default defineRule({
  id: "uninstall-amid-work",
  title: "Work that waits for an answer at an uninstall ends with that answer",
  section: "4",
  holdsTo:
    "The app stops its jobs, and makes no further request for that instance. What was granted cannot change afterwards: to change it, uninstall and install again.",
  severity: "critical",
  how: "Cloud keeps back the answer to the first call of a tenant's work. Meanwhile the app is uninstalled, and installed again in the same instance without data:write; then the answer comes, and at the same moment another tenant's, whose work shows that the app went on. One more call with the first key, which Cloud refuses, is a warning; work that goes on with it, or writes with the key of the second installation, is a failure.",
  fix: "Keep nothing of an installation over a call: before each call look up by its id, not by its instance, whether it is still active, what it was granted and which key it has, and leave the job where it is not.",
  standsOn: [scopeBeforeCall, uninstallStopsWork],
  needs: ["start"],
  pace: "work",
  observe: async (world): Promise<Seen> => {
    const ordinary = behindThePage(await ordinaryCalls(world));
    if (ordinary.calls.length < 2)
      throw new NotTested(
        "An ordinary install brings about one call, after which nothing is left to be done.",
        "It needs an app whose work is more than one call.",
        // On a busy machine the second may come when the app seems to rest.
        "missed",
      );
    const [held, beside] = await heldTwice(world);
    try {
      const [first] = held.calls();
      if (!isWaitedFor(first) || !succeeded(await uninstall(world, held.tenant)))
        throw new NotTested(
          "The app asked nothing while its work was waited for, or took no uninstall then.",
          "It needs an app that works sooner, or a machine that is less busy.",
          "missed",
        );
      return { ...(await whatGoesOn(world, held, beside)), isOneByOne: isOneByOne(ordinary.calls) };
    } finally {
      await Promise.all([held.clear(), beside.clear()]);
      await uninstall(world, beside.tenant);
    }
  },
  judge: judgeGoingOn,
});

type Held = {
  readonly tenant: Tenant;
  readonly calls: () => readonly CloudCall[];
  /** Gives the answer that is kept back. */
  readonly clear: () => void | Promise<void>;
};

/** Two tenants, of which the first is the one whose first call came first: an app may do one thing after another. */
async function heldTwice(world: World): Promise<readonly [Held, Held]> {
  const [one, other] = await Promise.allSettled([heldAtFirstCall(world), heldAtFirstCall(world)]);
  if (one.status === "fulfilled" && other.status === "fulfilled") {
    const isFirst = ({ calls }: Held) => isWaitedFor(calls()[0]);
    await until(() => [one.value, other.value].some(isFirst), longestFirst);
    return isFirst(one.value) ? [one.value, other.value] : [other.value, one.value];
  }
  for (const begun of [one, other]) if (begun.status === "fulfilled") await begun.value.clear();
  throw one.status === "rejected" ? one.reason : (other as PromiseRejectedResult).reason;
}

async function heldAtFirstCall(world: World): Promise<Held> {
  const tenant = world.tenant();
  let isKept = false;
  const { clear, known } = await beginWork(world, tenant, () =>
    world.front.weather(tenant, () => {
      if (isKept) return undefined;
      isKept = true;
      return "late";
    }),
  );
  return { tenant, calls: () => tenant.calls.slice(known), clear };
}

/** Whether a call was carried out and the app still waits for the answer. */
function isWaitedFor(call: CloudCall | undefined): boolean {
  return call !== undefined && call.status !== null && call.endedAt === null;
}

/**
 * What an app asks when it has the answer that it waited for, though the installation has ended and another one begun. That
 * it had time to shows by a tenant beside it, which gets its answer at the same moment and is not uninstalled.
 */
async function whatGoesOn(world: World, held: Held, beside: Held): Promise<Omit<Seen, "isOneByOne">> {
  const { tenant } = held;
  // As Cloud does when an uninstall is acknowledged.
  const revoked = await world.front.meets(tenant, { fault: "key-revoked" });
  const newer = world.tenant({ inPlaceOf: tenant, grant: tenant.grant.filter((scope) => !isWriting(scope)) });
  await install(world, newer);
  await pause(kept);
  const [before, beforeNewer, besideBefore] = [
    tenant.calls.length,
    newer.calls.length,
    beside.calls().length,
  ];
  const isHeard = isWaitedFor(held.calls()[0]);
  await Promise.all([held.clear(), beside.clear()]);
  const hadTime = await until(() => beside.calls().length > besideBefore, longestTurn);
  await pause(watched);
  const seenOf = {
    isHeard,
    hadTime,
    after: tenant.calls.slice(before),
    beyond: newer.calls.slice(beforeNewer).filter((call) => isWrite(call) && call.status === 403),
  };
  await revoked();
  await uninstall(world, newer);
  return seenOf;
}

/** Whether each of these was asked when the one before it had been answered. */
function isOneByOne(calls: readonly CloudCall[]): boolean {
  return calls.every(({ at }, place) => at >= (calls[place - 1]?.endedAt ?? 0));
}

function isWriting(scope: string): boolean {
  return scope.endsWith(":write");
}

/** One call more may have been decided upon before; who goes on has not looked. */
export function judgeGoingOn({ after, beyond, isHeard, hadTime, isOneByOne }: Seen): Verdict {
  const [write] = beyond;
  if (write !== undefined)
    return seen(
      fail(
        `Work that was begun for an installation went on after its uninstall with the key of the one that came after it in the same instance: ${nameOf(write)}, which that one was not granted.`,
      ),
    );
  const [first] = after;
  if (first === undefined && !isHeard)
    throw new NotTested(
      "The app gave up the call whose answer was kept back before it came.",
      "It needs an app that waits for its answers for some seconds, or a machine that is less busy.",
      "missed",
    );
  if (first === undefined && !hadTime)
    throw new NotTested(
      `Nothing more came after the answer that was under way at the uninstall, but nor did anything within ${longestTurn / 1000} s for a tenant that was not uninstalled.`,
      "It needs an app that works sooner, or a machine that is less busy.",
      "missed",
    );
  if (first === undefined)
    return pass("After the answer that was under way at the uninstall nothing more came.");
  const different = new Set(after.map(effectOf)).size;
  const since = isHeard
    ? "After the answer that was under way at the uninstall the app"
    : "The app gave up the call that was under way at the uninstall and";
  const told = `${since} made ${after.length} more calls with that key, the first ${nameOf(first)}`;
  const verdict =
    different > 1 ? fail(`${told}: its work went on.`) : warning(`${told}, which Cloud refuses then.`);
  // Of several at once another may have been on its way at the uninstall, and come late on a busy machine; so may the next
  // try of one that was given up.
  return isOneByOne && isHeard ? seen(verdict) : missed(verdict);
}

function nameOf({ method, path }: CloudCall): string {
  return `${method} ${path.split("?")[0]}`;
}
