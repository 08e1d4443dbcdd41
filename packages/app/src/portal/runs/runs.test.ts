import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { storeKinds } from "../../../test/stores.ts";
import { installBody, type TestApp, type TestOptions, testApp } from "../../../test/support.ts";
import { type App, type AppError, errorState, type Job, ProviderUnreachable } from "../../index.ts";

type Json = Record<string, unknown>;

/** A busy machine takes its time. */
const patient = { timeout: 30_000 };

/** What a run of `work` does next. */
type Work = { fails?: AppError; holds?: boolean };

/** An app with two jobs: `work` does what it is told, `tidy` is started by an install and never from a page. */
async function appWithRuns(
  options: TestOptions = {},
  how: Partial<Parameters<App["portal"]["runs"]>[0]> = {},
) {
  const work: Work = {};
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  let job: Job<{ day: string } | undefined> | undefined;
  const app = testApp({
    ...options,
    define: (defined) => {
      const input = z.object({ day: z.string() }).optional();
      const requires = ["data:write"] as const;
      job = defined.job(
        "work",
        { title: "Daily work", requires, input, retries: { maximum: 0 } },
        async (c) => {
          await c.progress({ done: 1, total: 4, message: "Working", hidden: "not for the page" });
          if (work.holds === true)
            await Promise.race([
              held,
              new Promise((_resolve, reject) => c.signal.addEventListener("abort", reject)),
            ]);
          if (work.fails !== undefined) throw work.fails;
          return "the result";
        },
      );
      const tidy = defined.job("tidy", {}, () => undefined);
      defined.onInstall(({ jobs }) => jobs.start(tidy));
      defined.schedule("nightly", "30 2 * * *", job, { timeZone: "Europe/Berlin" });
      defined.portal
        .runs({
          jobs: [job, tidy],
          start: [job],
          about: (run, _c, shown) => ({ of: run.job, shown, status: "never this" }),
          ...how,
        })
        .post("/api/in-a-transaction", async (c) => {
          await c.data.transaction(({ jobs }) => jobs.start(tidy));
          return c.noContent();
        });
    },
  });
  await app.callback(installBody());
  const session = await app.enter();
  return { app, session, work, go, job: job as Job<{ day: string } | undefined>, ...callers(app, session) };
}

function callers(app: TestApp, session: string) {
  const get = async (path: string) => (await app.call("GET", `/portal/api${path}`, session)).json;
  const post = (path: string, body: unknown = {}) => app.call("POST", `/portal/api${path}`, session, body);
  const ended = async (runId: unknown) => {
    await expect.poll(async () => (await get(`/runs/${runId}`))["finished_at"], patient).toBeDefined();
    return get(`/runs/${runId}`);
  };
  return { get, post, ended };
}

const listed = async (get: (path: string) => Promise<Json>, query = "") =>
  (await get(`/runs${query}`))["data"] as Json[];

describe.each(storeKinds)("over $kind", (kind) => {
  test("a run goes from its start to its end before the member's eyes, and says who started it", async () => {
    const database = await kind.createWhole();
    onTestFinished(() => database.remove());
    const variables = { ANNEX_DATABASE: database.name };
    const { get, post, ended, work, go } = await appWithRuns({ variables });
    work.holds = true;
    const started = await post("/jobs/work/runs");
    expect([started.status, started.json["status"]]).toEqual([202, "queued"]);
    const { run_id } = started.json;
    await expect.poll(async () => (await get(`/runs/${run_id}`))["progress"], patient).toBeDefined();
    const running = await get(`/runs/${run_id}`);
    expect(running).toMatchObject({
      job: "work",
      title: "Daily work",
      status: "running",
      cause: { by: "member", user_id: "user_1" },
      progress: { done: 1, total: 4, message: "Working" },
      of: "work",
      shown: "page",
      actions: { cancel: { allowed: true }, retry: { allowed: false, code: "run_state" } },
      open_effects: [],
    });
    expect(JSON.stringify(running)).not.toContain("hidden");
    // Pressed again, and by somebody else's impatience a third time: it is the run under way.
    expect((await post("/jobs/work/runs")).json["run_id"]).toBe(run_id);
    const jobs = (await get("/jobs"))["jobs"] as Json[];
    expect(jobs[0]).toMatchObject({
      counts: { running: 1 },
      active_run: { run_id },
      start: { allowed: false, code: "run_active" },
      schedules: [{ schedule: "nightly", cron: "30 2 * * *", time_zone: "Europe/Berlin" }],
    });
    expect(jobs[1]).not.toHaveProperty("start");
    go();
    expect(await ended(run_id)).toMatchObject({ status: "completed" });
    expect(JSON.stringify(await get(`/runs/${run_id}`))).not.toContain("the result");
    expect(await listed(get, "?job=tidy")).toMatchObject([{ cause: { by: "install" }, title: "Tidy" }]);
  });

  test("a failed run says who failed, is found by its status, and is tried again", async () => {
    const database = await kind.createWhole();
    onTestFinished(() => database.remove());
    const { get, post, ended, work } = await appWithRuns({ variables: { ANNEX_DATABASE: database.name } });
    work.fails = new ProviderUnreachable("Acme Bank");
    const { run_id } = (await post("/jobs/work/runs", { input: { day: "2026-11-26" } })).json;
    const failed = await ended(run_id);
    expect(failed).toMatchObject({
      status: "failed",
      error: { code: "provider_unreachable", provider: "Acme Bank" },
      actions: { retry: { allowed: true } },
    });
    expect(await listed(get, "?status=failed,cancelled&job=work")).toMatchObject([{ run_id }]);
    expect(await listed(get, "?status=completed&job=work")).toEqual([]);
    delete work.fails;
    expect((await post(`/runs/${run_id}/retry`)).status).toBe(202);
    await expect.poll(async () => (await get(`/runs/${run_id}`))["status"], patient).toBe("completed");
  });
});

test("a press that is sent again is one start, also after the run has ended", async () => {
  const { app, session, ended } = await appWithRuns();
  const press = async (key: string) =>
    JSON.parse(
      await (
        await app.app.fetch(
          new Request("https://app.example.com/portal/api/jobs/work/runs", {
            method: "POST",
            headers: {
              authorization: `Bearer ${session}`,
              "content-type": "application/json",
              "idempotency-key": key,
            },
            body: "{}",
          }),
        )
      ).text(),
    ) as Json;
  const { run_id } = await press("press-1");
  await ended(run_id);
  expect((await press("press-1"))["run_id"]).toBe(run_id);
  expect((await press("press-2"))["run_id"]).not.toBe(run_id);
});

test("a start without a body is one without an input, and a job that needs one says so", async () => {
  const { app, session, ended } = await appWithRuns();
  const started = await app.call("POST", "/portal/api/jobs/work/runs", session);
  expect(started.status).toBe(202);
  await ended(started.json["run_id"]);
  const needing = testApp({
    define: (defined) => {
      const needs = defined.job("needs", { input: z.object({ day: z.string() }) }, () => undefined);
      defined.portal.runs({ jobs: [needs], start: [needs] });
    },
  });
  await needing.callback(installBody());
  const refused = await needing.call("POST", "/portal/api/jobs/needs/runs", await needing.enter());
  expect([refused.status, refused.json["code"]]).toEqual([422, "invalid_input"]);
});

test("what may not be done is said before it is tried, and refused when it is", async () => {
  const { get, post, ended, work } = await appWithRuns({}, { mayAct: ({ action }) => action !== "cancel" });
  work.holds = true;
  const { run_id } = (await post("/jobs/work/runs")).json;
  expect(await get(`/runs/${run_id}`)).toMatchObject({
    actions: { cancel: { allowed: false, code: "action_not_allowed" } },
  });
  const refused = await post(`/runs/${run_id}/cancel`);
  expect([refused.status, refused.json["code"]]).toEqual([403, "action_not_allowed"]);
  expect([(await post(`/runs/${run_id}/retry`)).status, (await post("/jobs/tidy/runs")).status]).toEqual([
    409, 404,
  ]);
  await expect.poll(async () => (await get(`/runs/${run_id}`))["status"], patient).toBe("running");
  expect(await ended((await listed(get, "?job=tidy"))[0]?.["run_id"])).toMatchObject({ status: "completed" });
});

test("without the permission the start names it and what it is for; cancelling needs none", async () => {
  const { app, work, job } = await appWithRuns();
  await app.callback(installBody(2, { granted_permissions: ["data:read"] }));
  const session = await app.enter({ installed_app_id: "instapp_2", instance_id: "inst_2" });
  const { get, post } = callers(app, session);
  const start = { allowed: false, code: "missing_permission" };
  expect(((await get("/jobs"))["jobs"] as Json[])[0]).toMatchObject({ start });
  const refused = await post("/jobs/work/runs");
  expect([refused.status, refused.json["code"]]).toEqual([403, "missing_permission"]);
  work.holds = true;
  const outside = await app.app.installation("instapp_1", { from: "Acme's webhook" });
  await outside?.jobs.start(job, undefined);
  expect(await listed(get, "?job=work")).toEqual([]);
});

test("one installation's runs are not another's, by list, by id and by act", async () => {
  const { app, get, post, ended, job } = await appWithRuns();
  const outside = await app.app.installation("instapp_1", { from: "Acme's webhook" });
  const run = await outside?.jobs.start(job, undefined);
  expect(await ended(run?.runId)).toMatchObject({ cause: { by: "outside", from: "Acme's webhook" } });
  await app.callback(installBody(2));
  const other = callers(app, await app.enter({ installed_app_id: "instapp_2", instance_id: "inst_2" }));
  expect((await other.get(`/runs/${run?.runId}`))["code"]).toBe("no_such_run");
  expect((await other.post(`/runs/${run?.runId}/retry`)).status).toBe(404);
  expect((await other.post(`/runs/${run?.runId}/cancel`)).status).toBe(404);
  expect(await listed(other.get, `?after=${run?.runId}`)).toEqual([]);
  expect((await post("/in-a-transaction")).status).toBe(204);
  expect((await listed(get, "?job=tidy")).map(({ cause }) => cause)).toEqual([
    { by: "member", user_id: "user_1" },
    { by: "install" },
  ]);
});

test("a wrong question is refused and names what is wrong; an answer the page has already is not sent again", async () => {
  const { app, session, get, post } = await appWithRuns();
  const field = async (path: string) => (await get(path))["field"];
  expect([
    await field("/runs?status=dancing"),
    await field("/runs?job=other"),
    await field("/runs?limit=0"),
  ]).toEqual(["status", "job", "limit"]);
  expect((await post("/jobs/work/runs", { input: { day: 5 } })).json).toMatchObject({ field: "input.day" });
  const headers = { authorization: `Bearer ${session}` };
  const first = await app.get("/portal/api/jobs", headers);
  const again = await app.get("/portal/api/jobs", {
    ...headers,
    "if-none-match": String(first.headers.get("etag")),
  });
  expect([first.status, again.status, again.text]).toEqual([200, 304, ""]);
});

test("jobs that are not the app's to show are refused while it is defined", () => {
  const define = (how: (app: App) => void) => () => testApp({ define: how });
  expect(define(({ portal }) => portal.runs({ jobs: [] }))).toThrow("at least one job");
  expect(
    define((app) => {
      const [one, two] = ["one", "two"].map((name) => app.job(name, {}, () => undefined));
      if (one !== undefined && two !== undefined) app.portal.runs({ jobs: [one], start: [two] });
    }),
  ).toThrow('"two" can be started but is not shown');
});

test("a run that waits says until when and for what", async () => {
  const limited = errorState("rate_limited", { provider: "Blnk Cloud", retry_after: 60 });
  const app = testApp({
    clock: () => Date.parse("2026-11-26T12:44:10Z"),
    random: () => 0,
    define: (defined) => {
      const job = defined.job("work", {}, () => {
        throw limited;
      });
      defined.portal.runs({ jobs: [job], start: [job] });
    },
  });
  await app.callback(installBody());
  const { get, post } = callers(app, await app.enter());
  const { run_id } = (await post("/jobs/work/runs")).json;
  await expect
    .poll(async () => (await get(`/runs/${run_id}`))["waits_until"], patient)
    .toBe("2026-11-26T12:45:10.000Z");
  expect(await get(`/runs/${run_id}`)).toMatchObject({
    status: "queued",
    error: { code: "rate_limited", provider: "Blnk Cloud" },
    actions: { cancel: { allowed: true } },
  });
  expect(await get("/jobs")).toMatchObject({ jobs: [{ active_run: { run_id } }] });
});

test("a run that is put off hides neither the failure before it nor the run that works", async () => {
  const { app, get, post, ended, work, job, go } = await appWithRuns();
  const outside = await app.app.installation("instapp_1", { from: "Acme's webhook" });
  const putOff = async () =>
    (await outside?.jobs.start(job, undefined, { notBefore: new Date(Date.now() + 3_600_000) }))?.runId;
  const ofWork = async () => ((await get("/jobs"))["jobs"] as Json[])[0];
  work.fails = new ProviderUnreachable("Acme Bank");
  const { run_id: failed } = (await post("/jobs/work/runs")).json;
  await ended(failed);
  await putOff();
  expect(await ofWork()).toMatchObject({
    counts: { queued: 1 },
    last_run: { run_id: failed },
    start: { allowed: true },
  });
  expect(await ofWork()).not.toHaveProperty("active_run");
  work.holds = true;
  const { run_id: begun } = (await post("/jobs/work/runs")).json;
  const later = await putOff();
  await expect
    .poll(async () => (await ofWork())?.["active_run"], patient)
    .toMatchObject({ run_id: begun, status: "running" });
  expect(await get(`/runs/${later}`)).toMatchObject({ status: "queued" });
  expect((await post("/jobs/work/runs")).json).toMatchObject({ run_id: begun });
  go();
  await ended(begun);
});
