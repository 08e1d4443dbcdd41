import { describeAnswer, NotTested, succeeded } from "../evidence/index.ts";
import {
  deliver,
  installed,
  isLaunched,
  portalBody,
  requestPortal,
  type Tenant,
  uninstallBody,
} from "../world/index.ts";
import { passesInEach } from "./parts/judging.ts";
import { answersFor } from "./parts/watching.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";

export default defineRule({
  id: "edition-changes",
  title: "What was installed in one edition of the payloads goes on in the other",
  section: "7",
  holdsTo:
    "An app must accept both editions. The installation's organization_id has to match only if it is sent.",
  severity: "serious",
  how: "An installation is made by the guide edition, with organization_id; then it is launched and uninstalled by the later one, which leaves organization_id and user_id out. The other way round nothing is asked: what the app never was told it can't compare.",
  fix: "Find an installation by installed_app_id, and compare organization_id only where it is sent. The platform may change its payloads while apps are installed.",
  standsOn: [portalAccepted, uninstallAccepted],
  observe: async (world) => {
    if (world.editions.length < 2)
      throw new NotTested("One edition of the payloads was asked for.", "Leave --edition at both.");
    const tenant: Tenant = { ...(await installed(world, { edition: "guide" })), edition: "later" };
    await answersFor(world, tenant);
    const launched = await requestPortal(world.options.portal, portalBody(tenant));
    const ended = await deliver(world.options.callback, uninstallBody(tenant));
    const problems = [
      ...(isLaunched(launched)
        ? []
        : [
            `What was installed by the guide edition can't be launched: the app ${describeAnswer(launched)}.`,
          ]),
      ...(succeeded(ended)
        ? []
        : [
            `What was installed by the guide edition can't be uninstalled: the app ${describeAnswer(ended)}.`,
          ]),
    ];
    return [{ edition: "later", problems } as const];
  },
  judge: passesInEach("Installed by the guide edition, it was launched and uninstalled by the later one."),
});
