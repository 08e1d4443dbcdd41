/** What members do: start, retry, cancel, and say whether something happened that nobody knew. */

import { AppError } from "../../errors/app-error.ts";
import type { JobRun } from "../../jobs/interface.ts";
import type { PortalAnswer, PortalContext } from "../interface.ts";
import { assertAllowed, cancelNow, retryNow, rightsOf } from "./actions.ts";
import { answerOf, detailOf } from "./reading.ts";
import { definedJob, type RunsView, shownRun } from "./view.ts";

/** Starts a run, or gives the one under way where runs of the job do not go side by side. */
export async function startRun(c: PortalContext, view: RunsView): Promise<PortalAnswer> {
  const job = view.jobs.get(c.param("job"));
  if (job === undefined || !view.startable.has(job.name)) throw noSuchJob();
  const rights = await rightsOf(c, view, job);
  assertAllowed(rights.start);
  const { startBody } = await import("./bodies.ts");
  const body = await c.body(startBody(job));
  // What its input is was checked by the job's own schema.
  const run = await c.jobs.start(definedJob(job), body?.input as never, {
    unlessUnderWay: job.options.overlap !== "parallel",
  });
  return c.json(await answerOf(c, view, run, rights), 202);
}

export async function retryRun(c: PortalContext, view: RunsView): Promise<PortalAnswer> {
  const { run, job } = await shownRun(c, view);
  const rights = await rightsOf(c, view, job);
  assertAllowed(retryNow(rights.retry, run.status));
  return accepted(c, view, await c.jobs.retry(run.runId));
}

export async function cancelRun(c: PortalContext, view: RunsView): Promise<PortalAnswer> {
  const { run, job } = await shownRun(c, view);
  const rights = await rightsOf(c, view, job);
  assertAllowed(cancelNow(rights.cancel, run.status));
  return accepted(c, view, await c.jobs.cancel(run.runId));
}

/** Who may retry a run may say what became of what it did; when nothing is left open the run goes on. */
export async function resolveEffect(c: PortalContext, view: RunsView): Promise<PortalAnswer> {
  const { run, job } = await shownRun(c, view);
  assertAllowed((await rightsOf(c, view, job)).retry);
  const { effectBody } = await import("./bodies.ts");
  const { effect_key, seen } = await c.body(effectBody);
  const resolved = await c.jobs.resolve(run.runId, effect_key, seen);
  return c.json(await detailOf(c, view, resolved, job), 202);
}

async function accepted(c: PortalContext, view: RunsView, run: JobRun): Promise<PortalAnswer> {
  const job = view.jobs.get(run.job);
  if (job === undefined) throw noSuchJob();
  return c.json(await answerOf(c, view, run, await rightsOf(c, view, job)), 202);
}

function noSuchJob(): AppError {
  return new AppError({
    code: "no_such_job",
    status: 404,
    whatHappened: "There is no job of this name that can be started here.",
    whatToDo: "Go back to the first page.",
  });
}
