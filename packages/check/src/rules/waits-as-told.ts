import { fail, missed, NotTested, pass, standingOn } from "../evidence/index.ts";
import { install, pause, uninstall, until } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { ordinaryWork } from "./work.ts";
import workAfterAnswer from "./work-after-answer.ts";

const told = 3;
/** Pauses between tries may grow up to a minute. */
const longest = 70_000;

export default defineRule({
  id: "waits-as-told",
  title: "The app waits as long as Retry-After says",
  section: "8",
  holdsTo: "Over the rate limit: 429 rate_limited, Retry-After.",
  severity: "serious",
  how: "The first call of the work after an install is answered 429 with Retry-After: 3; the next call of that tenant must not come sooner.",
  fix: "Read Retry-After as seconds (or a date) and let no call of that installation go out before it is over.",
  standsOn: [workAfterAnswer],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const ordinary = await ordinaryWork(world);
    if (ordinary.calls.length === 0)
      throw new NotTested(
        "The app asks nothing of Cloud after an install.",
        "It needs an app that works in the background.",
        "missed",
      );
    const tenant = world.tenant();
    const clear = await world.front.meets(tenant, {
      fault: "gateway-rate-limited",
      times: 1,
      retry_after: told,
    });
    await install(world, tenant);
    const told429 = () => tenant.calls.find(({ status, heard }) => status === 429 && heard);
    // A call that was under way already when the answer came could not know.
    const afterwards = () =>
      tenant.calls.find(({ at }) => at >= (told429()?.endedAt ?? Number.POSITIVE_INFINITY));
    await until(() => afterwards() !== undefined, longest);
    await pause(200);
    await clear();
    const first = told429();
    const next = afterwards();
    await uninstall(world, tenant);
    return {
      waited:
        first === undefined || next === undefined
          ? undefined
          : (next.at - (first.endedAt ?? first.at)) / 1000,
      first: first?.path.split("?")[0],
      next: next?.path.split("?")[0],
      calls: ordinary.calls.length,
    };
  },
  judge: ({ waited, first, next, calls }) => {
    if (first === undefined)
      throw new NotTested(
        "No call of the app surely heard that it has to wait.",
        "It needs an app that works in the background, and a machine that is less busy.",
        "missed",
      );
    if (waited === undefined && calls < 2)
      throw new NotTested(
        "After one 429 no call came, but an ordinary install brings about no more than one.",
        "It needs an app whose work is more than one call.",
      );
    if (waited === undefined)
      return missed(
        fail(`After one 429 nothing more came within ${longest / 1000} s: the work was given up.`),
      );
    if (waited >= told - 0.2 || next !== first) return pass(`Tried again after ${waited.toFixed(1)} s.`);
    const tooSoon = fail(`Told to wait ${told} s, the app asked again after ${waited.toFixed(1)} s.`);
    return standingOn([], missed(tooSoon));
  },
});
