import { harm, NotTested } from "../evidence/index.ts";
import { install, installed, isLaunched, launchAnswer, uninstall } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import { isEnded, openedLink } from "./parts/opened-links.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

const otherEnded = "An uninstall ended the installation of another organization.";
const judgeEach = passesInEach(
  "The newer installation, the other organization's and the link of another instance went on.",
);

export default defineRule({
  id: "uninstall-names-one",
  title: "A late uninstall doesn't touch a newer installation",
  section: "4",
  holdsTo:
    "An uninstall names one installation: it never touches a newer installation of the same organization and instance.",
  severity: "critical",
  how: "Install, uninstall, install again in the same instance; then the first uninstall event arrives once more, and another tenant's. The newer installation is launched, and a link of another instance of the same organization and member, that was opened before, is opened once more.",
  fix: "End the installation that installed_app_id names, never all of an organization or instance. Where the newer one can't be launched at all, mend the rule reinstall first.",
  standsOn: [portalAccepted],
  opensPage: true,
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const older = await installed(world, { edition });
      const bystander = await installed(world, { edition });
      // Only what was seen to be there can be seen to end.
      if (!isLaunched(await launchAnswer(world, bystander)))
        throw new NotTested(
          "Another organization's installation can't be launched.",
          "It needs an app that can be launched; see the rule portal-accepted.",
          "missed",
        );
      const link = await openedLink(world, await installed(world, { edition, beside: older }));
      await uninstall(world, older);
      const endedAtOnce = await isEnded(world, link);
      const newer = world.tenant({ inPlaceOf: older });
      await install(world, newer);
      const begun = isLaunched(await launchAnswer(world, newer));
      // A launch of the same member may have ended it, which no uninstall did.
      const lasting = endedAtOnce || (await isEnded(world, link)) ? undefined : link;
      await uninstall(world, older, new Date(Date.now() + 1000));
      await uninstall(world, world.tenant({ inPlaceOf: newer }));
      const newerEnded = begun && !isLaunched(await launchAnswer(world, newer));
      const problems = [
        ...(newerEnded
          ? ["A late uninstall of an older installation ended the newer one in the same instance."]
          : []),
        ...(isLaunched(await launchAnswer(world, bystander)) ? [] : [otherEnded]),
        ...(endedAtOnce || (await isEnded(world, lasting))
          ? [
              "An uninstall ended the link of another installation, which had opened its page before and is not over yet.",
            ]
          : []),
      ];
      if (!begun && problems.length === 0)
        throw new NotTested(
          "The newer installation can't be launched.",
          "It needs an app that can be installed again; see the rule reinstall.",
          "missed",
        );
      return problems;
    }),
  judge: (found) => {
    const verdict = judgeEach(found);
    return found.some(({ problems }) => problems.includes(otherEnded)) ? harm(verdict) : verdict;
  },
});
