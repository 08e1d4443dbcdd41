import { randomUUID } from "node:crypto";
import { describeAnswer, harm } from "../evidence/index.ts";
import { installed, isLaunched, portalBody, requestPortal } from "../world/index.ts";
import { passesWhenNone } from "./judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

const judgeRefusals = passesWhenNone("Each was refused without a URL.");

export default defineRule({
  id: "portal-foreign-ids",
  title: "A portal request whose ids don't belong together is refused",
  section: "7",
  holdsTo:
    "The app checks: the installation exists, is active, app_id, instance_id (and organization_id if sent) match.",
  severity: "critical",
  how: "Portal requests with one tenant's installation and another's instance, organization or app, and for an installation that does not exist.",
  fix: "Look the installation up by installed_app_id and compare app_id, instance_id and, when sent, organization_id with what was stored at install; refuse with 4xx and without a URL when one differs.",
  standsOn: [portalAccepted],
  shownBy: portalAccepted,
  observe: async (world) => {
    const mine = await installed(world, { edition: "guide" });
    const other = await installed(world, { edition: "guide" });
    const cases = [
      { name: "another tenant's instance_id", fields: { instance_id: other.instanceId } },
      { name: "another tenant's organization_id", fields: { organization_id: other.organizationId } },
      { name: "another app_id", fields: { app_id: `app_${randomUUID()}` } },
      {
        name: "an installation that does not exist",
        fields: { installed_app_id: `instapp_${randomUUID()}` },
      },
      {
        name: "another tenant's instance and organization",
        fields: { instance_id: other.instanceId, organization_id: other.organizationId },
      },
    ];
    const found = cases.map(async ({ name, fields }) => {
      const answer = await requestPortal(world.options.portal, { ...portalBody(mine), ...fields });
      if (isLaunched(answer))
        return [{ given: true, told: `A portal request with ${name} was given a URL.` }];
      const clear = answer.status !== null && answer.status >= 400 && answer.status < 500;
      return clear
        ? []
        : [
            {
              given: false,
              told: `A portal request with ${name} was not refused with 4xx: the app ${describeAnswer(answer)}.`,
            },
          ];
    });
    return (await Promise.all(found)).flat();
  },
  judge: (found) => {
    const verdict = judgeRefusals(found.map(({ told }) => told));
    return found.some(({ given }) => given) ? harm(verdict) : verdict;
  },
});
