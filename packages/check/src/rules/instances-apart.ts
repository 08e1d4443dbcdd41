import { describeAnswer, succeeded } from "../evidence/index.ts";
import { install, installed, isLaunched, launchAnswer, uninstall, until } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";

/** So long an app may take to end one of two installations, if it takes them for rivals. */
const watched = 2000;

export default defineRule({
  id: "instances-apart",
  title: "Two instances of one organization each have an installation of their own",
  section: "2",
  holdsTo:
    "Each instance has its own install state. Design for one organization and instance at a time: do not assume access to every instance in the workspace.",
  severity: "critical",
  how: "The app is installed in two instances of one organization, and both must be launchable; then one is uninstalled, and the other must go on.",
  fix: "Find an installation by its installed_app_id, and other installations of the same place by app_id, organization_id and instance_id together, never by the organization alone.",
  standsOn: [portalAccepted, uninstallAccepted],
  isLong: true,
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const one = await installed(world, { edition });
      const other = world.tenant({ edition, beside: one });
      const answer = await install(world, other);
      if (!succeeded(answer))
        return [
          `An install in a second instance of the organization was not accepted: the app ${describeAnswer(answer)}.`,
        ];
      const isGone = async () =>
        !isLaunched(await launchAnswer(world, one)) || !isLaunched(await launchAnswer(world, other));
      if (await until(isGone, watched))
        return [
          "Once the app was installed in a second instance of the organization, one of the two can't be launched.",
        ];
      await uninstall(world, other);
      return isLaunched(await launchAnswer(world, one))
        ? []
        : ["The uninstall in one instance ended the installation in another of the same organization."];
    }),
  judge: passesInEach("Both could be launched, and one went on when the other was uninstalled."),
});
