/** Lists and counts of runs: what they say, over both stores, and that none of them looks at all there is. */
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { createJobs } from "../src/jobs/index.ts";
import type { JobRun } from "../src/jobs/interface.ts";
import { createWorld, run, startOfTests, type TestWorld } from "./jobs-world.ts";
import { type StoreKind, storeKinds } from "./stores.ts";

async function world(kind: StoreKind): Promise<TestWorld> {
  const made = await createWorld(kind);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

/** A busy machine takes its time. */
const patient = { timeout: 30_000 };

const ids = (runs: readonly JobRun[]) => runs.map(({ runId }) => runId);

describe.each(storeKinds)("over $kind", (kind) => {
  test("runs are listed by jobs and statuses in pages, each once, newest first, and counted", async () => {
    const here = await world(kind);
    await here.install("instapp_2");
    const definitions = createJobs();
    const jobs = ["one", "two", "three"].map((name) =>
      definitions.define<{ fails?: boolean; waits?: boolean } | undefined, unknown>(
        name,
        { retries: { maximum: 0 } },
        ({ input, signal }) => {
          if (input?.fails === true) throw new Error("It fails.");
          if (input?.waits !== true) return "done";
          return new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          });
        },
      ),
    );
    const open = await here.start(definitions);
    const of = open.forInstallation("instapp_1");
    const [one, two, three] = jobs;
    if (one === undefined || two === undefined || three === undefined) return expect.unreachable();
    const started: JobRun[] = [];
    for (const [job, input] of [
      [one, {}],
      [two, {}],
      [one, { fails: true }],
      [three, { fails: true }],
      [one, {}],
      [two, { waits: true }],
      [two, { waits: true }],
    ] as const)
      started.push((await of.start(job, input)) as JobRun);
    await open.forInstallation("instapp_2").start(one, { fails: true });
    const [a, b, c, d, e, f, g] = ids(started);
    await expect.poll(() => of.counts(), patient).toMatchObject({ completed: 3, failed: 2, running: 2 });
    await of.cancel(String(g));

    expect(ids(await of.list({ job: ["one", "two"] }))).toEqual([g, f, e, c, b, a]);
    expect(ids(await of.list({ job: ["one", "three"], status: ["failed", "completed"] }))).toEqual([
      e,
      d,
      c,
      a,
    ]);
    expect(ids(await of.list({ job: "two", status: ["queued", "running", "cancelled"] }))).toEqual([g, f]);
    expect(ids(await of.list({ status: "failed" }))).toEqual([d, c]);
    expect(await of.list({ job: "one", status: [] })).toEqual([]);
    expect(await of.counts({ job: "one" })).toEqual({
      queued: 0,
      running: 0,
      completed: 2,
      failed: 1,
      cancelled: 0,
    });

    const pages: (readonly (string | undefined)[])[] = [];
    for (let after: string | undefined; pages.length < 9; ) {
      const page = await of.list({
        job: ["one", "two", "three"],
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      if (page.length === 0) break;
      pages.push(ids(page));
      after = page.at(-1)?.runId;
    }
    expect(pages).toEqual([[g, f, e], [d, c, b], [a]]);
    // One that was forgotten meanwhile has nothing after it.
    expect(await of.list({ job: "one", after: "run_forgotten" })).toEqual([]);
  });

  test("a run that waits for its time is queued, in lists and counts alike", async () => {
    const here = await world(kind);
    let fails = true;
    const open = await run(here, (jobs) => {
      jobs.define("asks", {}, () => {
        if (fails) throw new Error("Nobody answers.");
      });
      jobs.schedule(
        "soon",
        "* * * * *",
        jobs.define("ticks", {}, () => undefined),
      );
    });
    const of = open.forInstallation("instapp_1");
    const [asks] = await startByName(open, here, "asks");
    await expect.poll(async () => (await of.get(String(asks)))?.waitsUntil, patient).toBeDefined();
    expect(ids(await of.list({ job: "asks", status: "queued" }))).toEqual([asks]);
    expect(await of.counts({ job: "asks" })).toMatchObject({ queued: 1, running: 0 });
    fails = false;
  });
});

/** Starts a run as a store's own commit does, without the job in hand. */
async function startByName(open: { wake(): void }, here: TestWorld, job: string): Promise<readonly string[]> {
  const committed = await here.store.commit(
    { expected: [], writes: [], runs: [{ installedAppId: "instapp_1", job }] },
    here.now(),
  );
  open.wake();
  return committed.outcome === "committed" ? committed.runs.flatMap((each) => each?.runId ?? []) : [];
}

test("no list, count or start looks at all runs there are", async () => {
  const [sqlite] = storeKinds;
  if (sqlite === undefined) return expect.unreachable();
  const here = await world(sqlite);
  const seen = new Set<string>();
  const database = new DatabaseSync(here.database.name);
  onTestFinished(() => database.close());
  const insert = database.prepare(`INSERT INTO runs
    (run_id, installed_app_id, job, status, available_at, created_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  database.exec("BEGIN");
  for (let number = 0; number < 500; number += 1)
    insert.run(`run_${number}`, "instapp_1", "work", "completed", startOfTests, startOfTests, startOfTests);
  database.exec("COMMIT");
  const { runs } = here.store;
  const list = (statuses?: readonly ("failed" | "completed" | "queued" | "running")[]) =>
    runs.list("instapp_1", { jobs: ["work", "other"], statuses, limit: 3, after: undefined });
  expect((await list()).map(({ runId }) => runId)).toEqual(["run_499", "run_498", "run_497"]);
  expect(await list(["failed", "queued", "running"])).toEqual([]);
  expect(await runs.counts("instapp_1", ["work"])).toEqual([{ job: "work", status: "completed", runs: 500 }]);

  const { newestSql, countsSql } = await import("../src/stores/sqlite/run-lists.ts");
  const { misdatedSql } = await import("../src/stores/sqlite/claims.ts");
  const texts = [newestSql(["work", "other"], undefined), countsSql(["work"]), misdatedSql];
  for (const text of texts)
    for (const { detail } of database.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[]) {
      seen.add(detail);
      // A scan of an index is one of all that waits, each second.
      if (/ runs\b/.test(detail)) expect(detail).not.toMatch(/^SCAN runs/);
      // Where a lane begins is found by the index alone, and so is where the page before has ended.
      if (/INDEX runs_ended_of/.test(detail)) expect(detail).toMatch(/job=\?/);
      if (/SEARCH runs/.test(detail)) expect(detail).not.toMatch(/runs_of /);
    }
  expect([...seen].join()).toContain("runs_ended_of");
});
