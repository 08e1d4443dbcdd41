import { Secret } from "@annex/protocol";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { AppError, errorState, ProviderUnreachable, RateLimited } from "../src/errors/app-error.ts";
import { createJobs, type Jobs, type OpenJobs } from "../src/jobs/index.ts";
import type {
  InstallationJobs,
  JobHandler,
  JobOptions,
  JobRun,
  JobRunStatus,
} from "../src/jobs/interface.ts";
import { thrown } from "./hazards.ts";
import { createWorld, run as runJobs, startOfTests, type TestWorld } from "./jobs-world.ts";
import { pooledKinds, type StoreKind, storeKinds } from "./stores.ts";

/** Waits until a run stands so; a real process works meanwhile, so this polls. */
async function settled(jobs: InstallationJobs, runId: string, status: JobRunStatus): Promise<JobRun> {
  const run = await vi.waitUntil(
    async () => {
      const found = await jobs.get(runId);
      return found?.status === status ? found : undefined;
    },
    { timeout: 60_000, interval: 2 },
  );
  return run;
}

/** Jobs with one job, `work`, and the runs of `instapp_1`. */
async function withJob<Result>(
  world: TestWorld,
  handler: JobHandler<unknown, Result>,
  options: JobOptions<unknown> = {},
) {
  const defined = createJobs();
  const job = defined.define("work", options, handler);
  const jobs = await world.start(defined);
  return { jobs, job, runs: jobs.forInstallation("instapp_1") };
}

/** Polls every other millisecond: what is waited for happens in real commits. */
function waitUntil<Value>(condition: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitUntil(condition, { timeout: 20_000, interval: 2 }) as Promise<Value>;
}

/** A promise to hold a step with. */
function gate() {
  return Promise.withResolvers<void>();
}

// Behind a pooler only when it was asked for: what differs there is the store's, which has its suite.
const pooledToo = process.env["ANNEX_PGBOUNCER"] === undefined ? [] : pooledKinds;
describe.each([...storeKinds, ...pooledToo])("jobs over $kind", (kind) => jobsSuite(kind));

/** What holds of the jobs, whatever the store and the engine. */
function jobsSuite(kind: StoreKind): void {
  describe("a run", () => {
    test("goes through its steps and keeps exact values", async () => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, async ({ step, input }) => {
        const amount = await step("amount", () => ({ minor: 5n, big: 2n ** 90n, on: new Date(0) }));
        return { amount, input };
      });
      const started = await runs.start(job, { since: 7n });
      expect(started).toMatchObject({ status: "queued", job: "work", attempt: 0, input: { since: 7n } });
      const run = await settled(runs, started.runId, "completed");
      expect(run.result).toEqual({
        amount: { minor: 5n, big: 2n ** 90n, on: new Date(0) },
        input: { since: 7n },
      });
      expect(run).toMatchObject({
        attempt: 1,
        createdAt: new Date(world.now()),
        finishedAt: new Date(world.now()),
      });
    });

    test("checks its input by the job's schema, naming the field", async () => {
      await using world = await createWorld(kind);
      const defined = createJobs();
      const job = defined.define(
        "typed",
        { input: z.object({ count: z.number() }) },
        ({ input }) => input.count * 2,
      );
      const jobs = await world.start(defined);
      const runs = jobs.forInstallation("instapp_1");
      const wrong = { count: "2" } as unknown as { count: number };
      await expect(runs.start(job, wrong)).rejects.toMatchObject({
        status: 422,
        details: { field: "count" },
      });
      expect(await runs.list()).toEqual([]);
      const { runId } = await runs.start(job, { count: 2 });
      expect((await settled(runs, runId, "completed")).result).toBe(4);
    });

    test("with the same idempotency key is the same run, days later too", async () => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, () => 1);
      const first = await runs.start(job, 1, { idempotencyKey: "november" });
      await settled(runs, first.runId, "completed");
      world.pass(72 * 3_600_000);
      const second = await runs.start(job, 1, { idempotencyKey: "november" });
      expect(second).toMatchObject({ runId: first.runId, status: "completed", input: 1 });
      // Events answer 409 to the same mistake.
      await expect(runs.start(job, 2, { idempotencyKey: "november" })).rejects.toMatchObject({
        status: 409,
        code: "idempotency_key_reused",
      });
      expect((await runs.start(job, 2, { idempotencyKey: "december" })).runId).not.toBe(first.runId);
      // The same input, whoever wrote its fields in which order.
      const january = await runs.start(job, { to: "a", of: { b: 1n, c: 2 } }, { idempotencyKey: "january" });
      const again = await runs.start(job, { of: { c: 2, b: 1n }, to: "a" }, { idempotencyKey: "january" });
      expect(again.runId).toBe(january.runId);
    });

    test("has more than a thousand steps if need be", async () => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, async ({ step }) => {
        let sum = 0;
        for (let index = 0; index < 1010; index += 1) sum += await step(`add ${index}`, () => index);
        return sum;
      });
      const { runId } = await runs.start(job);
      expect((await settled(runs, runId, "completed")).result).toBe(509545);
    }, 90_000);

    test("waits while eight others of its installation run, and holds no lease meanwhile", async () => {
      await using world = await createWorld(kind);
      const leave = gate();
      let running = 0;
      let most = 0;
      const { job, runs } = await withJob(world, async () => {
        running += 1;
        most = Math.max(most, running);
        await leave.promise;
        running -= 1;
      });
      await Promise.all(Array.from({ length: 25 }, (_, index) => runs.start(job, index)));
      await runs.start(job, 25);
      await waitUntil(() => running === 8);
      expect(await runs.list({ status: "running" })).toHaveLength(8);
      expect(await runs.list({ status: "queued" })).toHaveLength(18);
      expect(await runs.counts()).toEqual({ queued: 18, running: 8, completed: 0, failed: 0, cancelled: 0 });
      leave.resolve();
      await waitUntil(async () => (await runs.list({ status: "completed" })).length === 26);
      expect(most).toBe(8);
    });

    test("belongs to its installation alone", async () => {
      await using world = await createWorld(kind);
      const { jobs, job, runs } = await withJob(world, () => 1);
      const { runId } = await runs.start(job);
      const others = jobs.forInstallation("instapp_2");
      expect(await others.get(runId)).toBeUndefined();
      expect(await others.list()).toEqual([]);
      await expect(others.cancel(runId)).rejects.toMatchObject({ code: "no_such_run", status: 404 });
      await expect(others.retry(runId)).rejects.toMatchObject({ code: "no_such_run", status: 404 });
    });

    test("is listed newest first, by job and status, page by page", async () => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, () => 1);
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) ids.unshift((await runs.start(job, count)).runId);
      await Promise.all(ids.map((id) => settled(runs, id, "completed")));
      const first = await runs.list({ limit: 2 });
      const second = await runs.list({ limit: 3, after: first.at(-1)?.runId ?? "" });
      expect([...first, ...second].map(({ runId }) => runId)).toEqual(ids);
      expect(await runs.list({ status: "failed" })).toEqual([]);
      expect(await runs.list({ job: "other" })).toEqual([]);
      expect(await runs.list({ job: "work", status: "completed" })).toHaveLength(5);
      await expect(runs.list({ limit: 0 })).rejects.toMatchObject({ status: 422 });
    });
  });

  describe("a failure", () => {
    test("that may pass is tried again later, after the last finished step, under the same effect keys", async () => {
      await using world = await createWorld(kind);
      const keys: string[] = [];
      const attempts: number[] = [];
      const { jobs, job, runs } = await withJob(world, async ({ step }) => {
        await step("first", ({ effectKey }) => keys.push(effectKey));
        await step("second", ({ effectKey, attempt }) => {
          keys.push(effectKey);
          attempts.push(attempt);
          if (attempt === 1) throw new ProviderUnreachable("Stripe");
        });
      });
      const { runId } = await runs.start(job);
      const waiting = await waitUntil(async () => {
        const run = await runs.get(runId);
        return run?.error === undefined ? undefined : run;
      });
      expect(waiting).toMatchObject({
        status: "queued",
        attempt: 1,
        error: { code: "provider_unreachable" },
      });
      // 1000 ms, half of them fixed and half jittered by 0.5.
      world.pass(749);
      jobs.look();
      await Promise.resolve();
      expect((await runs.get(runId))?.attempt).toBe(1);
      world.pass(1);
      jobs.look();
      const run = await settled(runs, runId, "completed");
      expect(run.error).toBeUndefined();
      expect(attempts).toEqual([1, 2]);
      expect(keys).toHaveLength(3);
      expect(keys[1]).toBe(keys[2]);
      expect(keys[0]).not.toBe(keys[1]);
      expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{48}$/);
    });

    test("that is a mistake stays, with a reference that is in the log", async () => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, () => {
        throw new AppError({
          code: "no_account",
          status: 404,
          whatHappened: "No account.",
          whatToDo: "Add one.",
        });
      });
      const { runId } = await runs.start(job);
      const { error, attempt } = await settled(runs, runId, "failed");
      expect(attempt).toBe(1);
      expect(error).toMatchObject({ code: "no_account", whatHappened: "No account.", whatToDo: "Add one." });
      const line = world.lines.find(({ fields }) => fields["reference"] === error?.reference);
      expect(line?.fields).toMatchObject({ run_id: runId, job: "work", code: "no_account" });
    });

    test("of an unknown kind is tried so often as the job says, and tells nothing of its cause", async () => {
      await using world = await createWorld(kind);
      const { jobs, job, runs } = await withJob(
        world,
        () => {
          throw new Error("password=hunter2");
        },
        { retries: { maximum: 2, firstDelayMilliseconds: 10 } },
      );
      const { runId } = await runs.start(job);
      for (const attempt of [1, 2]) {
        await waitUntil(async () => {
          const run = await runs.get(runId);
          return run?.attempt === attempt && run.status === "queued";
        });
        world.pass(60_000);
        jobs.look();
      }
      const run = await settled(runs, runId, "failed");
      expect(run).toMatchObject({ attempt: 3, error: { code: "app_failed" } });
      expect(JSON.stringify(run.error)).not.toContain("hunter2");
    });

    // A thing whose fields could not be read ended the whole process.
    test("by whatever is thrown is one of the app's, and the next run is worked", async () => {
      await using world = await createWorld(kind);
      const odd = Object.values(thrown);
      const { job, runs } = await withJob(
        world,
        (context) => {
          throw odd[Number(context.input)]?.();
        },
        { retries: { maximum: 0 } },
      );
      const started = await Promise.all(odd.map((_each, index) => runs.start(job, index)));
      for (const { runId } of started)
        expect((await settled(runs, runId, "failed")).error).toMatchObject({ code: "app_failed" });
    });

    test("that asks for a wait waits at least so long", async () => {
      await using world = await createWorld(kind);
      let starts = 0;
      const { jobs, job, runs } = await withJob(world, () => {
        starts += 1;
        if (starts === 1) throw new RateLimited("Stripe", 30);
      });
      const { runId } = await runs.start(job);
      await waitUntil(async () => (await runs.get(runId))?.error !== undefined);
      world.pass(29_999);
      jobs.look();
      await new Promise((resolve) => setImmediate(resolve));
      expect(starts).toBe(1);
      world.pass(1);
      jobs.look();
      await settled(runs, runId, "completed");
    });

    test("can be tried again by hand: the same run goes on after its last finished step", async () => {
      await using world = await createWorld(kind);
      let broken = true;
      const worked: string[] = [];
      const { job, runs } = await withJob(world, async ({ step }) => {
        await step("first", ({ effectKey }) => worked.push(effectKey));
        await step("second", ({ effectKey }) => {
          worked.push(effectKey);
          if (broken)
            throw new AppError({ code: "closed", status: 409, whatHappened: "Closed.", whatToDo: "Open." });
        });
      });
      const { runId } = await runs.start(job);
      await settled(runs, runId, "failed");
      broken = false;
      expect(await runs.retry(runId)).toMatchObject({ runId, status: "queued" });
      const run = await settled(runs, runId, "completed");
      expect(run).toMatchObject({ attempt: 2 });
      expect(run.error).toBeUndefined();
      expect(worked).toHaveLength(3);
      expect(worked[2]).toBe(worked[1]);
      await expect(runs.retry(runId)).rejects.toMatchObject({ code: "run_state", status: 409 });
    });

    test("of two steps of one name is said, rather than one result given twice", async () => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, async ({ step }) => {
        await step("same", () => 1);
        await step("same", () => 2);
      });
      const { runId } = await runs.start(job);
      expect((await settled(runs, runId, "failed")).error?.code).toBe("step_name_used_twice");
    });
  });

  describe("ending early", () => {
    test("cancelling aborts the signal and takes nothing that comes later", async () => {
      await using world = await createWorld(kind);
      const inStep = gate();
      const leave = gate();
      const seen: unknown[] = [];
      const { job, runs } = await withJob(world, async ({ step, signal }) => {
        await step("long", async () => {
          inStep.resolve();
          await leave.promise;
          seen.push(signal.aborted);
        }).catch((error: unknown) => seen.push((error as AppError).code));
        await step("next", () => seen.push("worked")).catch((error: unknown) =>
          seen.push((error as AppError).code),
        );
        return "finished all the same";
      });
      const { runId } = await runs.start(job);
      await inStep.promise;
      expect(await runs.cancel(runId)).toMatchObject({ status: "cancelled" });
      leave.resolve();
      await waitUntil(() => seen.length === 3);
      expect(seen).toEqual([true, "run_cancelled", "run_cancelled"]);
      const run = await runs.get(runId);
      expect(run).toMatchObject({ status: "cancelled" });
      expect(run?.result).toBeUndefined();
      await expect(runs.cancel(runId)).rejects.toMatchObject({ code: "run_state" });
    });

    test("an uninstall cancels all runs, then does the onUninstall work", async () => {
      await using world = await createWorld(kind);
      const defined = createJobs();
      const inStep = gate();
      const ended: string[] = [];
      const job = defined.define("work", {}, async ({ signal }) => {
        inStep.resolve();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        ended.push("aborted");
      });
      defined.onUninstall(({ installation: { installedAppId } }) => ended.push(`cleaned ${installedAppId}`));
      const jobs = await world.start(defined);
      const runs = jobs.forInstallation("instapp_1");
      const { runId } = await runs.start(job);
      await inStep.promise;
      await world.uninstall("instapp_1");
      await waitUntil(() => ended.length === 2);
      expect(ended).toEqual(["aborted", "cleaned instapp_1"]);
      expect((await runs.get(runId))?.status).toBe("cancelled");
      // What is started afterwards is refused by the guard.
      const late = await runs.start(job);
      await settled(runs, late.runId, "cancelled");
      expect(ended).toHaveLength(2);
    });

    test("the guard is asked before each step", async () => {
      await using world = await createWorld(kind);
      const worked: string[] = [];
      const { job, runs } = await withJob(
        world,
        async ({ step }) => {
          await step("first", () => {
            worked.push("first");
            return world.revoke("instapp_1");
          }).catch(() => undefined);
          await step("second", () => worked.push("second"));
        },
        { requires: ["data:read"] },
      );
      const { runId } = await runs.start(job);
      await settled(runs, runId, "cancelled");
      expect(worked).toEqual(["first"]);
    });

    test("an end that the guard notices ends a run that takes no notice of errors", async () => {
      await using world = await createWorld(kind);
      const worked: string[] = [];
      const { job, runs } = await withJob(world, async ({ step }) => {
        await world.uninstall("instapp_1");
        for (const name of ["first", "second"]) await step(name, () => worked.push(name)).catch(() => {});
        return "all is well";
      });
      const { runId } = await runs.start(job);
      const run = await settled(runs, runId, "cancelled");
      expect(run.result).toBeUndefined();
      expect(worked).toEqual([]);
    });

    test("a missing permission fails the run before its function is called", async () => {
      await using world = await createWorld(kind);
      let called = false;
      const { job, runs } = await withJob(
        world,
        () => {
          called = true;
        },
        { requires: ["data:write"] },
      );
      const { runId } = await runs.start(job);
      const { error } = await settled(runs, runId, "failed");
      expect(error?.code).toBe("missing_permission");
      expect(called).toBe(false);
    });

    test("the app stopping gives runs back, and the next start goes on after the last finished step", async () => {
      await using world = await createWorld(kind);
      const worked: string[] = [];
      let stopping = true;
      const inStep = gate();
      const define = (jobs: Jobs) =>
        jobs.define("work", {}, async ({ step, signal }) => {
          await step("first", () => worked.push("first"));
          if (stopping) {
            inStep.resolve();
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
          }
          await step("second", () => worked.push("second"));
        });
      const first = createJobs();
      const job = define(first);
      const before = await world.start(first);
      const { runId } = await before.forInstallation("instapp_1").start(job);
      await inStep.promise;
      await before.stop();
      stopping = false;
      const after = await runJobs(world, define);
      await settled(after.forInstallation("instapp_1"), runId, "completed");
      expect(worked).toEqual(["first", "second"]);
    });
  });

  describe("what an event starts", () => {
    test("onInstall is listed, once for an event that comes twice", async () => {
      await using world = await createWorld(kind);
      const installed: string[] = [];
      const jobs = await runJobs(world, (defined) =>
        defined.onInstall(({ installation: { installedAppId } }) => installed.push(installedAppId)),
      );
      await world.install("instapp_2");
      await world.install("instapp_2");
      await waitUntil(async () => (await jobs.forInstallation("instapp_2").counts()).completed === 1);
      expect(await jobs.forInstallation("instapp_2").list()).toMatchObject([{ job: "@on-install" }]);
      expect(installed.filter((id) => id === "instapp_2")).toHaveLength(1);
    });

    test("jobs that onInstall starts are started once, though it is tried twice and starts them in another order", async () => {
      await using world = await createWorld(kind);
      let tries = 0;
      const jobs = await runJobs(world, (defined) => {
        const [one, two] = ["one", "two"].map((name) => defined.define(name, {}, () => 1));
        defined.onInstall(async (context) => {
          tries += 1;
          for (const job of tries === 1 ? [one] : [two, one]) if (job) await context.jobs.start(job);
          if (tries === 1) throw new Error("after the start");
        });
      });
      const runs = jobs.forInstallation("instapp_2");
      await world.install("instapp_2");
      await waitUntil(async () => (await runs.list({ job: "@on-install" }))[0]?.waitsUntil);
      world.pass(60_000);
      jobs.look();
      await waitUntil(async () => (await runs.counts()).completed === 3);
      expect((await runs.list()).map(({ job }) => job).sort()).toEqual(["@on-install", "one", "two"]);
    });

    // An instance that was away for 58 seconds after the install made the hook fail for good, and nobody could see it.
    test("onInstall goes on for a day with growing pauses, then it can be tried again by a person", async () => {
      await using world = await createWorld(kind);
      let away = true;
      let tries = 0;
      const jobs = await runJobs(world, (defined) =>
        defined.onInstall(() => {
          tries += 1;
          if (away) throw errorState("instance_unavailable");
        }),
      );
      await world.install("instapp_2");
      const runs = jobs.forInstallation("instapp_2");
      const hook = async () => (await runs.list({ job: "@on-install" }))[0];
      let longest = 0;
      for (let hours = 0; hours < 26 && (await hook())?.status !== "failed"; ) {
        const waiting = await waitUntil(async () => {
          const found = await hook();
          return found?.waitsUntil === undefined && found?.status !== "failed" ? undefined : found;
        });
        if (waiting?.waitsUntil === undefined) break;
        const pause = waiting.waitsUntil.getTime() - world.now();
        longest = Math.max(longest, pause);
        hours += pause / 3_600_000;
        world.pass(pause + 1);
        jobs.look();
        await waitUntil(async () => (await hook())?.waitsUntil?.getTime() !== waiting.waitsUntil?.getTime());
      }
      const failed = await settled(runs, (await hook())?.runId ?? "", "failed");
      expect(longest).toBeLessThanOrEqual(3_600_000);
      expect(tries).toBeGreaterThan(20);
      away = false;
      await runs.retry(failed.runId);
      await settled(runs, failed.runId, "completed");
    });

    test("a revoked key cancels and does nothing else", async () => {
      await using world = await createWorld(kind);
      let cleaned = false;
      const inWork = gate();
      const defined = createJobs();
      defined.onUninstall(() => {
        cleaned = true;
      });
      const job = defined.define("work", {}, ({ signal }) => {
        inWork.resolve();
        return new Promise((resolve) => (signal.onabort = resolve));
      });
      const jobs = await world.start(defined);
      const runs = jobs.forInstallation("instapp_1");
      const { runId } = await runs.start(job);
      // Before that it would be heard of by the next look only, some seconds later.
      await inWork.promise;
      await world.revoke("instapp_1");
      await settled(runs, runId, "cancelled");
      expect(cleaned).toBe(false);
    });

    test("a job can start a job, once, however often it is tried", async () => {
      await using world = await createWorld(kind);
      let tries = 0;
      const defined = createJobs();
      const child = defined.define("child", {}, ({ input }) => input);
      const parent = defined.define("parent", {}, async (context) => {
        tries += 1;
        await context.jobs.start(child, { part: 1n });
        await context.step("more", ({ jobs }) => jobs.start(child, { part: 2n }));
        if (tries === 1) throw new ProviderUnreachable("Stripe");
      });
      const jobs = await world.start(defined);
      const runs = jobs.forInstallation("instapp_1");
      const { runId } = await runs.start(parent);
      await waitUntil(async () => (await runs.get(runId))?.waitsUntil);
      world.pass(60_000);
      jobs.look();
      await settled(runs, runId, "completed");
      await waitUntil(async () => (await runs.counts({ job: "child" })).completed === 2);
      const inputs = (await runs.list({ job: "child" })).map(({ input }) => input);
      expect(inputs).toEqual([{ part: 2n }, { part: 1n }]);
    });
  });

  describe("progress", () => {
    test("is there at once, and the last value is never lost", async () => {
      await using world = await createWorld(kind);
      const reported = gate();
      const leave = gate();
      const { job, runs } = await withJob(world, async ({ progress }) => {
        for (let done = 0; done <= 100; done += 1) await progress({ done, total: 100, bytes: 2n ** 60n });
        reported.resolve();
        await leave.promise;
        await progress({ done: 101 });
      });
      const { runId } = await runs.start(job);
      await reported.promise;
      expect((await runs.get(runId))?.progress).toEqual({ done: 100, total: 100, bytes: 2n ** 60n });
      leave.resolve();
      await settled(runs, runId, "completed");
      const other = await runJobs(world, (jobs) => jobs.define("work", {}, () => 1));
      expect((await other.forInstallation("instapp_1").get(runId))?.progress).toEqual({ done: 101 });
    });

    test("is stored while the run goes on, for other processes to see", async () => {
      await using world = await createWorld(kind);
      const leave = gate();
      const { job, runs } = await withJob(world, async ({ progress }) => {
        await progress({ done: 1 });
        await progress({ done: 2 });
        await leave.promise;
      });
      const { runId } = await runs.start(job);
      const other = await world.start(createJobs());
      const seen = other.forInstallation("instapp_1");
      await waitUntil(async () => (await seen.get(runId))?.progress?.done === 2);
      leave.resolve();
      await settled(runs, runId, "completed");
    });
  });

  describe("secrets", () => {
    const secret = new Secret("blnk_abcdefghijklmnop");
    const hidden = { deep: [{ key: secret }] } as unknown;

    test.each<[string, JobHandler<unknown, unknown>]>([
      ["a step's result", ({ step }) => step("leak", () => hidden)],
      ["a result", () => hidden],
      ["progress", ({ progress }) => progress({ done: 1, hidden })],
      ["a revealed key", ({ step }) => step("leak", () => secret.reveal())],
    ])("%s that holds one is refused", async (_name, handler) => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, handler);
      const { runId } = await runs.start(job);
      const { error } = await settled(runs, runId, "failed");
      expect(error?.code).toBe("unstorable_value");
      expect(JSON.stringify([error, world.lines])).not.toContain("abcdefghijklmnop");
    });

    test("an input that holds one is refused", async () => {
      await using world = await createWorld(kind);
      const { job, runs } = await withJob(world, () => 1);
      await expect(runs.start(job, hidden)).rejects.toThrow(/at \.deep\[0\]\.key, is a Secret/);
      expect(await runs.list()).toEqual([]);
    });

    test("a step that would return one does not compile", () => {
      const handler: JobHandler<unknown, unknown> = async ({ step }) => {
        // @ts-expect-error a Secret
        await step("plain", () => secret);
        // @ts-expect-error a Secret within
        await step("nested", async () => ({ keys: [{ secret }] }));
        type Tree = { readonly value: bigint; readonly children: readonly Tree[] };
        return await step("recursive", (): Tree => ({ value: 1n, children: [] }));
      };
      expect(handler).toBeTypeOf("function");
    });
  });

  describe("the engine's loop", () => {
    // Nothing awaited the failing look, so that the process died of it.
    test("outlives a look that fails: the log says so, and a later run is worked", async () => {
      await using world = await createWorld(kind);
      const nextDueAt = vi.spyOn(world.store.runs, "nextDueAt");
      nextDueAt.mockRejectedValueOnce(new Error("The disk is away."));
      const defined = createJobs();
      const job = defined.define("work", {}, () => "done");
      const jobs = await world.start(defined, { store: world.store });
      await waitUntil(() =>
        world.lines.some(({ message }) => message.includes("look at the jobs comes late")),
      );
      expect(world.lines).toContainEqual(
        expect.objectContaining({
          fields: { error: expect.objectContaining({ message: "The disk is away." }) },
        }),
      );
      const runs = jobs.forInstallation("instapp_1");
      const { runId } = await runs.start(job);
      expect((await settled(runs, runId, "completed")).result).toBe("done");
    });
  });

  describe("schedules", () => {
    const hourly = (world: TestWorld) =>
      runJobs(world, (jobs) =>
        jobs.schedule(
          "hourly",
          "0 * * * *",
          jobs.define("work", {}, () => 1),
        ),
      );
    const count = async (jobs: OpenJobs, id = "instapp_1") =>
      (await jobs.forInstallation(id).list({ job: "work" })).length;

    test("start a run at each tick, for installations that were there", async () => {
      await using world = await createWorld(kind);
      const jobs = await hourly(world);
      expect(await count(jobs)).toBe(0);
      world.pass(30 * 60_000 + 1);
      await world.install("instapp_late");
      jobs.look();
      await waitUntil(async () => (await count(jobs)) === 1);
      expect(await count(jobs, "instapp_late")).toBe(0);
      await waitUntil(async () => (await jobs.forInstallation("instapp_1").counts()).completed === 1);
      world.pass(3_600_000);
      jobs.look();
      await waitUntil(async () => (await count(jobs)) === 2);
      expect(await count(jobs, "instapp_late")).toBe(1);
    });

    test("never start one tick twice, however many replicas see it", async () => {
      await using world = await createWorld(kind);
      const replicas = [await hourly(world), await hourly(world), await hourly(world)];
      world.pass(30 * 60_000);
      for (const jobs of replicas) jobs.look();
      const [first] = replicas;
      if (first === undefined) return expect.unreachable();
      await waitUntil(async () => (await count(first)) > 0);
      for (const jobs of replicas) {
        await jobs.stop();
      }
      const again = await hourly(world);
      expect(await count(again)).toBe(1);
    });

    test("missed ticks become one run", async () => {
      await using world = await createWorld(kind);
      await (await hourly(world)).stop();
      world.pass(26 * 3_600_000);
      const jobs = await hourly(world);
      await waitUntil(async () => (await count(jobs)) === 1);
      jobs.look();
      await new Promise((resolve) => setImmediate(resolve));
      expect(await count(jobs)).toBe(1);
    });

    test("a wrong expression, or a wrong time zone, is refused at once", () => {
      const jobs = createJobs();
      const job = jobs.define("work", {}, () => 1);
      expect(() => jobs.schedule("never", "61 * * * *", job)).toThrow(/not a cron expression/);
      expect(() => jobs.schedule("nowhere", "0 * * * *", job, { timeZone: "Europe/Atlantis" })).toThrow(
        /Europe\/Atlantis/,
      );
    });

    test("give each run their input, in the time zone they name", async () => {
      await using world = await createWorld(kind);
      const jobs = await runJobs(world, (defined) => {
        const job = defined.define("work", { input: z.object({ days: z.number() }) }, () => 1);
        // 11:00 in Berlin is 10:00 in UTC on this winter day.
        defined.schedule("daily", "0 11 * * *", job, { input: { days: 2 }, timeZone: "Europe/Berlin" });
      });
      world.pass(30 * 60_000);
      jobs.look();
      await waitUntil(async () => (await count(jobs)) === 1);
      expect((await jobs.forInstallation("instapp_1").list())[0]?.input).toEqual({ days: 2 });
    });

    const slow = (world: TestWorld, overlap: "skip" | "queue" | "parallel", leave: Promise<void>) =>
      runJobs(world, (defined) =>
        defined.schedule(
          "hourly",
          "0 * * * *",
          defined.define("work", { overlap }, () => leave),
        ),
      );

    test.each([
      ["skip", { queued: 0, running: 1 }],
      ["queue", { queued: 2, running: 1 }],
      ["parallel", { queued: 0, running: 3 }],
    ] as const)("%s while an earlier run is under way", async (overlap, wanted) => {
      await using world = await createWorld(kind);
      const leave = gate();
      const jobs = await slow(world, overlap, leave.promise);
      const runs = jobs.forInstallation("instapp_1");
      for (let tick = 1; tick <= 3; tick += 1) {
        world.pass(tick === 1 ? 30 * 60_000 : 3_600_000);
        await world.store.runs.renewLeases({
          worker: "nobody",
          runNumbers: [],
          leaseMilliseconds: 0,
          now: 0,
        });
        jobs.look();
        const tickAt = Math.floor(world.now() / 3_600_000) * 3_600_000;
        await waitUntil(async () => (await world.store.runs.lastTick("hourly")) === tickAt);
      }
      await waitUntil(async () => (await runs.counts()).running === wanted.running);
      expect(await runs.counts()).toMatchObject(wanted);
      leave.resolve();
      await waitUntil(async () => (await runs.counts()).completed === wanted.queued + wanted.running);
    });

    // What was installed while the clock was a year ahead had no tick for a year, and nobody was told.
    test.each([1 / 24, 365])("tick for who was installed while the clock was %d days ahead", async (days) => {
      await using world = await createWorld(kind);
      const ahead = days * 24 * 3_600_000;
      world.pass(ahead);
      await world.install("instapp_2");
      world.pass(-ahead);
      const jobs = await hourly(world);
      world.pass(30 * 60_000);
      jobs.look();
      await waitUntil(async () => (await jobs.forInstallation("instapp_2").counts()).completed === 1);
    });

    // A replica's clock runs a little ahead, and one arrives while a tick is started: it had a run for a time before it.
    test("start nothing for who was installed after the tick by a clock that is a little ahead", async () => {
      await using world = await createWorld(kind);
      const jobs = await hourly(world);
      world.pass(30 * 60_000 + 30_000);
      await world.install("instapp_late");
      world.pass(-30_000);
      jobs.look();
      await waitUntil(async () => (await count(jobs)) === 1);
      await waitUntil(async () => (await world.store.runs.lastTick("hourly")) === world.now());
      expect(await count(jobs, "instapp_late")).toBe(0);
    });

    // One look at a clock that was 400 days ahead stopped every schedule until that date, without a line in the log.
    test("go on when a clock that was ahead is right again, and the log says so", async () => {
      await using world = await createWorld(kind);
      const jobs = await hourly(world);
      const ahead = 400 * 24 * 3_600_000;
      world.pass(ahead);
      jobs.look();
      await waitUntil(async () => (await jobs.forInstallation("instapp_1").counts()).completed === 1);
      world.pass(-ahead);
      jobs.look();
      await waitUntil(() => world.lines.some(({ message }) => message.includes("clock was wrong")));
      world.pass(30 * 60_000);
      jobs.look();
      await waitUntil(async () => (await count(jobs)) === 2);
    });
  });

  describe("a clock that was ahead", () => {
    const failing = (world: TestWorld, first: () => Error) => {
      let starts = 0;
      return withJob(world, () => {
        starts += 1;
        if (starts === 1) throw first();
      });
    };
    const wasSaid = (world: TestWorld) =>
      world.lines.some(({ message }) => message.includes("clock that is far ahead"));

    // A day ahead was believed, since a provider may ask for that long: a retry of a second waited for a day; and where
    // the clock was put right while the app was down, nobody had seen it jump.
    test.each([
      [1 / 24, "up"],
      [1, "down"],
      [400, "up"],
      [400, "down"],
    ])(
      "by %d days and right again while the app is %s leaves a retry as long as it was",
      async (days, app) => {
        await using world = await createWorld(kind);
        const { jobs, job, runs } = await failing(world, () => new ProviderUnreachable("Stripe"));
        const ahead = days * 24 * 3_600_000;
        world.pass(ahead);
        const { runId } = await runs.start(job);
        await waitUntil(async () => (await runs.get(runId))?.waitsUntil);
        if (app === "down") await jobs.stop();
        world.pass(-ahead);
        const now = app === "down" ? (await withJob(world, () => 1)).jobs : jobs;
        now.look();
        await waitUntil(() => wasSaid(world));
        world.pass(2000);
        now.look();
        await settled(now.forInstallation("instapp_1"), runId, "completed");
      },
    );

    test("leaves what a provider asked for as long as it asked", async () => {
      await using world = await createWorld(kind);
      const { jobs, job, runs } = await failing(world, () => new RateLimited("Stripe", 3600));
      const { runId } = await runs.start(job);
      const waitsUntil = async () => (await runs.get(runId))?.waitsUntil;
      const until = await waitUntil(waitsUntil);
      // Back by less than it waits, and again to where it was.
      world.pass(-20 * 60_000);
      jobs.look();
      await waitUntil(() => wasSaid(world));
      expect((await waitsUntil())?.getTime()).toBe(world.now() + 3_600_000);
      expect(until?.getTime()).toBe(startOfTests + 3_600_000);
    });
  });

  describe("fairness", () => {
    test("a tenant with many queued runs does not keep another waiting", async () => {
      await using world = await createWorld(kind);
      await world.install("instapp_2");
      const defined = createJobs();
      const order: string[] = [];
      const job = defined.define("work", {}, async ({ installation: { installedAppId } }) => {
        order.push(installedAppId);
        await new Promise((resolve) => setImmediate(resolve));
      });
      const jobs = await world.start(defined);
      const many = Array.from({ length: 2000 }, (_none, input) => input);
      await Promise.all(many.map((input) => jobs.forInstallation("instapp_1").start(job, input)));
      const before = order.length;
      const other = await jobs.forInstallation("instapp_2").start(job);
      await settled(jobs.forInstallation("instapp_2"), other.runId, "completed");
      // Runs of the first that were claimed already may come before it, and no others.
      expect(order.indexOf("instapp_2") - before).toBeLessThan(60);
    });

    test("one installation never takes all slots, and a job no more than it says", async () => {
      await using world = await createWorld(kind);
      await world.install("instapp_2");
      const leave = gate();
      const defined = createJobs();
      const job = defined.define("work", { atOnce: 2 }, () => leave.promise);
      const jobs = await world.start(defined);
      const [one, two] = ["instapp_1", "instapp_2"].map((id) => jobs.forInstallation(id));
      for (const runs of [one, two]) for (let input = 0; input < 6; input += 1) await runs?.start(job, input);
      await waitUntil(async () => (await two?.counts())?.running === 2);
      expect(await one?.counts()).toMatchObject({ running: 2, queued: 4 });
      leave.resolve();
    });
  });

  describe("never two at once", () => {
    // A tick sees nothing in its way: what was put off has not begun. Then its time came, and it began beside it.
    test.each([{ overlap: "queue" }, { atOnce: 1 }] as const)(
      "with %o one that was put off waits",
      async (options) => {
        await using world = await createWorld(kind);
        const leave = gate();
        const working = new Set<string>();
        let most = 0;
        const defined = createJobs();
        const job = defined.define("work", options, async ({ runId }) => {
          working.add(runId);
          most = Math.max(most, working.size);
          await leave.promise;
          working.delete(runId);
        });
        const other = defined.define("other", {}, () => 1);
        const jobs = await world.start(defined);
        const runs = jobs.forInstallation("instapp_1");
        const putOff = await runs.start(job, undefined, { notBefore: new Date(world.now() + 2000) });
        const begun = await runs.start(job, undefined, { unlessUnderWay: true });
        expect(begun.runId).not.toBe(putOff.runId);
        await settled(runs, begun.runId, "running");
        world.pass(3000);
        jobs.look();
        await waitUntil(async () => (await world.store.runs.nextDueAt()) === undefined);
        // What was started last has been claimed by a look that came upon both.
        const { runId } = await runs.start(other);
        await settled(runs, runId, "completed");
        expect([...working]).toEqual([begun.runId]);
        leave.resolve();
        await settled(runs, putOff.runId, "completed");
        expect(most).toBe(1);
      },
    );
  });

  describe("a deadline", () => {
    test("aborts a try that takes no notice of it, and the run is tried again", async () => {
      await using world = await createWorld(kind);
      let tries = 0;
      const aborted: boolean[] = [];
      const { jobs, job, runs } = await withJob(
        world,
        ({ signal }) => {
          tries += 1;
          signal.addEventListener("abort", () => aborted.push(true));
          return tries === 1 ? new Promise(() => {}) : "done";
        },
        { deadlineSeconds: 0.02 },
      );
      const { runId } = await runs.start(job);
      const waiting = await waitUntil(async () => {
        const found = await runs.get(runId);
        return found?.waitsUntil === undefined ? undefined : found;
      });
      expect(waiting?.error?.code).toBe("run_deadline");
      expect(aborted).toEqual([true]);
      world.pass(60_000);
      jobs.look();
      await settled(runs, runId, "completed");
    });
  });

  describe("the count of failures", () => {
    // It was read when the run was claimed, so that a run failed for good although a step had just finished.
    test("begins anew with each finished step", async () => {
      await using world = await createWorld(kind);
      let tries = 0;
      const { jobs, job, runs } = await withJob(
        world,
        async ({ step }) => {
          tries += 1;
          for (let index = 1; index < tries; index += 1) await step(`part ${index}`, () => index);
          if (tries < 6) throw new ProviderUnreachable("Stripe");
        },
        { retries: { maximum: 1, firstDelayMilliseconds: 10 } },
      );
      const { runId } = await runs.start(job);
      for (let attempt = 1; attempt < 6; attempt += 1) {
        await waitUntil(async () => {
          const found = await runs.get(runId);
          if (found?.status === "failed") throw new Error("It failed for good.");
          return found?.attempt === attempt && found.waitsUntil;
        });
        world.pass(60_000);
        jobs.look();
      }
      await settled(runs, runId, "completed");
    });
  });

  describe("a step's commit", () => {
    test("holds its result and the documents it wrote, or neither", async () => {
      await using world = await createWorld(kind);
      let tries = 0;
      const { jobs, job, runs } = await withJob(world, async ({ step, data }) => {
        tries += 1;
        await step("write", async (parts) => {
          const seen = parts.data.collection<bigint>("counts");
          seen.put("runs", ((await seen.get("runs")) ?? 0n) + 1n);
          if (tries === 1) throw new ProviderUnreachable("Stripe");
        });
        return data.collection<bigint>("counts").get("runs");
      });
      const { runId } = await runs.start(job);
      await waitUntil(async () => (await runs.get(runId))?.waitsUntil);
      world.pass(60_000);
      jobs.look();
      expect((await settled(runs, runId, "completed")).result).toBe(1n);
    });
  });

  describe("leases", () => {
    test("a run whose holder's lease ran out goes on elsewhere, and nothing of the old holder counts", async () => {
      await using world = await createWorld(kind);
      const inStep = gate();
      const leave = gate();
      const lost: unknown[] = [];
      const defined = createJobs();
      const job = defined.define("work", {}, async ({ step, signal }) => {
        await step("work", async () => {
          inStep.resolve();
          await leave.promise;
          return "from the old holder";
        }).catch((error: unknown) => lost.push((error as AppError).code, signal.aborted));
        return "from the old holder";
      });
      const { store } = world;
      let isFrozen = false;
      const claim: typeof store.runs.claim = async (request) => (isFrozen ? [] : store.runs.claim(request));
      const jobs = await world.start(defined, { store: { ...store, runs: { ...store.runs, claim } } });
      const { runId } = await jobs.forInstallation("instapp_1").start(job);
      await inStep.promise;
      // It would take the run again and again, until that is given up as one whose every holder is gone.
      isFrozen = true;
      const fast = await withJob(world, ({ step }) => step("work", () => "from the new holder"));
      await world.leaseRunsOut(async () => (await fast.runs.get(runId))?.status === "completed");
      const run = await settled(fast.runs, runId, "completed");
      leave.resolve();
      await waitUntil(() => lost.length > 1);
      expect(lost.slice(0, 2)).toEqual(["run_lost", true]);
      expect(run.attempt).toBeGreaterThan(1);
      await jobs.stop();
      expect(await fast.runs.get(runId)).toMatchObject({
        status: "completed",
        result: "from the new holder",
      });
    });

    test("what is claimed while the app stops does not begin, and is another's at once", async () => {
      await using world = await createWorld(kind);
      let begun = 0;
      const defined = createJobs();
      const job = defined.define("work", {}, () => {
        begun += 1;
      });
      const claimed = gate();
      const answered = gate();
      const { store } = world;
      const claim: typeof store.runs.claim = async (request) => {
        const runs = await store.runs.claim(request);
        if (runs.length === 0) return runs;
        claimed.resolve();
        await answered.promise;
        return runs;
      };
      const stopping = await world.start(defined, { store: { ...store, runs: { ...store.runs, claim } } });
      const { runId } = await stopping.forInstallation("instapp_1").start(job);
      await claimed.promise;
      const stopped = stopping.stop();
      answered.resolve();
      await stopped;
      const next = await withJob(world, () => "from the other one");
      expect(await settled(next.runs, runId, "completed")).toMatchObject({ result: "from the other one" });
      expect(begun).toBe(0);
    });

    // Its lease would have lasted: the clock of these tests stands still.
    test("a step that takes no notice of the stop is handed over, and goes on elsewhere at once", async () => {
      await using world = await createWorld(kind);
      const never = gate();
      const inStep = gate();
      const defined = createJobs();
      const job = defined.define("work", {}, ({ step }) =>
        step("work", async () => {
          inStep.resolve();
          await never.promise;
        }),
      );
      const stopping = await world.start(defined, { stopMilliseconds: 5 });
      const other = await withJob(world, ({ step }) => step("work", () => "from the other one"));
      await other.jobs.stop();
      const { runId } = await stopping.forInstallation("instapp_1").start(job);
      await inStep.promise;
      await stopping.stop();
      expect(await other.runs.get(runId)).toMatchObject({ status: "queued", attempt: 1 });
      const next = await withJob(world, ({ step }) => step("work", () => "from the other one"));
      expect(await settled(next.runs, runId, "completed")).toMatchObject({
        attempt: 2,
        result: "from the other one",
      });
      never.resolve();
    });

    test("two versions side by side each work what they know; what the older one leaves goes on in the newer", async () => {
      await using world = await createWorld(kind);
      const inSecond = gate();
      const works = (version: string, isHeld: boolean): JobHandler<unknown, unknown> => {
        return async ({ step, signal }) => [
          await step("first", () => version),
          await step("second", async () => {
            inSecond.resolve();
            if (isHeld) await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
            return version;
          }),
        ];
      };
      const older = await withJob(world, works("older", true));
      const { runId } = await older.runs.start(older.job);
      await inSecond.promise;
      const defined = createJobs();
      defined.define("work", {}, works("newer", false));
      const added = defined.define("added", {}, () => "newer");
      const newerJobs = await world.start(defined);
      const newer = newerJobs.forInstallation("instapp_1");
      const { runId: addedId } = await newer.start(added);
      older.jobs.look();
      expect((await settled(newer, addedId, "completed")).result).toBe("newer");
      await older.jobs.stop();
      newerJobs.look();
      const run = await settled(newer, runId, "completed");
      expect(run).toMatchObject({ attempt: 2, result: ["older", "newer"] });
    });

    test("a live process keeps its runs, whoever else starts on the file", async () => {
      await using world = await createWorld(kind);
      const leave = gate();
      let starts = 0;
      const handler = async () => {
        starts += 1;
        await leave.promise;
      };
      const holder = await withJob(world, handler);
      const { runId } = await holder.runs.start(holder.job);
      await settled(holder.runs, runId, "running");
      await withJob(world, handler);
      leave.resolve();
      await settled(holder.runs, runId, "completed");
      expect(starts).toBe(1);
    });

    test("a run that kills its process each time is given up", async () => {
      await using world = await createWorld(kind);
      const hang: JobHandler<unknown, unknown> = ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
      const hanging = await withJob(world, hang);
      const { runId } = await hanging.runs.start(hanging.job);
      for (let crash = 0; crash < 10; crash += 1) {
        await settled(hanging.runs, runId, "running");
        const next = runJobs(world, (defined) => {
          if (crash < 9) defined.define("work", {}, hang);
        });
        await world.leaseRunsOut(async () => {
          const run = await hanging.runs.get(runId);
          return run?.status === "failed" || (run?.attempt ?? 0) > crash + 1;
        });
        await next;
      }
      expect(await settled(hanging.runs, runId, "failed")).toMatchObject({
        attempt: 10,
        error: { code: "app_failed" },
      });
    });

    test("a job that this process does not define waits for one that does", async () => {
      await using world = await createWorld(kind);
      const old = await withJob(world, () => 1);
      await old.jobs.stop();
      const { runId } = await old.runs.start(old.job);
      await world.start(createJobs());
      // Somebody has to know that it waits.
      expect(world.lines.find(({ message }) => message.includes("does not define"))?.fields).toEqual({
        jobs: ["work"],
      });
      const next = await withJob(world, () => 2);
      expect((await settled(next.runs, runId, "completed")).result).toBe(2);
    });
  });

  describe("definitions", () => {
    test.each(["", "Upper", "1st", "with space", "@on-install"])("%o is no job name", (name) => {
      expect(() => createJobs().define(name, {}, () => 1)).toThrow(TypeError);
    });

    test("a name is used once, and nothing is defined after the start", async () => {
      await using world = await createWorld(kind);
      const defined = createJobs();
      defined.define("work", {}, () => 1);
      expect(() => defined.define("work", {}, () => 2)).toThrow(/defined twice/);
      const jobs = await world.start(defined);
      expect(() => defined.define("late", {}, () => 2)).toThrow(/before the app answers/);
      const stranger = createJobs().define("work", {}, () => 3);
      await expect(jobs.forInstallation("instapp_1").start(stranger)).rejects.toThrow(
        /not defined with this app/,
      );
    });
  });
}
