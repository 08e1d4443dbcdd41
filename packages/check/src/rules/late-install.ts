import { describeAnswer, succeeded } from "../evidence/index.ts";
import { install, installed, isLaunched, launchAnswer, uninstall } from "../world/index.ts";
import duplicateInstall from "./duplicate-install.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";

export default defineRule({
  id: "late-install",
  title: "An install event repeated after the uninstall stays without effect",
  section: "5",
  holdsTo:
    "An install event delivered again after the uninstall (late duplicate): 2xx, stays uninstalled, the key in it is not stored.",
  severity: "critical",
  how: "Install, uninstall, the same install event again, then a portal request.",
  fix: "Keep a record of ended installations instead of deleting them, and acknowledge an install event for one of them without storing its key.",
  standsOn: [uninstallEndsLaunch, duplicateInstall],
  shownBy: portalAccepted,
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const tenant = await installed(world, { edition });
      await uninstall(world, tenant);
      const late = await install(world, tenant);
      if (isLaunched(await launchAnswer(world, tenant)))
        return [
          "A late copy of the install event brought an uninstalled installation back: it can be launched.",
        ];
      return succeeded(late)
        ? []
        : [`The late copy of the install event was not acknowledged: the app ${describeAnswer(late)}.`];
    }),
  judge: passesInEach("Acknowledged, and it stayed uninstalled."),
});
