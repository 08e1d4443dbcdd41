import { describeAnswer, fail, missed, NotTested, pass, succeeded } from "../evidence/index.ts";
import { install, isLaunched, launchAnswer, pause, uninstall, until } from "../world/index.ts";
import { isPressed } from "./parts/beginning.ts";
import { stir } from "./parts/watching.ts";
import { judgeWork, ordinaryWork, seeWork } from "./parts/work.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import workAfterAnswer from "./work-after-answer.ts";

const refusedFor = 3000;
/** Of an app that does nothing in the background, or nothing unless somebody presses, nothing more comes once its page has been made. */
const afterPage = 1000;

export default defineRule({
  id: "early-refusal",
  title: "A 401 right after the install is no verdict on the key",
  section: "5",
  holdsTo:
    "A Cloud call answers 401 in the first minute after an install: not yet a verdict; retry with backoff through a grace time.",
  severity: "serious",
  how: "Cloud refuses a new key for three seconds after the install, as it does until it has activated the installation; afterwards the app must be launchable, and work that the install begins must get done.",
  fix: "Within the first minute after an install treat a 401 as not yet: try again with pauses, and destroy no key.",
  standsOn: [portalAccepted, workAfterAnswer],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    if (world.options.graceSeconds < 4)
      throw new NotTested(
        "The grace time given is too short to test within.",
        "Start the app with at least 4 s and say so with --grace.",
      );
    // Nobody presses here: where the work begins by that, none is to be expected.
    const ordinary = isPressed(world) ? undefined : await ordinaryWork(world);
    const worksByItself = ordinary !== undefined && ordinary.calls.length > 0;
    const tenant = world.tenant();
    const clear = await world.front.meets(tenant, { fault: "key-revoked" });
    const sent = performance.now();
    const answer = await install(world, tenant);
    if (answer.status !== null && !succeeded(answer)) {
      await clear();
      // Cloud ends an installation whose event was not accepted, so that there is nothing that could work.
      throw new NotTested(
        `While Cloud refused the new key the app did not accept the install event: it ${describeAnswer(answer)}.`,
        "It needs an app that accepts an install event before it asks anything of Cloud.",
      );
    }
    await stir(world, tenant);
    // On a busy machine the first call takes its time; refused is only what is well within the grace time.
    const longest = worksByItself ? world.options.graceSeconds * 500 : afterPage;
    const asked = await until(() => tenant.calls.length > 0, longest);
    // Where nothing was asked nothing is refused, however long.
    if (asked) await pause(Math.min(refusedFor, world.options.graceSeconds * 250));
    const refused = tenant.calls.length;
    await clear();
    if (performance.now() - sent > world.options.graceSeconds * 1000) {
      await uninstall(world, tenant);
      throw new NotTested(
        "The machine was so busy that the refusals outlasted the grace time, and after it they are a verdict.",
        "Run it again on a machine that is less busy, or with a longer grace time.",
        "missed",
      );
    }
    const launched = isLaunched(await launchAnswer(world, tenant));
    const writes = launched && refused > 0 && ordinary !== undefined && ordinary.writes > 0;
    const work = writes ? await seeWork(world, tenant, ordinary) : undefined;
    await uninstall(world, tenant);
    return { refused, launched, work, isByPress: isPressed(world) };
  },
  judge: ({ refused, launched, work, isByPress }) => {
    if (!launched)
      return missed(fail("After a 401 in the first seconds the installation can't be launched any more."));
    if (refused === 0)
      throw new NotTested(
        "The app asked nothing of Cloud in the first seconds.",
        "It needs an app that calls Cloud after an install or while its page is made.",
        "missed",
      );
    return work === undefined
      ? pass(
          `After ${refused} refused calls the app can be launched.${isByPress ? " Its work, which begins when somebody presses, was not looked at." : ""}`,
        )
      : judgeWork(work, `after ${refused} calls were refused in the first seconds`);
  },
});
