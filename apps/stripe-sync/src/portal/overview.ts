/** What the first page shows: where the data comes from, how the runs stand, which buttons may be pressed. */
import type { JobRun, PortalContext } from "@annex/app";
import { describeErrorState, type Scope } from "@annex/protocol";
import { permissionPurposes } from "../manifest.ts";
import type { ActionJson, OverviewJson } from "../portal-types.ts";
import { isActive, runJson, tilesOf } from "../runs.ts";
import type { StripeAccess } from "../stripe/access.ts";
import { allRuns, type PortalParts } from "./parts.ts";

/** Permissions without which no run can start. */
export const neededToSync = ["data:read", "data:write"] as const satisfies readonly Scope[];

export async function overview(c: PortalContext, { job, stripe }: PortalParts): Promise<OverviewJson> {
  const runs = await allRuns(c.jobs, job);
  const active = runs.find(isActive);
  const last = runs[0];
  return {
    source: { mode: stripe.mode, label: sourceLabels[stripe.mode], address: stripe.address },
    tiles: tilesOf(runs),
    ...(active === undefined ? {} : { active_run: runJson(active) }),
    ...(last === undefined ? {} : { last_run: runJson(last) }),
    actions: { start: startAction(c.installation.grantedPermissions, active) },
    alerts: alertsState(c.installation.grantedPermissions),
  };
}

const sourceLabels: Readonly<Record<StripeAccess["mode"], string>> = {
  simulator: "Local Stripe simulator",
  test: "Stripe, test data",
  live: "Stripe, live data",
};

function startAction(granted: readonly Scope[], active: JobRun | undefined): ActionJson {
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
  if (active === undefined) return { allowed: true };
  return {
    allowed: false,
    code: "run_active",
    reason: "A sync is under way.",
    next: "Wait for it to end, or cancel it.",
  };
}

function alertsState(granted: readonly Scope[]): OverviewJson["alerts"] {
  if (granted.includes("alerts:write")) return { enabled: true };
  const { whatHappened } = describeErrorState("missing_permission", {
    requiredScope: "alerts:write",
    purpose: permissionPurposes["alerts:write"],
  });
  return { enabled: false, reason: whatHappened };
}
