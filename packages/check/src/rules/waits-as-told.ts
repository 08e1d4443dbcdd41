import { fail, NotTested, pass } from "../evidence/index.ts";
import { install, pause, uninstall, until } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { ordinaryWork } from "./watching.ts";

const told = 3;

export default defineRule({
  id: "waits-as-told",
  title: "The app waits as long as Retry-After says",
  section: "8",
  holdsTo: "Over the rate limit: 429 rate_limited, Retry-After.",
  severity: "serious",
  how: "The first call of the work after an install is answered 429 with Retry-After: 3; the next call of that tenant must not come sooner.",
  fix: "Read Retry-After as seconds (or a date) and let no call of that installation go out before it is over.",
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    if ((await ordinaryWork(world)).calls.length === 0)
      throw new NotTested(
        "The app asks nothing of Cloud after an install.",
        "It needs an app that works in the background.",
      );
    const tenant = world.tenant();
    const clear = world.front.weather(tenant, (call) =>
      tenant.calls[0] === call
        ? {
            kind: "answer",
            status: 429,
            headers: { "retry-after": String(told) },
            body: '{"error":"Too many calls. Try again in 3 seconds.","code":"rate_limited"}',
          }
        : undefined,
    );
    await install(world, tenant);
    await until(() => tenant.calls.length > 1, 60_000);
    await pause(200);
    clear();
    const [first, next] = tenant.calls;
    await uninstall(world, tenant);
    return {
      waited:
        first === undefined || next === undefined
          ? undefined
          : (next.at - (first.endedAt ?? first.at)) / 1000,
      first: first?.path.split("?")[0],
      next: next?.path.split("?")[0],
      calls: tenant.calls.length,
    };
  },
  judge: ({ waited, first, next }) => {
    if (first === undefined)
      throw new NotTested(
        "The app asked nothing of Cloud after this install.",
        "It needs an app that works in the background.",
      );
    if (waited === undefined) return fail("After one 429 the work was never tried again within a minute.");
    return waited >= told - 0.2 || next !== first
      ? pass(`Tried again after ${waited.toFixed(1)} s.`)
      : fail(`Told to wait ${told} s, the app asked again after ${waited.toFixed(1)} s.`);
  },
});
