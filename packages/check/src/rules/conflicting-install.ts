import { randomUUID } from "node:crypto";
import { type Answer, describeAnswer, fail, pass, succeeded, warning } from "../evidence/index.ts";
import {
  deliver,
  inAnotherInstance,
  installBody,
  installed,
  isLaunched,
  launchAnswer,
  portalBody,
  requestPortal,
  type Tenant,
  type World,
} from "../world/index.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallNamesOne from "./uninstall-names-one.ts";

type Seen = { readonly change: string; readonly answer: Answer; readonly overwritten: boolean };

export default defineRule({
  id: "conflicting-install",
  title: "A known idempotency key with another body overwrites nothing",
  section: "5",
  holdsTo: "Same idempotency_key, different body: never a silent overwrite; refused with 409 and logged.",
  severity: "serious",
  how: "After an install, an event with the same idempotency_key but another instance, another app, other permissions and another organization are sent; then the original is launched, and what the changed event would have made.",
  fix: "Store a fingerprint of the body beside each idempotency_key. The same key with another fingerprint: answer 409, change nothing.",
  standsOn: [portalAccepted, uninstallNamesOne],
  observe: async (world): Promise<readonly Seen[]> => {
    const tenant = await installed(world);
    const changes = [
      { change: "another instance", fields: inAnotherInstance(tenant) },
      { change: "another app", fields: { app_id: `app_${randomUUID()}` } },
      { change: "other permissions", fields: { granted_permissions: [] } },
      ...(tenant.edition === "guide"
        ? [{ change: "another organization", fields: { organization_id: `org_${randomUUID()}` } }]
        : []),
    ];
    const seen: Seen[] = [];
    for (const { change, fields } of changes) {
      // An app that launches whatever ids it is asked for shows nothing of what it keeps.
      const launchedBefore = await launchesAs(world, tenant, fields);
      const answer = await deliver(world.options.callback, { ...installBody(tenant), ...fields });
      const overwritten =
        !isLaunched(await launchAnswer(world, tenant)) ||
        (!launchedBefore && (await launchesAs(world, tenant, fields)));
      seen.push({ change, answer, overwritten });
    }
    return seen;
  },
  judge: (seen) => {
    const overwritten = seen.find((one) => one.overwritten);
    if (overwritten !== undefined)
      return fail(
        `The same idempotency_key with ${overwritten.change} overwrote the installation; the app ${describeAnswer(overwritten.answer)}.`,
      );
    const broken = seen.find(({ answer }) => answer.status === null || answer.status >= 500);
    if (broken !== undefined)
      return fail(
        `The same idempotency_key with ${broken.change} broke the app: it ${describeAnswer(broken.answer)}.`,
      );
    const accepted = seen.find(({ answer }) => succeeded(answer));
    return accepted === undefined
      ? pass("Refused, and the installation stayed as it was.")
      : warning(
          `Nothing was seen to be overwritten, but with ${accepted.change} the app ${describeAnswer(accepted.answer)} instead of refusing with 409: nobody will notice.`,
        );
  },
});

/** Whether the app launches the installation under what an event would have made of it. */
async function launchesAs(
  { options }: World,
  tenant: Tenant,
  fields: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const original = portalBody(tenant);
  const changed = Object.entries(fields).filter(([name]) => name in original);
  if (changed.length === 0) return false;
  return isLaunched(await requestPortal(options.portal, { ...original, ...Object.fromEntries(changed) }));
}
