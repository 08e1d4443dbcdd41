/** What the routes for runs show: which jobs, by which names, and what the app adds. */

import { AppError } from "../../errors/app-error.ts";
import type { Purposes } from "../../errors/describe.ts";
import type { Job, JobRun } from "../../jobs/interface.ts";
import type { UpcomingTick } from "../../jobs/policy/ticks.ts";
import type { PortalContext, RunRoutesOptions, ShownJob } from "../interface.ts";

/** What the framework gives to the routes. */
export type RunRoutesParts = {
  readonly purposes: Purposes;
  /** How many days a run is kept after its end. */
  readonly keptDays: number;
  readonly clock: () => number;
  readonly schedulesOf: (job: string, now: number) => readonly UpcomingTick[];
};

export type RunsView = RunRoutesParts & {
  readonly jobs: ReadonlyMap<string, ShownJob>;
  readonly startable: ReadonlySet<string>;
  readonly about: NonNullable<RunRoutesOptions<object>["about"]>;
  readonly mayAct: NonNullable<RunRoutesOptions<object>["mayAct"]>;
};

/** @throws TypeError when there is no job to show, one twice, or one to start that is not shown. */
export function viewOf<About extends object>(
  options: RunRoutesOptions<About>,
  parts: RunRoutesParts,
): RunsView {
  const jobs = new Map(options.jobs.map((job) => [job.name, job]));
  const start = options.start ?? [];
  if (jobs.size === 0 || jobs.size < options.jobs.length)
    throw new TypeError("portal.runs needs at least one job, and each once.");
  const unseen = start.find(({ name }) => !jobs.has(name));
  if (unseen !== undefined)
    throw new TypeError(`portal.runs: "${unseen.name}" can be started but is not shown.`);
  return {
    ...parts,
    jobs,
    startable: new Set(start.map(({ name }) => name)),
    about: options.about ?? (() => ({})),
    mayAct: options.mayAct ?? (() => true),
  };
}

/** The job as it was defined: a reference to a job is the job itself. */
export function definedJob(job: ShownJob): Job<never, unknown> {
  return job as unknown as Job<never, unknown>;
}

/** The run of a call's path. @throws AppError 404 `no_such_run` unless it is one of a job that is shown. */
export async function shownRun(c: PortalContext, view: RunsView): Promise<{ run: JobRun; job: ShownJob }> {
  const run = await c.jobs.get(c.param("runId"));
  const job = run === undefined ? undefined : view.jobs.get(run.job);
  if (run !== undefined && job !== undefined) return { run, job };
  throw new AppError({
    code: "no_such_run",
    status: 404,
    whatHappened: `There is no run with this id. Runs are kept for ${view.keptDays} days after they have ended.`,
    whatToDo: "Go back to the list of runs.",
  });
}
