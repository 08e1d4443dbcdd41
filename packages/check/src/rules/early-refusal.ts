import { fail, NotTested, pass } from "../evidence/index.ts";
import { install, isLaunched, launchAnswer, pause, uninstall, until } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { isWrite, ordinaryWork, stir } from "./watching.ts";

const refusedFor = 3000;
const longest = 45_000;

export default defineRule({
  id: "early-refusal",
  title: "A 401 right after the install is no verdict on the key",
  section: "5",
  holdsTo:
    "A Cloud call answers 401 in the first minute after an install: not yet a verdict; retry with backoff through a grace time.",
  severity: "serious",
  how: "Cloud refuses a new key for three seconds after the install, as it does until it has activated the installation; afterwards the app must be launchable and its work must get done.",
  fix: "Within the first minute after an install treat a 401 as not yet: try again with pauses, and destroy no key.",
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    if (world.options.graceSeconds < 4)
      throw new NotTested(
        "The grace time given is too short to test within.",
        "Start the app with at least 4 s and say so with --grace.",
      );
    const wanted = (await ordinaryWork(world)).calls.filter(
      (call) => isWrite(call) && (call.status ?? 500) < 300,
    ).length;
    const tenant = world.tenant();
    const clear = world.front.weather(tenant, () => ({
      kind: "answer",
      status: 401,
      body: '{"error":"This key is not active.","code":"key_revoked"}',
    }));
    await install(world, tenant);
    await stir(world, tenant);
    // On a busy machine the first call takes its time; refused is only what is well within the grace time.
    await until(() => tenant.calls.length > 0, world.options.graceSeconds * 500);
    await pause(Math.min(refusedFor, world.options.graceSeconds * 250));
    const refused = tenant.calls.length;
    clear();
    const launched = isLaunched(await launchAnswer(world, tenant));
    const done = () => tenant.calls.filter((call) => isWrite(call) && (call.status ?? 500) < 300).length;
    if (launched && wanted > 0 && refused > 0) await until(() => done() >= wanted, longest);
    const seen = { refused, launched, wanted, done: done() };
    await uninstall(world, tenant);
    return seen;
  },
  judge: ({ refused, launched, wanted, done }) => {
    if (!launched)
      return fail("After a 401 in the first seconds the installation can't be launched any more.");
    if (refused === 0)
      throw new NotTested(
        "The app asked nothing of Cloud in the first seconds.",
        "It needs an app that calls Cloud after an install or while its page is made.",
      );
    return done >= wanted
      ? pass(`After ${refused} refused calls the app can be launched and its work was done.`)
      : fail(
          `After ${refused} calls refused in the first seconds the work was never done (${done} of ${wanted} writes in ${longest / 1000} s).`,
        );
  },
});
