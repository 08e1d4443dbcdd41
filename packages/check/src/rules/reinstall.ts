import { describeAnswer, succeeded } from "../evidence/index.ts";
import { install, installed, isLaunched, launchAnswer, uninstall } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import { defineRule } from "./rule.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";
import uninstallNamesOne from "./uninstall-names-one.ts";

export default defineRule({
  id: "reinstall",
  title: "After an uninstall the app can be installed again",
  section: "4",
  holdsTo:
    "To change what was granted, uninstall and install again: a new installation with a new id and key.",
  severity: "critical",
  how: "Install, uninstall, install again in the same instance under a new id, then a portal request for the new one. It presumes that an uninstall ends what it names alone, which the rule uninstall-names-one sees to.",
  fix: "Key installations by installed_app_id. An ended installation of the same instance must not stand in the way of a new one.",
  // Where an uninstall ends more than it names, the uninstalls of other rules end this one too.
  standsOn: [uninstallEndsLaunch, uninstallNamesOne],
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const older = await installed(world, { edition });
      await uninstall(world, older);
      const newer = world.tenant({ inPlaceOf: older });
      const answer = await install(world, newer);
      if (!succeeded(answer))
        return [`Installing again was not accepted: the app ${describeAnswer(answer)}.`];
      const launched = await launchAnswer(world, newer);
      return isLaunched(launched)
        ? []
        : [`The app installed again can't be launched: it ${describeAnswer(launched)}.`];
    }),
  judge: passesInEach("Installed again, it can be launched."),
});
