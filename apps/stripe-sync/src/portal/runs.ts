/** Runs: the list, one of them, its objects, and what can be done with it. */
import { AppError, type JobRun, type PortalContext } from "@annex/app";
import { z } from "zod";
import { objectKinds, objectStates, runStatuses } from "../portal-types.ts";
import { isActive, resultOf, runJson, tallyOfRun } from "../runs.ts";
import type { SyncJob } from "../sync/job.ts";
import { runPrefix, type StoredObject, syncData } from "../sync/objects.ts";
import { isKept } from "../sync/retention.ts";
import { allRuns, type PortalParts, scanSize } from "./parts.ts";
import { limitOf, readQuery, words } from "./query.ts";

const runsRead = { default: 20, largest: 100 };
const objectsRead = { default: 50, largest: 200 };

export async function listRuns(c: PortalContext, { job }: PortalParts) {
  const query = readQuery(c, {
    status: words(runStatuses),
    limit: limitOf(runsRead),
    after: z.string().optional(),
  });
  const runs: JobRun[] = [];
  let after = query.after;
  for (;;) {
    const page = await c.jobs.list({
      job: job.name,
      limit: scanSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const run of page) {
      if (runs.length > query.limit) break;
      if (query.status === undefined || query.status.includes(run.status)) runs.push(run);
    }
    after = page.at(-1)?.runId;
    if (page.length < scanSize || runs.length > query.limit) break;
  }
  const shown = runs.slice(0, query.limit);
  const next = runs.length > query.limit ? shown.at(-1)?.runId : undefined;
  return { data: shown.map(runJson), ...(next === undefined ? {} : { next }) };
}

export async function startRun(c: PortalContext, { job }: PortalParts) {
  await c.body(z.object({}));
  const runs = await allRuns(c.jobs, job);
  const active = runs.find(isActive);
  if (active !== undefined) return c.json(runJson(active));
  // Pressed twice at the same instant, both follow the same run, and so are one.
  const idempotencyKey = `after:${runs[0]?.runId ?? "none"}`;
  return c.json(runJson(await c.jobs.start(job, undefined, { idempotencyKey })), 202);
}

export async function runDetail(c: PortalContext, { job }: PortalParts) {
  const run = await runOf(c, job);
  const findings = await syncData(c.data).findings.list({ prefix: runPrefix(run.runId) });
  const { kinds } = tallyOfRun(run);
  return {
    ...runJson(run),
    kinds: objectKinds.flatMap((kind) => (kinds[kind] === undefined ? [] : [{ kind, count: kinds[kind] }])),
    currencies: resultOf(run)?.currencies ?? [],
    finding_list: findings.map(({ value }) => value),
    objects_kept: await isKept(syncData(c.data), run.runId),
  };
}

export async function listObjects(c: PortalContext, { job }: PortalParts) {
  const { runId } = await runOf(c, job);
  const query = readQuery(c, {
    kind: words(objectKinds),
    state: words(objectStates),
    limit: limitOf(objectsRead),
    after: z.string().optional(),
  });
  const wanted = ({ object }: StoredObject) =>
    (query.kind === undefined || query.kind.includes(object.kind)) &&
    (query.state === undefined || query.state.includes(object.state));
  const found: { key: string; value: StoredObject }[] = [];
  let after = query.after;
  for (;;) {
    const options = { prefix: runPrefix(runId), limit: scanSize, descending: true };
    const page = await syncData(c.data).objects.list({
      ...options,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.filter(({ value }) => wanted(value)));
    after = page.at(-1)?.key;
    if (page.length < scanSize || found.length > query.limit) break;
  }
  const shown = found.slice(0, query.limit);
  const next = found.length > query.limit ? shown.at(-1)?.key : undefined;
  return { data: shown.map(({ value }) => value.object), ...(next === undefined ? {} : { next }) };
}

export async function retryRun(c: PortalContext, { job }: PortalParts) {
  const run = await runOf(c, job);
  if (run.status !== "failed") {
    throw conflict("not_retryable", `This run is ${run.status}; only a failed one can be tried again.`);
  }
  if ((await allRuns(c.jobs, job)).some(isActive)) {
    throw conflict("run_active", "Another sync is under way; try again when it has ended.");
  }
  return c.json(runJson(await c.jobs.retry(run.runId)), 202);
}

export async function cancelRun(c: PortalContext, { job }: PortalParts) {
  const run = await runOf(c, job);
  if (!isActive(run)) throw conflict("not_cancellable", `This run is ${run.status} already.`);
  return c.json(runJson(await c.jobs.cancel(run.runId)), 202);
}

async function runOf(c: PortalContext, job: SyncJob): Promise<JobRun> {
  const run = await c.jobs.get(c.param("runId"));
  if (run?.job === job.name) return run;
  throw new AppError({
    code: "not_found",
    status: 404,
    whatHappened: "There is no run with this id.",
    whatToDo: "Go back to the list of runs.",
  });
}

function conflict(code: string, whatHappened: string): AppError {
  return new AppError({
    code,
    status: 409,
    whatHappened,
    whatToDo: "Reload the page to see how the run stands.",
  });
}
