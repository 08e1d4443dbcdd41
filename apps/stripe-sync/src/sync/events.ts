/**
 * What Stripe's webhooks told of since the last run: which balance transactions, customers and payouts changed. An event is a
 * hint, never a source: the objects are read from Stripe when the run takes it.
 */
import type {
  DataTransaction,
  DataWriter,
  InstallationData,
  InstallContext,
  JobReference,
  JobRun,
} from "@annex/app";
import type { Stripe } from "stripe";
import { keepCustomers } from "./identities.ts";
import type { SyncInput } from "./input.ts";
import { lookAtPayouts } from "./payouts.ts";
import { keepMovements, type PageResult } from "./reading.ts";
import { timeKey } from "./register.ts";
import { addTallies } from "./tally.ts";
import type { PageTools } from "./tools.ts";

/** The job that takes them, as far as starting it goes. */
type SyncJobReference = JobReference<SyncInput>;

/** What an event is about, by Stripe's ids. */
export type Told = {
  readonly movements: readonly string[];
  readonly customers: readonly string[];
  readonly payouts?: readonly string[];
};

/** Events that are read again in one step. */
const readAtOnce = 100;
/** A run that an event starts begins so long after one that failed, in milliseconds: what refused it is still there. */
const pauseAfterFailure = 5 * 60_000;
/** … and so long after the beginning of the one before: on a busy account runs would follow each other without end. */
const leastBetweenRuns = 60_000;

const names = {
  events: "events",
  /** Every event that came, by time and id: Stripe sends one again for days. */
  seen: "seen-events",
  /** What the run that will take them was started for, until it takes them; nothing where none waits. */
  runWaits: "events-run-waits",
  /** When the last of them came, in milliseconds since 1970. */
  lastCame: "events-last-came",
} as const;
const onlyOne = "now";
/** The event that a run was started for; `true` where a version before this one started it. */
type Waits = string | boolean;
/** More are never under way: persons', the schedule's, that of an event. */
const mostUnderWay = 100;
/** How long an event that came is known, in seconds: many times as long as Stripe goes on sending it. */
const knownFor = 30 * 86_400;

/** An event as it is noted. */
export type Noted = { readonly id: string; readonly created: number };

/** Where an event is noted. */
type Bound = Pick<InstallContext, "data" | "jobs">;

/**
 * Notes what an event told, once, and starts a run for it unless one waits already; one that must not begin yet waits
 * for its time. Durable when it returns.
 *
 * @param options.start false where no run could read anything yet: the events wait for one that can.
 * @returns whether it was new
 */
export async function noteEvent(
  bound: Bound,
  { id, created }: Noted,
  told: Told,
  job: SyncJobReference,
  options: { readonly now: number; readonly start: boolean },
): Promise<boolean> {
  const key = timeKey(created, id);
  // Read before the runs: what was kept by then has its run among them, unless that one has ended.
  const before = await bound.data.collection<Waits>(names.runWaits).get(onlyOne);
  const { notBefore, waits } = await runsOf(bound, job, before, options.now);
  return bound.data.transaction(async ({ data: writer, jobs }) => {
    const seen = writer.collection<boolean>(names.seen);
    if ((await seen.get(key)) === true) return false;
    seen.put(key, true);
    writer.collection<Told>(names.events).put(key, told);
    writer.collection<number>(names.lastCame).put(onlyOne, options.now);
    if (!options.start) return true;
    const startedFor = (await writer.collection<Waits>(names.runWaits).get(onlyOne)) ?? false;
    if (startedFor !== false && (waits || startedFor !== before)) return true;
    startRunFor({ data: writer, jobs }, job, key, notBefore);
    return true;
  });
}

/**
 * Starts a run for what came while one was under way that then failed, or was cancelled, before it took it: that run was
 * to take it too, and none would until another event came or the schedule's time. Once for what came: when that run
 * fails as well, it waits for the next reason.
 *
 * @returns whether it did
 */
export async function startForWhatIsLeft(bound: Bound, job: SyncJobReference, now: number): Promise<boolean> {
  const came = await bound.data.collection<number>(names.lastCame).get(onlyOne);
  const [last] = await bound.jobs.list({ job: job.name, limit: 1 });
  if (came === undefined || !hasEndedEarly(last) || came < (last?.startedAt?.getTime() ?? came + 1))
    return false;
  const [newest] = await bound.data.collection<Told>(names.events).list({ descending: true, limit: 1 });
  const [underWay] = await bound.jobs.list({ job: job.name, status: ["queued", "running"], limit: 1 });
  if (newest === undefined || underWay !== undefined) return false;
  const before = await bound.data.collection<Waits>(names.runWaits).get(onlyOne);
  const { notBefore } = await runsOf(bound, job, before, now);
  return bound.data.transaction(async ({ data, jobs }) => {
    // An event that came meanwhile has started one.
    if ((await data.collection<Waits>(names.runWaits).get(onlyOne)) !== before) return false;
    startRunFor({ data, jobs }, job, newest.key, notBefore);
    return true;
  });
}

function hasEndedEarly(run: JobRun | undefined): boolean {
  return run?.status === "failed" || run?.status === "cancelled";
}

/** In one commit: the run, and that it is waited for. */
function startRunFor(
  { data, jobs }: DataTransaction,
  job: SyncJobReference,
  key: string,
  notBefore: Date,
): void {
  data.collection<Waits>(names.runWaits).put(onlyOne, key);
  jobs.start(job, { reason: "webhook", startedFor: key }, { notBefore });
}

/** When a run that an event starts may begin, and whether the one that was started for this is still under way. */
async function runsOf(
  { jobs }: Bound,
  { name: job }: SyncJobReference,
  startedFor: Waits | undefined,
  now: number,
): Promise<{ readonly notBefore: Date; readonly waits: boolean }> {
  const underWay = await jobs.list({ job, status: ["queued", "running"], limit: mostUnderWay });
  const waits = underWay.some(({ input }) => isStartedFor(input as SyncInput, startedFor));
  const [last] = await jobs.list({ job, limit: 1 });
  if (last === undefined) return { notBefore: new Date(now), waits };
  const { status, createdAt, startedAt = createdAt, finishedAt = startedAt } = last;
  // What lies ahead was written by a clock that was wrong: it counts as now.
  const after = (time: Date, pause: number) => Math.min(time.getTime(), now) + pause;
  const pause = status === "failed" ? after(finishedAt, pauseAfterFailure) : 0;
  return { notBefore: new Date(Math.max(after(startedAt, leastBetweenRuns), pause)), waits };
}

/** One that a version before this one started says no more than that it is for events, as what it kept does. */
function isStartedFor({ reason, startedFor }: SyncInput, waits: Waits | undefined): boolean {
  return reason === "webhook" && (startedFor ?? true) === waits;
}

/** When the newest event that came was made at Stripe, in seconds since 1970. */
export async function newestEvent(data: InstallationData): Promise<number | undefined> {
  const [newest] = await data.collection<boolean>(names.seen).list({ descending: true, limit: 1 });
  return newest === undefined ? undefined : Number(newest.key.split("/")[0]);
}

export async function forgetOldEvents(data: InstallationData, now: number): Promise<void> {
  const to = timeKey(Math.floor(now / 1000) - knownFor, "");
  await data.collection<boolean>(names.seen).clear({ to });
}

/**
 * From now on what comes starts another run, where this is the one that was started for it: were it any other, one more
 * would wait with each. In the commit that keeps the step's result.
 */
export async function takeEvents(writer: DataWriter, input: SyncInput): Promise<true> {
  const runWaits = writer.collection<Waits>(names.runWaits);
  if (isStartedFor(input, await runWaits.get(onlyOne))) runWaits.put(onlyOne, false);
  return true;
}

/** One page of what they told of, read again: a dispute that was answered, a customer that moved. */
export async function eventsPage(
  tools: PageTools,
  data: InstallationData,
  after: string | undefined,
): Promise<PageResult> {
  const page = await data
    .collection<Told>(names.events)
    .list({ limit: readAtOnce, ...(after === undefined ? {} : { after }) });
  const told = {
    movements: [...new Set(page.flatMap(({ value }) => value.movements))].sort(),
    customers: [...new Set(page.flatMap(({ value }) => value.customers))].sort(),
  };
  await lookAtPayouts(
    tools.data,
    page.flatMap(({ value }) => value.payouts ?? []),
  );
  const events = page.map(({ key }) => key);
  const last = page.length < readAtOnce ? undefined : events.at(-1);
  return { ...(await withEvents(tools, told)), events, ...(last === undefined ? {} : { next: last }) };
}

/** Those that a run has dealt with to its end: one that failed on the way leaves them to the next. */
export async function forgetEvents(data: InstallationData, events: readonly string[]): Promise<void> {
  const noted = data.collection<Told>(names.events);
  for (const key of events) await noted.delete(key);
}

async function withEvents(tools: PageTools, { movements, customers }: Told): Promise<PageResult> {
  const call = { signal: tools.signal };
  const transactions: Stripe.BalanceTransaction[] = [];
  for (const id of movements) {
    const transaction = await tools.stripe.movement(id, call);
    if (transaction !== undefined) transactions.push(transaction);
  }
  const people: Stripe.Customer[] = [];
  for (const id of customers) {
    const customer = await tools.stripe.customer(id, call);
    if (customer !== undefined) people.push(customer);
  }
  const result = await keepMovements(tools, transactions, false);
  const { tally } = await keepCustomers(tools, people, false);
  return { ...result, tally: addTallies(result.tally, tally) };
}
