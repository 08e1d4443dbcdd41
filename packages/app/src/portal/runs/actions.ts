/** Who may start, retry or cancel a run here and now, and if not, why. */
import type { ActionAnswer, RunStatusWord } from "@annex/protocol/words";
import { AppError } from "../../errors/app-error.ts";
import { missingPermission } from "../../errors/describe.ts";
import { underWay } from "../../stores/run-lanes.ts";
import type { PortalContext, RunAction, ShownJob } from "../interface.ts";
import type { RunsView } from "./view.ts";

/** What the member may do with the runs of a job, as far as it does not depend on the run. */
export type JobRights = {
  readonly [Action in RunAction]: ActionAnswer;
};

const allowed: ActionAnswer = { allowed: true };

const doing: Readonly<Record<RunAction, string>> = {
  start: "start runs",
  retry: "try runs again",
  cancel: "cancel runs",
};

/** Asked once a call and job. */
export async function rightsOf(c: PortalContext, view: RunsView, job: ShownJob): Promise<JobRights> {
  const [start, retry, cancel] = await Promise.all(
    (["start", "retry", "cancel"] as const).map((action) => rightTo(c, view, job, action)),
  );
  return { start: start ?? allowed, retry: retry ?? allowed, cancel: cancel ?? allowed };
}

async function rightTo(
  c: PortalContext,
  view: RunsView,
  job: ShownJob,
  action: RunAction,
): Promise<ActionAnswer> {
  const { installation, user } = c;
  // What does not read or write anything in Cloud needs no permission for it.
  const needed = action === "cancel" ? [] : (job.options.requires ?? []);
  const missing = needed.find((scope) => !installation.grantedPermissions.includes(scope));
  if (missing !== undefined) return refusal(missingPermission(missing, view.purposes));
  const may = await view.mayAct({ action, job: job.name, user, installation });
  // A check that answers something else than the types allow has not said yes.
  if (may === true) return allowed;
  return {
    allowed: false,
    code: "action_not_allowed",
    reason: `You may not ${doing[action]} in this app.`,
    next: "Ask whoever runs the app in your workspace.",
  };
}

/** A started run keeps another start waiting, unless runs of the job go side by side. */
export function startNow(right: ActionAnswer, job: ShownJob, isUnderWay: boolean): ActionAnswer {
  if (!right.allowed || !isUnderWay || job.options.overlap === "parallel") return right;
  return {
    allowed: false,
    code: "run_active",
    reason: "A run is under way.",
    next: "Wait for it to end, or cancel it.",
  };
}

export function retryNow(right: ActionAnswer, status: RunStatusWord): ActionAnswer {
  if (status === "failed" || status === "cancelled") return right;
  return wrongState(status, "Only a run that failed or was cancelled can be tried again.");
}

export function cancelNow(right: ActionAnswer, status: RunStatusWord): ActionAnswer {
  return underWay.includes(status)
    ? right
    : wrongState(status, "Only a run that has not ended can be cancelled.");
}

/** @throws AppError with the reason, for who asks for it all the same. */
export function assertAllowed(action: ActionAnswer): void {
  if (action.allowed) return;
  const { code, reason, next = "Look at the page again." } = action;
  const isState = code === "run_state" || code === "run_active";
  throw new AppError({ code, status: isState ? 409 : 403, whatHappened: reason, whatToDo: next });
}

function wrongState(status: RunStatusWord, rule: string): ActionAnswer {
  return { allowed: false, code: "run_state", reason: `This run is ${status}. ${rule}` };
}

function refusal({ code, whatHappened, whatToDo }: AppError): ActionAnswer {
  return { allowed: false, code, reason: whatHappened, next: whatToDo };
}
