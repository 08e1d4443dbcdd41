import { describeAnswer, succeeded } from "../evidence/index.ts";
import { install, isLaunched, launchAnswer, uninstall } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";

export default defineRule({
  id: "unknown-uninstall",
  title: "An uninstall that comes before its install is remembered",
  section: "5",
  holdsTo:
    "Uninstall for an installation never seen: 2xx, remembered, so that a late install event with that id does not bring it back.",
  severity: "serious",
  how: "An uninstall event is sent for an installation the app has never heard of, then the install event of that installation, then a portal request.",
  fix: "Store the id of an installation whose uninstall came first, and let a later install event with that id be acknowledged without effect.",
  standsOn: [uninstallAccepted, portalAccepted],
  shownBy: portalAccepted,
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const tenant = world.tenant({ edition });
      const ended = await uninstall(world, tenant);
      if (!succeeded(ended))
        return [
          `The uninstall of an unknown installation was not acknowledged: the app ${describeAnswer(ended)}.`,
        ];
      const late = await install(world, tenant);
      if (isLaunched(await launchAnswer(world, tenant)))
        return [
          "An install event that came after its uninstall brought the installation to life: it can be launched.",
        ];
      return succeeded(late)
        ? []
        : [`The late install event was not acknowledged: the app ${describeAnswer(late)}.`];
    }),
  judge: passesInEach("Acknowledged and remembered; the late install event changed nothing."),
});
