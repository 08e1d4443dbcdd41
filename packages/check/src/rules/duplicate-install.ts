import { describeAnswer, succeeded } from "../evidence/index.ts";
import { install, installed, isLaunched, launchAnswer, uninstall, type World } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";

const copies = 8;

export default defineRule({
  id: "duplicate-install",
  title: "The same install event again changes nothing",
  section: "5",
  holdsTo:
    "Either event can arrive more than once with the same idempotency_key, in parallel too: acknowledge with 2xx, no second record.",
  severity: "critical",
  how: "One install event is sent eight times at the same instant and three times afterwards; then the installation is uninstalled once and launched.",
  fix: "Remember each idempotency_key in the same database transaction that stores the installation, with a unique index; when it is known already, answer 200 and do nothing.",
  standsOn: [uninstallEndsLaunch],
  shownBy: portalAccepted,
  observe: (world) => inEachEdition(world, (edition) => sendAgain(world, edition)),
  judge: passesInEach("Every copy was answered 2xx, and one uninstall ended all of it."),
});

async function sendAgain(world: World, edition: "guide" | "later") {
  const parallel = world.tenant({ edition });
  const atOnce = await Promise.all(Array.from({ length: copies }, () => install(world, parallel)));
  const single = await installed(world, { edition });
  const after = [await install(world, single), await install(world, single), await install(world, single)];
  const refusedCopy = [...atOnce, ...after].find((answer) => !succeeded(answer));
  if (refusedCopy !== undefined)
    return [`A copy of an install event was not acknowledged: the app ${describeAnswer(refusedCopy)}.`];
  const still = [];
  for (const tenant of [parallel, single]) {
    await uninstall(world, tenant);
    if (isLaunched(await launchAnswer(world, tenant))) still.push(tenant);
  }
  return still.length === 0
    ? []
    : [
        "An install event that came more than once left a second record: after one uninstall the app can still be launched.",
      ];
}
