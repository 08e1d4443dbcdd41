import { describeAnswer, NotTested, succeeded } from "../evidence/index.ts";
import { installed, isLaunched, launchAnswer, uninstall } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";

export default defineRule({
  id: "uninstall-ends-launch",
  title: "An uninstalled app can't be launched",
  section: "4",
  holdsTo:
    "The app deletes or invalidates the stored key, marks the installation uninstalled and removes its portal sessions.",
  severity: "critical",
  how: "An installation is uninstalled, then a portal request for it is posted: it must be refused with 4xx and without a URL.",
  fix: "Before you make a portal URL, look up the installation by installed_app_id and refuse with 403 or 404 unless it is active.",
  standsOn: [uninstallAccepted, portalAccepted],
  shownBy: portalAccepted,
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const tenant = await installed(world, { edition });
      const ended = await uninstall(world, tenant);
      if (!succeeded(ended))
        throw new NotTested(
          `The uninstall event was not accepted: the app ${describeAnswer(ended)}.`,
          "It needs an app that can be uninstalled; see the rule uninstall-accepted.",
        );
      const answer = await launchAnswer(world, tenant);
      if (isLaunched(answer)) return [`After the uninstall the app still ${describeAnswer(answer)}.`];
      if (answer.status === null)
        throw new NotTested(
          `After the uninstall a portal request was not answered: the app ${describeAnswer(answer)}.`,
          "It needs an app that answers sooner.",
          "missed",
        );
      return answer.status >= 400 && answer.status < 500
        ? []
        : [
            `After the uninstall a portal request was not refused with 4xx, though it got no URL: the app ${describeAnswer(answer)}.`,
          ];
    }),
  judge: passesInEach("After the uninstall the portal request is refused."),
});
