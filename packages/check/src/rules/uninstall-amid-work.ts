import {
  type CloudCall,
  fail,
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

type Seen = {
  /** What was asked with the key of the installation that had ended, after the answer that was kept back. */
  readonly after: readonly CloudCall[];
  /** Writes with the key of the one that came after it, which was not granted any. */
  readonly beyond: readonly CloudCall[];
};

export default defineRule({
  id: "uninstall-amid-work",
  title: "Work that waits for an answer at an uninstall ends with that answer",
  section: "4",
  holdsTo:
    "The app stops its jobs, and makes no further request for that instance. What was granted cannot change afterwards: to change it, uninstall and install again.",
  severity: "critical",
  how: "Cloud keeps back the answer to the first call of a tenant's work. Meanwhile the app is uninstalled, and installed again in the same instance without data:write; then the answer comes. One more call with the first key, which Cloud refuses, is a warning; work that goes on with it, or writes with the key of the second installation, is a failure.",
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
    const tenant = world.tenant();
    let isKept = false;
    const { clear, known } = await beginWork(world, tenant, () =>
      world.front.weather(tenant, () => {
        if (isKept) return undefined;
        isKept = true;
        return "late";
      }),
    );
    try {
      await until(() => (tenant.calls[known]?.status ?? null) !== null, longestFirst);
      const [first] = tenant.calls.slice(known);
      if (first === undefined || first.endedAt !== null || !succeeded(await uninstall(world, tenant)))
        throw new NotTested(
          "The app asked nothing while its work was waited for, or took no uninstall then.",
          "It needs an app that works sooner, or a machine that is less busy.",
          "missed",
        );
      return await whatGoesOn(world, tenant, clear);
    } finally {
      await clear();
    }
  },
  judge: judgeGoingOn,
});

/** What an app asks when it has the answer that it waited for, though the installation has ended and another one begun. */
async function whatGoesOn(world: World, tenant: Tenant, answer: () => void | Promise<void>): Promise<Seen> {
  // As Cloud does when an uninstall is acknowledged.
  const revoked = await world.front.meets(tenant, { fault: "key-revoked" });
  const newer = world.tenant({ inPlaceOf: tenant, grant: tenant.grant.filter((scope) => !isWriting(scope)) });
  await install(world, newer);
  await pause(kept);
  const [before, beforeNewer] = [tenant.calls.length, newer.calls.length];
  await answer();
  await pause(watched);
  const seenOf = {
    after: tenant.calls.slice(before),
    beyond: newer.calls.slice(beforeNewer).filter((call) => isWrite(call) && call.status === 403),
  };
  await revoked();
  await uninstall(world, newer);
  return seenOf;
}

function isWriting(scope: string): boolean {
  return scope.endsWith(":write");
}

/** One call more may have been decided upon before; who goes on has not looked. */
export function judgeGoingOn({ after, beyond }: Seen): Verdict {
  const [write] = beyond;
  if (write !== undefined)
    return seen(
      fail(
        `Work that was begun for an installation went on after its uninstall with the key of the one that came after it in the same instance: ${nameOf(write)}, which that one was not granted.`,
      ),
    );
  const [first] = after;
  if (first === undefined)
    return pass("After the answer that was under way at the uninstall nothing more came.");
  const different = new Set(after.map(effectOf)).size;
  const told = `After the answer that was under way at the uninstall the app made ${after.length} more calls with that key, the first ${nameOf(first)}`;
  return different > 1
    ? seen(fail(`${told}: its work went on.`))
    : seen(warning(`${told}, which Cloud refuses then.`));
}

function nameOf({ method, path }: CloudCall): string {
  return `${method} ${path.split("?")[0]}`;
}
