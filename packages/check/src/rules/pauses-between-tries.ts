import { type CloudCall, fail, NotTested, pass, seen, type Verdict } from "../evidence/index.ts";
import { type Fault, install, pause, uninstall, type World } from "../world/index.ts";
import { seeBrokenDay } from "./parts/error-pages.ts";
import { effectOf, stir } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

/** So long the instance is away, in milliseconds. */
const away = 3000;
/** Who pauses at all comes nowhere near; who doesn't makes hundreds. */
const most = 25;
const second = 1000;

export default defineRule({
  id: "pauses-between-tries",
  title: "A call that fails is not made again and again without a pause",
  section: "8",
  holdsTo:
    "Instance stopped or unreachable: 503 instance_unavailable, Retry-After. Calls stop after a few tries.",
  severity: "serious",
  how: "After an install, and while a page is opened in Chromium where that may be, the instance is away, something in between answers 401, or Cloud answers 500 for some seconds; it is counted how often the very same call came within one second.",
  fix: "Put a pause before each further try, let it grow, and take Retry-After for the least of it. A loop without one takes the whole rate limit of its workspace and keeps a ledger down that is just coming back.",
  needs: ["start"],
  pace: "work",
  observe: async (world) => [
    ...(await Promise.all(troubles.map((fault) => duringTrouble(world, fault)))),
    await whileBroken(world),
  ],
  judge: judgeTries,
});

/** Fails on a call that surely came in a loop, since nobody else asks so often. */
export function judgeTries(each: readonly (readonly CloudCall[])[]): Verdict {
  const failed = each.map((calls) => calls.filter(isFailed));
  if (failed.every(({ length }) => length === 0))
    throw new NotTested(
      "The app asked nothing of Cloud while it failed.",
      "It needs an app that calls Cloud after an install or while its page opens.",
      "missed",
    );
  const [worst] = failed.flatMap(repeats).toSorted((left, right) => right.times - left.times);
  if (worst === undefined || worst.times <= most)
    return pass(`At most ${worst?.times ?? 0} of the same call within a second while Cloud failed.`);
  const { method, path, status } = worst.call;
  return seen(
    fail(
      `While Cloud answered ${status} the app made the same call ${worst.times} times within a second: ${method} ${path.split("?")[0]}.`,
    ),
  );
}

function isFailed({ status }: CloudCall): boolean {
  return status !== null && status >= 400;
}

/** How often each call came within the second in which it came most. */
function repeats(calls: readonly CloudCall[]) {
  const same = Map.groupBy(calls, effectOf);
  return [...same.values()].map((those) => ({ call: those[0] as CloudCall, times: mostInASecond(those) }));
}

function mostInASecond(calls: readonly CloudCall[]): number {
  const times = calls.map(({ at }) => at).toSorted((left, right) => left - right);
  let from = 0;
  let mostSoFar = 0;
  for (const [place, at] of times.entries()) {
    while (at - (times[from] ?? at) >= second) from += 1;
    mostSoFar = Math.max(mostSoFar, place - from + 1);
  }
  return mostSoFar;
}

/** What work in the background meets; neither is the app's to mend, so that only time helps. */
const troubles = [
  { fault: "instance-stopped" },
  { fault: "gateway-401" },
] as const satisfies readonly Fault[];

async function duringTrouble(world: World, fault: Fault): Promise<readonly CloudCall[]> {
  const tenant = world.tenant();
  const clear = await world.front.meets(tenant, fault);
  await install(world, tenant);
  await stir(world, tenant);
  await pause(away);
  await clear();
  await uninstall(world, tenant);
  return tenant.calls;
}

/** What a page makes the app ask, where one may be opened. */
async function whileBroken(world: World): Promise<readonly CloudCall[]> {
  if (world.options.fast === true) return [];
  try {
    return (await seeBrokenDay(world)).tenant.calls;
  } catch (error) {
    if (error instanceof NotTested) return [];
    throw error;
  }
}
