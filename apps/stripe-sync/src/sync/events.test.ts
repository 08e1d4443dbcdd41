/** What a webhook told is dealt with by a run that ends well, whatever becomes of those before it. */
import type {
  App,
  DataTransaction,
  InstallationJobs,
  JobContext,
  JobHandler,
  JobReference,
  JobRun,
  PortalContext,
} from "@annex/app";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  books,
  customerOn,
  emptyLedger,
  movementOn,
  nothingAtStripe,
  now,
  seconds,
  toolsOn,
} from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { latestRuns } from "../portal/parts.ts";
import { defineLookJob, keepSchedule } from "../schedule/look-job.ts";
import { eventsPage, forgetEvents, noteEvent, startForWhatIsLeft, takeEvents } from "./events.ts";
import { type SyncInput, syncInput } from "./input.ts";
import type { SyncJob } from "./job.ts";
import { readPage } from "./reading.ts";
import { pageWritersIn } from "./register.ts";
import { workListIn } from "./run-objects.ts";
import { addTallies, countsOf } from "./tally.ts";
import type { PageTools } from "./tools.ts";

let job: JobReference<SyncInput>;
let installed: Installation;
const stripe = nothingAtStripe();
const clock = () => now;
beforeEach(async () => {
  installed = await installation((app) => {
    job = app.job<SyncInput, string>("sync", { input: syncInput }, async () => "done");
  }, clock);
  stripe.movements = [movementOn()];
});
afterEach(() => installed.close());

const tools = (runId?: string) => toolsOn(installed, { stripe, ledger: emptyLedger() }, runId);
const told = { movements: ["txn_1"], customers: [] };

/** An event arrives while the job's runs stand like this, newest first; each is the one that was started last. */
async function arrives(id: string, runs: readonly Partial<JobRun>[] = [], start = true): Promise<boolean> {
  const input = await inputOfLast();
  const list: InstallationJobs["list"] = async ({ status } = {}) =>
    runs
      .map((run) => ({ input, ...run }) as JobRun)
      .filter((run) => status === undefined || status.includes(run.status));
  const bound = { data: installed.context.data, jobs: { ...installed.context.jobs, list } };
  return noteEvent(bound, { id, created: seconds }, told, job, { now, start });
}
const started = async () => (await installed.context.jobs.list({ job: "sync" })).length;
const inputOfLast = async () =>
  (await installed.context.jobs.list({ job: "sync", limit: 1 }))[0]?.input as SyncInput;
/** A run comes to take what was told: the one that was started last, unless it is another. */
async function taken(by?: SyncInput): Promise<void> {
  const input = by ?? (await inputOfLast());
  await installed.context.data.transaction(({ data }) => takeEvents(data, input));
}
const ended = (status: JobRun["status"], minutesAgo: number): Partial<JobRun> => ({
  runId: `run_${minutesAgo}`,
  status,
  createdAt: new Date(now - (minutesAgo + 1) * 60_000),
  startedAt: new Date(now - (minutesAgo + 1) * 60_000),
  finishedAt: new Date(now - minutesAgo * 60_000),
});
const underWay = (status: "queued" | "running", secondsAgo: number): Partial<JobRun> => ({
  runId: "run_0",
  status,
  createdAt: new Date(now - secondsAgo * 1000),
  startedAt: new Date(now - secondsAgo * 1000),
});
/** When the run that was started last begins; undefined where it does at once. */
const putOffUntil = async () =>
  (await installed.context.jobs.list({ job: "sync" }))[0]?.waitsUntil?.getTime();

/** A look of the job that looks at the schedule, with what it asks for. */
function lookJobOn(bound: PortalContext, at: () => number): () => Promise<boolean> {
  const handlers: JobHandler<undefined, boolean>[] = [];
  const app = {
    job: (_name: string, _options: object, handler: (typeof handlers)[0]) => handlers.push(handler),
    schedule: () => undefined,
  };
  defineLookJob(app as unknown as App, { job: job as SyncJob, clock: at, hasStripe: async () => true });
  const grantedPermissions = ["data:read", "data:write"];
  const installation = { ...bound.installation, grantedPermissions };
  const step = (_name: string, work: (commit: DataTransaction) => unknown) =>
    bound.data.transaction(work as never);
  const context = { ...bound, installation, step } as unknown as JobContext<undefined>;
  return async () => (await handlers[0]?.(context)) ?? false;
}

test("however often one comes it is noted once, and one run is started for all that come before it takes them", async () => {
  expect(await Promise.all([arrives("evt_1"), arrives("evt_1"), arrives("evt_2")])).toHaveLength(3);
  expect(await arrives("evt_1")).toBe(false);
  expect(await started()).toBe(1);
  await taken();
  expect(await arrives("evt_1")).toBe(false);
  expect(await arrives("evt_3")).toBe(true);
  expect(await started()).toBe(2);
});

test("out of order is no different", async () => {
  await arrives("evt_2");
  await noteEvent(installed.context, { id: "evt_1", created: seconds - 900 }, told, job, {
    now,
    start: true,
  });
  expect((await eventsPage(tools(), installed.context.data, undefined)).events).toHaveLength(2);
});

test.each<[string, Partial<JobRun>, number]>([
  ["failed a while ago", ended("failed", 6), 2],
  ["was cancelled", ended("cancelled", 1), 2],
  ["is still to begin", underWay("queued", 1), 1],
])("a run that %s", async (_how, run, runs) => {
  await arrives("evt_1");
  expect(await arrives("evt_2", [run])).toBe(true);
  await arrives("evt_3", [underWay("queued", 1), run]);
  expect(await started()).toBe(runs);
});

test.each([
  ["took what came before it", true],
  ["failed before that", false],
])(
  "after a run that %s and failed just now, one begins once what refuses it had time to pass",
  async (_how, took) => {
    await arrives("evt_1");
    if (took) await taken();
    expect(await arrives("evt_2", [ended("failed", 1)])).toBe(true);
    expect(await started()).toBe(2);
    expect(await putOffUntil()).toBe(now + 4 * 60_000);
    await arrives("evt_3", [{ ...ended("failed", 1), status: "queued" }]);
    expect(await started()).toBe(2);
    expect((await eventsPage(tools(), installed.context.data, undefined)).events).toHaveLength(3);
  },
);

describe("what came while a run was under way that then failed before it took it", () => {
  const boundWith = (runs: readonly Partial<JobRun>[]) => {
    const list: InstallationJobs["list"] = async ({ status } = {}) =>
      runs.map((run) => run as JobRun).filter((run) => status === undefined || status.includes(run.status));
    return { data: installed.context.data, jobs: { ...installed.context.jobs, list } };
  };
  const looks = (runs: readonly Partial<JobRun>[], at = now) => startForWhatIsLeft(boundWith(runs), job, at);
  /** It began two minutes ago; the second event came a minute ago, and one run was started for both. */
  const failed = { ...ended("failed", 0), startedAt: new Date(now - 2 * 60_000) };
  beforeEach(async () => {
    await arrives("evt_1");
    await arrives("evt_2", [underWay("running", 60)]);
    expect(await started()).toBe(1);
  });

  test("is taken by one more, after the pause, and once", async () => {
    expect(await looks([failed])).toBe(true);
    expect(await started()).toBe(2);
    expect(await putOffUntil()).toBe(now + 5 * 60_000);
    expect(await looks([underWay("queued", 1), failed])).toBe(false);
    // When that one fails too, nothing has come since it began.
    const later = now + 10 * 60_000;
    expect(await looks([{ ...ended("failed", 0), startedAt: new Date(later) }, failed], later)).toBe(false);
    expect(await started()).toBe(2);
  });

  test("is looked for with the schedule, also where that never starts a sync", async () => {
    await keepSchedule(installed.context.data, { timeZone: "UTC" }, now);
    expect(await lookJobOn({ ...installed.context, ...boundWith([failed]) }, clock)()).toBe(true);
    expect(await started()).toBe(2);
  });

  test("waits for nothing where it was taken, or where it came before", async () => {
    expect(await looks([ended("completed", 0)])).toBe(false);
    expect(await looks([{ ...failed, startedAt: new Date(now + 1) }])).toBe(false);
    const { events } = await eventsPage(tools(), installed.context.data, undefined);
    await forgetEvents(installed.context.data, events ?? []);
    expect(await looks([failed])).toBe(false);
    expect(await started()).toBe(1);
  });
});

describe("after a clock that was years ahead was put right", () => {
  const ahead = now + 1000 * 86_400_000;

  test.each([
    ["worked", "completed", 60_000],
    ["failed", "failed", 5 * 60_000],
  ] as const)(
    "a run that %s then puts what comes now off no longer than any",
    async (_how, status, pause) => {
      await arrives("evt_1");
      await taken();
      await arrives("evt_2", [
        { ...ended(status, 0), startedAt: new Date(ahead), finishedAt: new Date(ahead) },
      ]);
      expect(await putOffUntil()).toBe(now + pause);
    },
  );

  test("the schedule goes on from now", async () => {
    const { context } = installed;
    await keepSchedule(context.data, { cron: "*/5 * * * *", timeZone: "UTC" }, ahead);
    let time = now + 1;
    const looks = lookJobOn({ ...context, jobs: { ...context.jobs, list: async () => [] } }, () => time);
    expect(await looks()).toBe(false);
    time += 5 * 60_000;
    expect(await looks()).toBe(true);
    expect(await inputOfLast()).toMatchObject({ reason: "schedule" });
  });
});

test("a clock that is a little behind makes no time due again that another has dealt with", async () => {
  const { context } = installed;
  await keepSchedule(context.data, { cron: "0 * * * *", timeZone: "UTC" }, now - 60_000);
  const looksAt = (time: number, runs: readonly object[] = []) =>
    lookJobOn({ ...context, jobs: { ...context.jobs, list: async () => runs as JobRun[] } }, () => time)();
  // The sync that is under way brings what this one would.
  expect(await looksAt(now, [{ ...underWay("running", 5), input: { reason: "person" } }])).toBe(false);
  expect(await looksAt(now - 8 * 60_000)).toBe(false);
  expect(await looksAt(now + 60_000)).toBe(false);
  expect(await started()).toBe(0);
  expect(await looksAt(now + 3_600_000)).toBe(true);
});

test("however busy the account, one begins a minute after the one before", async () => {
  await arrives("evt_1");
  await taken();
  await arrives("evt_2", [underWay("running", 20)]);
  expect(await putOffUntil()).toBe(now + 40_000);
});

test("only the run that was started for them frees what waits: whatever else runs, one waits", async () => {
  const { context } = installed;
  await arrives("evt_1");
  for (let hour = 0; hour < 3; hour += 1) {
    const waiting = await inputOfLast();
    for (const reason of ["schedule", "person"] as const) await taken({ reason });
    await arrives(`evt_by_schedule_${hour}`, [underWay("running", 5), underWay("queued", 50)]);
    expect(await inputOfLast()).toEqual(waiting);
    await taken(waiting);
    await arrives(`evt_after_${hour}`, [underWay("running", 5)]);
    expect(await started()).toBe(hour + 2);
    // One that failed, was followed by another, and is retried, is no longer the one.
    await taken(waiting);
    expect(await arrives(`evt_retried_${hour}`, [underWay("queued", 5)])).toBe(true);
    expect(await started()).toBe(hour + 2);
  }
  expect((await eventsPage(tools(), context.data, undefined)).events).toHaveLength(10);
});

test("the run that it was started for is gone before it took them: an event starts one, also while others run", async () => {
  await arrives("evt_1");
  await arrives("evt_2", [{ ...underWay("running", 5), input: { reason: "schedule" } }]);
  expect(await started()).toBe(2);
});

test("one that a version before this one started is known by its reason", async () => {
  const { data } = installed.context;
  await data.collection("events-run-waits").put("now", true);
  const old: Partial<JobRun> = { ...underWay("queued", 5), input: { reason: "webhook" } };
  await arrives("evt_1", [old]);
  await taken({ reason: "schedule" });
  await arrives("evt_2", [old]);
  expect(await started()).toBe(0);
  await taken({ reason: "webhook" });
  await arrives("evt_3", [old]);
  expect(await started()).toBe(1);
});

test("one that is put off keeps no person from starting one", async () => {
  await arrives("evt_1", [ended("failed", 1)]);
  expect(await putOffUntil()).toBe(now + 4 * 60_000);
  expect((await latestRuns(installed.context.jobs, job as SyncJob)).active).toBeUndefined();
  await installed.context.jobs.start(job as SyncJob, { reason: "person" });
  const { active } = await latestRuns(installed.context.jobs, job as SyncJob);
  expect(active?.input).toEqual({ reason: "person" });
});

test("a step that is tried again counts what it lists once", async () => {
  const both = { movements: ["txn_1"], customers: ["cus_1"] };
  stripe.customers = [customerOn("cus_1")];
  await noteEvent(installed.context, { id: "evt_1", created: seconds }, both, job, { now, start: false });
  const { data } = installed.context;
  const { runId } = tools();
  // As a step is: what it lists stands once its result does.
  const tried = (cloud: PageTools["cloud"]) =>
    data.transaction(({ data: writer }) =>
      eventsPage(
        {
          ...tools(),
          cloud,
          keep: pageWritersIn(writer, books),
          listWork: workListIn(writer, books, runId),
        },
        data,
        undefined,
      ),
    );
  const refused = new Error("Cloud asked to be asked less.");
  const { cloud } = tools();
  const failing = {
    ...cloud,
    get filters(): never {
      throw refused;
    },
  };
  await expect(tried(failing)).rejects.toBe(refused);
  expect(await tools().data.movements.list()).toEqual([]);
  const { tally } = await tried(cloud);
  expect(countsOf(tally)).toMatchObject({ all: 2, waiting: 1 });
  expect(await tools().data.runObjects.count()).toBe(2);
  expect(await tools().data.movements.count()).toBe(1);
});

test("without a key they wait for the run that the key begins", async () => {
  await arrives("evt_1", [], false);
  expect(await started()).toBe(0);
  expect((await eventsPage(tools(), installed.context.data, undefined)).events).toHaveLength(1);
});

test("a run that fails on the way leaves them to the next, which forgets what it dealt with and nothing else", async () => {
  const { data } = installed.context;
  await arrives("evt_1");
  await taken();
  const first = await eventsPage(tools(), data, undefined);
  expect(await eventsPage(tools("run_2"), data, undefined)).toEqual(first);
  await arrives("evt_2");
  await forgetEvents(data, first.events ?? []);
  expect((await eventsPage(tools(), data, undefined)).events).toHaveLength(1);
});

test("more than a page of them are all dealt with", async () => {
  for (let number = 0; number < 103; number += 1) await arrives(`evt_${number}`);
  const { data } = installed.context;
  const page = await eventsPage(tools(), data, undefined);
  expect(page.events).toHaveLength(100);
  expect((await eventsPage(tools(), data, page.next)).events).toHaveLength(3);
});

test("what was read already is counted once", async () => {
  await arrives("evt_1");
  const read = await readPage(tools(), { verify: false }, undefined);
  const { tally } = await eventsPage(tools(), installed.context.data, undefined);
  expect(countsOf(addTallies(read.tally, tally))).toMatchObject({ all: 1, waiting: 1 });
});
