/** What the first page shows: where the data comes from, what there is to look at, which buttons may be pressed. */
import type { JobRun, PortalContext } from "@annex/app";
import { AppError } from "@annex/app";
import { describeErrorState, type Scope } from "@annex/protocol";
import { permissionPurposes } from "../manifest.ts";
import { maySync, neededToSync } from "../permissions.ts";
import type { ActionJson, OverviewJson } from "../portal-types.ts";
import { scheduleOf } from "../schedule/look-job.ts";
import { nextTime } from "../schedule/schedule.ts";
import { secretNames } from "../settings/settings.ts";
import { stripeApiVersion } from "../stripe/access.ts";
import type { StripeMode } from "../stripe/modes.ts";
import { importedSoFar } from "./imported.ts";
import { countFindings } from "./open-findings.ts";
import { latestRuns, type PortalParts, registerOf, stripeFor } from "./parts.ts";

export async function overview(c: PortalContext, parts: PortalParts): Promise<OverviewJson> {
  const { active } = await latestRuns(c.jobs, parts.job);
  const books = await registerOf(c);
  const findings = books === undefined ? { new: 0, alerts: 0 } : await countFindings(books.data);
  const found = await stripeFor(c, parts);
  const mode = "stripe" in found ? found.stripe.mode : undefined;
  // Without a key, or what a sync needs, the schedule starts nothing.
  const starts = "stripe" in found && maySync(c.installation.grantedPermissions);
  const next = starts ? nextTime(await scheduleOf(c.data), parts.clock()) : undefined;
  return {
    source: {
      ...(mode === undefined
        ? { mode: "none", label: "No Stripe key" }
        : { mode, label: sourceLabels[mode] }),
      address: "stripe" in found ? found.stripe.address : "",
      api_version: stripeApiVersion,
      ...(books === undefined ? {} : { account: books.account }),
    },
    imported: books === undefined ? { left_out: 0 } : await importedSoFar(c, parts, books),
    new_findings: findings.new,
    webhook: (await c.secrets.list()).some(({ name }) => name === secretNames.webhook),
    ...(next === undefined ? {} : { next_sync_at: new Date(next).toISOString() }),
    actions: {
      start: startAction(
        c.installation.grantedPermissions,
        active,
        "problem" in found ? found.problem : undefined,
      ),
    },
    alerts: alertsState(c.installation.grantedPermissions, findings.alerts),
  };
}

const sourceLabels: Readonly<Record<StripeMode, string>> = {
  simulator: "Local Stripe simulator",
  test: "Stripe, test data",
  live: "Stripe, live data",
};

function startAction(granted: readonly Scope[], active: JobRun | undefined, noStripe: unknown): ActionJson {
  const missing = neededToSync.find((scope) => !granted.includes(scope));
  if (missing !== undefined) {
    const purpose = permissionPurposes[missing];
    const { whatHappened, whatToDo } = describeErrorState("missing_permission", {
      requiredScope: missing,
      purpose,
    });
    return {
      allowed: false,
      code: "missing_permission",
      reason: whatHappened,
      next: whatToDo,
      required_scope: missing,
    };
  }
  if (noStripe instanceof AppError) {
    const { code, whatHappened: reason, whatToDo: next } = noStripe;
    return { allowed: false, code, reason, next };
  }
  if (noStripe !== undefined) throw noStripe;
  if (active === undefined) return { allowed: true };
  return {
    allowed: false,
    code: "run_active",
    reason: "A sync is under way.",
    next: "Wait for it to end, or cancel it.",
  };
}

function alertsState(granted: readonly Scope[], notRaised: number): OverviewJson["alerts"] {
  if (granted.includes("alerts:write")) return { enabled: true, not_raised: notRaised };
  const { whatHappened } = describeErrorState("missing_permission", {
    requiredScope: "alerts:write",
    purpose: permissionPurposes["alerts:write"],
  });
  return { enabled: false, not_raised: notRaised, reason: whatHappened };
}
