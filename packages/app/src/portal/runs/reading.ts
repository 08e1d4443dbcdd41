/** What pages read: jobs, lists of runs, one run. */
import type { JobAnswer, JobsAnswer, RunAnswer, RunDetailAnswer, RunListAnswer } from "@annex/protocol/words";
import type { JobRun } from "../../jobs/interface.ts";
import type { PortalAnswer, PortalContext, ShownJob } from "../interface.ts";
import { type JobRights, rightsOf, startNow } from "./actions.ts";
import { runAnswer, scheduleAnswer, titleOf } from "./answers.ts";
import { limitOf, statuses, wordsOf } from "./query.ts";
import { tagged } from "./tagged.ts";
import { type RunsView, shownRun } from "./view.ts";

/** How far the one that is due is looked for among those that wait. */
const mostQueued = 100;
const ended = ["completed", "failed", "cancelled"] as const;

export async function listJobs(c: PortalContext, view: RunsView): Promise<PortalAnswer> {
  const jobs = await Promise.all([...view.jobs.values()].map((job) => jobAnswer(c, view, job)));
  return tagged(c, { jobs, kept_days: view.keptDays } satisfies JobsAnswer);
}

async function jobAnswer(c: PortalContext, view: RunsView, job: ShownJob): Promise<JobAnswer> {
  const { name } = job;
  const [rights, counts, active, [last]] = await Promise.all([
    rightsOf(c, view, job),
    c.jobs.counts({ job: name }),
    activeRun(c, view, name),
    c.jobs.list({ job: name, status: ended, limit: 1 }),
  ]);
  const answer = (run: JobRun) => answerOf(c, view, run, rights);
  return {
    job: name,
    title: titleOf(job),
    counts,
    ...(active === undefined ? {} : { active_run: await answer(active) }),
    ...(last === undefined ? {} : { last_run: await answer(last) }),
    schedules: view.schedulesOf(name, view.clock()).map(scheduleAnswer),
    ...(view.startable.has(name) ? { start: startNow(rights.start, job, active !== undefined) } : {}),
  };
}

/**
 * The run that works, else the newest that is due or waits for its next try. One that was put off and has not begun would
 * hide how the one before has ended.
 */
async function activeRun(c: PortalContext, view: RunsView, job: string): Promise<JobRun | undefined> {
  const [[running], queued] = await Promise.all([
    c.jobs.list({ job, status: "running", limit: 1 }),
    c.jobs.list({ job, status: "queued", limit: mostQueued }),
  ]);
  const now = view.clock();
  return running ?? queued.find((run) => !isPutOff(run, now));
}

function isPutOff({ waitsUntil, startedAt }: JobRun, now: number): boolean {
  return startedAt === undefined && waitsUntil !== undefined && waitsUntil.getTime() > now;
}

export async function listRuns(c: PortalContext, view: RunsView): Promise<PortalAnswer> {
  const every = [...view.jobs.keys()];
  const status = wordsOf(c, "status", statuses);
  const job = wordsOf(c, "job", every) ?? every;
  const limit = limitOf(c);
  const after = c.query("after");
  // One more than is shown tells whether there is a next page.
  const found = await c.jobs.list({
    job,
    limit: limit + 1,
    ...(status === undefined ? {} : { status }),
    ...(after === undefined ? {} : { after }),
  });
  const shown = found.slice(0, limit);
  const rights = new Map<string, Promise<JobRights>>();
  const data = await Promise.all(
    shown.map(async (run) => {
      const ofJob = view.jobs.get(run.job);
      if (ofJob === undefined) throw new Error("A run of a job was listed that was not asked for.");
      const known = rights.get(run.job) ?? rightsOf(c, view, ofJob);
      rights.set(run.job, known);
      return answerOf(c, view, run, await known);
    }),
  );
  const next = found.length > limit ? shown.at(-1)?.runId : undefined;
  return tagged(c, { data, ...(next === undefined ? {} : { next }) } satisfies RunListAnswer);
}

export async function readRun(c: PortalContext, view: RunsView): Promise<PortalAnswer> {
  const { run, job } = await shownRun(c, view);
  return tagged(c, await detailOf(c, view, run, job));
}

export async function detailOf(
  c: PortalContext,
  view: RunsView,
  run: JobRun,
  job: ShownJob,
): Promise<RunDetailAnswer> {
  const [rights, effects] = await Promise.all([rightsOf(c, view, job), c.jobs.unknownEffects(run.runId)]);
  const open_effects = effects.map(({ effectKey, description }) => ({ effect_key: effectKey, description }));
  return { ...(await answerOf(c, view, run, rights, "page")), open_effects };
}

export async function answerOf(
  c: PortalContext,
  view: RunsView,
  run: JobRun,
  rights: JobRights,
  shown: "list" | "page" = "list",
): Promise<RunAnswer> {
  const job = view.jobs.get(run.job);
  if (job === undefined) throw new Error(`The job ${run.job} is not shown.`);
  return runAnswer(run, job, rights, await view.about(run, c, shown));
}
