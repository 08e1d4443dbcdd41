import { standingOn } from "../evidence/index.ts";
import { install, installed, isLaunched, launchAnswer, uninstall } from "../world/index.ts";
import lateInstall from "./late-install.ts";
import { passesWhenNone } from "./parts/judging.ts";
import { killAndStart } from "./parts/killing.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";
import unknownUninstall from "./unknown-uninstall.ts";

const forgotten = "An acknowledged uninstall was forgotten in a crash: the app can be launched.";

export default defineRule({
  id: "kill-after-uninstall",
  title: "An acknowledged uninstall survives a crash, also one that came first",
  section: "4",
  holdsTo:
    "The app marks the installation uninstalled; an uninstall for an installation never seen is remembered.",
  severity: "critical",
  how: "An installation is uninstalled, and another one whose install never came; the process is killed right after the answers. After a new start both install events are sent again and both launched.",
  fix: "Write the end of an installation durably before you answer, and keep the record of it, also where no install was known.",
  standsOn: [uninstallEndsLaunch, lateInstall, unknownUninstall],
  shownBy: portalAccepted,
  needs: ["start"],
  pace: "alone",
  observe: async (world) => {
    const ended = await installed(world);
    const never = world.tenant();
    await Promise.all([uninstall(world, ended), uninstall(world, never)]);
    await killAndStart(world);
    const launchedFirst = isLaunched(await launchAnswer(world, ended));
    await install(world, ended);
    await install(world, never);
    return [
      ...(launchedFirst ? [forgotten] : []),
      ...(!launchedFirst && isLaunched(await launchAnswer(world, ended))
        ? ["After a crash a late copy of the install event brought an uninstalled installation back."]
        : []),
      ...(isLaunched(await launchAnswer(world, never))
        ? ["After a crash an uninstall that had come before its install was forgotten."]
        : []),
    ];
  },
  judge: (problems) => {
    const verdict = passesWhenNone("Both stayed uninstalled.")(problems);
    // It was launched before any install event came again.
    return problems.includes(forgotten) ? standingOn([uninstallEndsLaunch], verdict) : verdict;
  },
});
