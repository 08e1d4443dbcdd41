/** What the app says of its runs beside the framework: how one is started for which days, and its objects. */
import { AppError, type JobRun, type PortalContext } from "@annex/app";
import { z } from "zod";
import { booksName } from "../mapping/books.ts";
import { type AboutRunJson, type AboutRunPageJson, objectKinds, objectStates } from "../portal-types.ts";
import { aboutRun, isActive, resultOf, tallyOfRun } from "../runs.ts";
import type { SyncJob } from "../sync/job.ts";
import { currentBooks, type KeptRun, runPrefix, syncData } from "../sync/register.ts";
import { keptRun } from "../sync/retention.ts";
import { runTallies } from "../sync/run-objects.ts";
import { latestRuns, type PortalParts } from "./parts.ts";
import { limitOf, readQuery, words } from "./query.ts";
import { objectCurrencies, objectsOf, type ShownRun } from "./run-objects.ts";

const longestId = 200;
const objectsRead = { default: 50, largest: 200 };

/** Of a run, on its own page, which asks again every second: the others stand in the list of findings. */
const shownFindings = 100;

/** A day in UTC; a run for a range of days reads them whole, the last one included. */
const range = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });

export async function startRun(c: PortalContext, { job, clock }: PortalParts) {
  const asked = await c.body(range);
  const from = asked.from === undefined ? undefined : startOf(asked.from);
  const to = asked.to === undefined ? undefined : startOf(asked.to) + secondsOfDay;
  if (from !== undefined && to !== undefined && from >= to) throw rangeReversed();
  if (from !== undefined && from > Math.floor(clock() / 1000)) throw notBegun();
  const { last, active } = await latestRuns(c.jobs, job);
  if (active !== undefined) {
    // The one under way reads what came since, which is what was asked for; days it may never look at.
    if (from !== undefined || to !== undefined) throw runActive();
    return c.json(startedRun(active));
  }
  const { userId } = c.user;
  const input = {
    reason: "person" as const,
    ...(userId === undefined ? {} : { startedBy: userId }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  // Pressed twice at the same instant, both follow the same run, and so are one.
  const idempotencyKey = `after:${last?.runId ?? "none"}:${userId ?? ""}:${from ?? ""}:${to ?? ""}`;
  return c.json(startedRun(await c.jobs.start(job, input, { idempotencyKey })), 202);
}

function startedRun({ runId, status }: JobRun) {
  return { run_id: runId, status };
}

const secondsOfDay = 86_400;

function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000;
}

function rangeReversed(): AppError {
  return new AppError({
    code: "invalid_range",
    status: 422,
    whatHappened: "The last day is before the first.",
    whatToDo: "Correct `from` or `to`.",
    details: { field: "to" },
  });
}

function notBegun(): AppError {
  return new AppError({
    code: "invalid_range",
    status: 422,
    whatHappened: "The first day has not begun yet, in UTC.",
    whatToDo: "Choose days that Stripe has something of.",
    details: { field: "from" },
  });
}

function runActive(): AppError {
  return new AppError({
    code: "run_active",
    status: 409,
    whatHappened: "Another sync is under way, so these days were not asked for.",
    whatToDo: "Wait for it to end, or cancel it; then ask for these days again.",
  });
}

/** What the app says of a run; on its own page with its findings, its kinds and the totals at its end. */
export async function aboutShownRun(
  run: JobRun,
  c: PortalContext,
  shown: "list" | "page",
): Promise<AboutRunJson | AboutRunPageJson> {
  const { tally } = await knownTally(c, run);
  if (shown === "list") return aboutRun(run, tally);
  const kept = await keptRun(c.data, run.runId);
  const found = kept === undefined ? undefined : syncData(c.data, kept).runFindings;
  const prefix = runPrefix(run.runId);
  const { kinds } = tally;
  return {
    ...aboutRun(run, tally),
    kinds: objectKinds.flatMap((kind) => (kinds[kind] === undefined ? [] : [{ kind, count: kinds[kind] }])),
    currencies: [...(resultOf(run)?.currencies ?? [])],
    finding_list: ((await found?.list({ prefix, limit: shownFindings })) ?? []).map(({ value }) => value),
    finding_count: (await found?.count({ prefix })) ?? 0,
    objects_kept: kept !== undefined,
    ...(await formerBooks(c, kept)),
    object_currencies: kept === undefined ? [] : await currenciesOf(c, kept, run),
  };
}

type KnownTally = Pick<ShownRun, "tally" | "isExact">;

/**
 * What a run has done. One that was cancelled, or failed, has done more than it told last: what it has put onto its list
 * is counted in the same commits, and its findings are counted as they stand.
 */
async function knownTally({ data }: Pick<PortalContext, "data">, run: JobRun): Promise<KnownTally> {
  const told = tallyOfRun(run);
  if (run.status === "completed") return { tally: told, isExact: true };
  const counted = await runTallies(data).get(run.runId);
  if (counted === undefined) return { tally: told, isExact: false };
  const kept = await keptRun(data, run.runId);
  const { findings } = told;
  const found = kept && (await syncData(data, kept).runFindings.count({ prefix: runPrefix(run.runId) }));
  return { tally: { ...counted, findings: found ?? findings }, isExact: !isActive(run) };
}

async function formerBooks(
  c: PortalContext,
  kept: KeptRun | undefined,
): Promise<{ readonly books?: string }> {
  const current = await currentBooks(c.data);
  if (kept === undefined || current === undefined || booksName(kept) === booksName(current)) return {};
  return { books: booksName(kept) };
}

/** Of a run of an earlier version only those are known that both sides were compared in. */
async function currenciesOf(c: PortalContext, kept: KeptRun, run: JobRun): Promise<string[]> {
  const compared = (resultOf(run)?.currencies ?? []).map(({ currency }) => currency);
  const shown = await shownRun(c, kept, run);
  return [...((await objectCurrencies(syncData(c.data, kept), shown)) ?? compared)];
}

async function shownRun(c: PortalContext, kept: KeptRun, run: JobRun): Promise<ShownRun> {
  return { kept, ...(await knownTally(c, run)) };
}

export async function listObjects(c: PortalContext<"runId">, { job }: PortalParts) {
  const run = await runOf(c, job);
  const query = readQuery(c, {
    kind: words(objectKinds),
    state: words(objectStates),
    currency: z.string().toUpperCase().optional(),
    id: z.string().trim().min(1).max(longestId).optional(),
    limit: limitOf(objectsRead),
    after: z.string().optional(),
  });
  const kept = await keptRun(c.data, run.runId);
  if (kept === undefined) return { data: [] };
  return objectsOf(syncData(c.data, kept), await shownRun(c, kept, run), query);
}

async function runOf(c: PortalContext<"runId">, job: SyncJob): Promise<JobRun> {
  const run = await c.jobs.get(c.param("runId"));
  if (run?.job === job.name) return run;
  throw new AppError({
    code: "not_found",
    status: 404,
    whatHappened: "There is no run with this id.",
    whatToDo: "Go back to the list of runs.",
  });
}
