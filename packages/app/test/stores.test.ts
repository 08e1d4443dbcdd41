/** What every store holds, whatever database is behind it. Contract sections 4 and 5. */
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { hourMilliseconds, hoursBelieved, type KeyAnswer } from "../src/installations/decision.ts";
import { resolveEffect, unknownEffectsOf } from "../src/jobs/open-effects.ts";
import { withoutIdleWork } from "../src/lifecycle/index.ts";
import type { EventToApply, SecretToKeep, Store, Unit } from "../src/stores/interface.ts";
import type { Concurrency } from "../src/stores/runs.ts";
import { install, keyAnswered, numbers, uninstall, vault } from "./store-events.ts";
import { pooledKinds, type StoreKind, storeKinds, type TestDatabase } from "./stores.ts";

describe.each([...storeKinds, ...pooledKinds])("a store over $kind", (kind) => storeSuite(kind));
test.runIf(pooledKinds.length === 0)(
  "no pgbouncer is here: a store behind a pooler was not tested",
  () => {},
);

const nothing: Unit = { expected: [], writes: [], runs: [] };
const actor = { kind: "member", id: "user_1" } as const;
const all: Concurrency = { perInstallation: 100, perJob: new Map(), groups: new Map() };

function storeSuite(kind: StoreKind): void {
  async function database(): Promise<TestDatabase> {
    const created = await kind.create();
    onTestFinished(() => created.remove());
    return created;
  }

  async function opened(from?: TestDatabase) {
    const store = await (from ?? (await database())).open();
    onTestFinished(() => store.close().catch(() => undefined));
    return store;
  }

  const own = (number: number, collection = "things") => ({
    owner: { of: "installation", installedAppId: `instapp_${number}` } as const,
    collection,
  });
  const put = (number: number, key: string, text: string | undefined) => ({
    address: own(number),
    key,
    text,
  });
  const claimAll = (limit = 100) => ({
    worker: "w",
    jobs: ["@on-install", "@on-uninstall", "@ask-cloud", "work"],
    limit,
    now: 1000,
    leaseMilliseconds: 60_000,
    concurrency: all,
  });

  // One that was used while the clock was ahead never ended by itself, since no later use could be written.
  test("a session's last use goes on, stays where a use comes late, and is put right where it lies ahead", async () => {
    const store = await opened();
    await store.apply(install(1));
    const tokenKey = Buffer.alloc(32, 7);
    const now = 1_764_000_000_000;
    const times = { createdAt: now, expiresAt: now + 86_400_000, lastUsedAt: now };
    const session = { tokenKey, installedAppId: "instapp_1", generation: 1, userId: "user_1", ...times };
    await store.sessions.add(session);
    const used = async (at: number) => {
      await store.sessions.touch(tokenKey, at);
      return (await store.sessions.find(tokenKey))?.record.lastUsedAt;
    };
    expect(await used(now + 2_200_000)).toBe(now + 2_200_000);
    expect(await used(now + 2_199_000)).toBe(now + 2_200_000);
    expect(await used(now + 1_000)).toBe(now + 1_000);
  });

  describe("events", () => {
    test("an install is one record with its run, whoever sends it how often at once", async () => {
      const shared = await database();
      const stores = [await opened(shared), await opened(shared)];
      const results = await Promise.all(
        stores.flatMap((store) => numbers(20).map(() => store.apply(install(1)))),
      );
      expect(results.filter(({ decision }) => decision.because === "installed")).toHaveLength(1);
      const [first] = stores;
      const runs = await first?.runs.list("instapp_1", filter());
      expect(runs).toMatchObject([{ job: "@on-install", status: "queued", createdAt: 1 }]);
    });

    test("many at once are all there, each with its run", async () => {
      const store = await opened();
      await Promise.all(numbers(120).map((number) => store.apply(install(number))));
      const found = await store.installations.listActive("", 1000);
      expect(found).toHaveLength(120);
      expect(await store.runs.listAll(filter())).toHaveLength(120);
    });

    test("one that is refused takes none of those that arrive with it along", async () => {
      const store = await opened();
      await store.apply(install(1));
      const [one, other, third] = await Promise.all([
        store.apply(install(2)),
        store.apply(install(1, undefined, { fingerprint: "another body" })),
        store.apply(install(3)),
      ]);
      expect([one?.decision.because, other?.decision.because, third?.decision.because]).toEqual([
        "installed",
        "idempotency_key_reused",
        "installed",
      ]);
    });

    test("an install and its uninstall in one turn, in either order, end uninstalled", async () => {
      const store = await opened();
      await Promise.all([store.apply(install(1)), store.apply(uninstall(1))]);
      await Promise.all([store.apply(uninstall(2)), store.apply(install(2))]);
      for (const number of [1, 2])
        expect((await store.installations.find(`instapp_${number}`))?.status).toBe("uninstalled");
    });

    test("each process sees at once what the other did", async () => {
      const shared = await database();
      const [one, other] = [await opened(shared), await opened(shared)];
      await one.apply(install(1));
      expect((await other.apply(install(1))).decision.because).toBe("duplicate");
      await other.apply(uninstall(1));
      expect((await one.installations.find("instapp_1"))?.status).toBe("uninstalled");
      expect(await one.installations.credentials("instapp_1")).toBeUndefined();
    });

    test("an uninstall cancels what runs or waits, and starts the clean-up", async () => {
      const store = await opened();
      await store.apply(install(1));
      await store.apply(uninstall(1));
      const runs = await store.runs.list("instapp_1", filter());
      expect(runs.map(({ job, status }) => [job, status])).toEqual([
        ["@on-uninstall", "queued"],
        ["@on-install", "cancelled"],
      ]);
    });

    test("two of one tenant are both there until Cloud has said which one it holds", async () => {
      const store = await opened();
      await store.apply(install(1));
      await store.apply(install(2, undefined, { instanceId: "inst_1" }));
      for (const [number, other] of [
        [1, 2],
        [2, 1],
      ]) {
        expect(await store.installations.openQuestions(`instapp_${number}`)).toEqual({
          suspendedAt: undefined,
          contests: [{ otherId: `instapp_${other}`, since: 2 }],
        });
      }
      await store.apply(keyAnswered(1, "revoked", 100));
      expect((await store.installations.find("instapp_1"))?.status).toBe("superseded");
      expect((await store.installations.find("instapp_2"))?.status).toBe("active");
      expect((await store.installations.openQuestions("instapp_2")).contests).toEqual([]);
    });

    test("hours in which Cloud said nothing that decides are counted with the contest, by whichever process asks", async () => {
      const shared = await database();
      const hour = hourMilliseconds;
      const store = await opened(shared);
      await store.apply(install(1));
      await store.apply(install(2, undefined, { instanceId: "inst_1" }));
      const becauseOf = async (from: Store, answer: KeyAnswer, at: number) =>
        (await from.apply(keyAnswered(1, answer, at))).decision.because;
      expect(await becauseOf(store, "refused", hour)).toBe("suspended");
      // Clocks of which one is a year ahead make no day of it, whoever asks and however often.
      for (const _of of numbers(hoursBelieved))
        for (const at of [365 * 24 * hour, hour + 1])
          expect(await becauseOf(store, "unclear", at)).toBe("not-a-verdict");
      for (const passed of numbers(hoursBelieved - 2)) {
        // Each hour in a process of its own, as far as the count is concerned.
        const other = passed === 10 ? await opened(shared) : store;
        const at = (passed + 1) * hour + 1;
        expect(await becauseOf(other, passed % 2 === 0 ? "unclear" : "refused", at)).toBe("not-a-verdict");
        // What comes in between makes it no more.
        expect(await becauseOf(store, "unclear", at + 1)).toBe("not-a-verdict");
      }
      expect((await store.installations.find("instapp_1"))?.status).toBe("active");
      expect(await becauseOf(store, "unclear", (hoursBelieved + 1) * hour)).toBe("superseded");
      expect((await store.installations.find("instapp_2"))?.status).toBe("active");
    });

    test("a suspended one keeps its key and comes back with what waited", async () => {
      const store = await opened();
      await store.apply(install(1));
      await store.apply(keyAnswered(1, "refused", 100));
      expect(await store.installations.credentials("instapp_1")).toMatchObject({ suspendedAt: 100 });
      const runs = await store.runs.claim(claimAll());
      for (const run of runs) await store.runs.end(run, { kind: "released", waits: 8800 }, undefined, 200);
      expect(await store.runs.hasDue(300)).toBe(false);
      await store.apply(keyAnswered(1, "accepted", 300));
      expect((await store.installations.credentials("instapp_1"))?.suspendedAt).toBeUndefined();
      expect(await store.runs.hasDue(300)).toBe(true);
    });

    test("a sealed key opens for its own installation alone", async () => {
      const store = await opened();
      await store.apply(install(1));
      const found = await store.installations.credentials("instapp_1");
      const sealed = found?.sealed ?? new Uint8Array();
      expect(vault.open("instapp_1", sealed).reveal()).toBe("blnk_planted_1");
      expect(() => vault.open("instapp_2", sealed)).toThrow();
    });
  });

  describe("units", () => {
    test("documents and runs are committed together", async () => {
      const store = await opened();
      const runs = [{ installedAppId: "instapp_1", job: "work", input: "1" }];
      const committed = await store.commit({ ...nothing, writes: [put(1, "a", "1")], runs }, 5);
      expect(committed).toMatchObject({ outcome: "committed", runs: [{ isNew: true }] });
      expect(await store.documents.get(own(1), "a")).toBe("1");
      expect(await store.runs.list("instapp_1", filter())).toMatchObject([{ job: "work", input: "1" }]);
    });

    test("nothing is, where a document is not as it was read", async () => {
      const store = await opened();
      await store.commit({ ...nothing, writes: [put(1, "a", "1")] }, 5);
      const runs = [{ installedAppId: "instapp_1", job: "work" }];
      const stale = { expected: [put(1, "a", undefined)], writes: [put(1, "a", "2")], runs };
      expect(await store.commit(stale, 5)).toEqual({ outcome: "conflict" });
      expect(await store.documents.get(own(1), "a")).toBe("1");
      expect(await store.runs.listAll(filter())).toEqual([]);
    });

    test("of many that expect the same, one wins", async () => {
      const shared = await database();
      const stores = [await opened(shared), await opened(shared)];
      const tries = stores.flatMap((store, which) =>
        numbers(10).map((number) =>
          store.commit(
            { ...nothing, expected: [put(1, "a", undefined)], writes: [put(1, "a", `${which}-${number}`)] },
            5,
          ),
        ),
      );
      const outcomes = (await Promise.all(tries)).map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
    });

    test("a key starts once, ever, and is refused with another input", async () => {
      const store = await opened();
      const start = (fingerprint: string) => ({
        ...nothing,
        writes: [put(1, "b", fingerprint)],
        runs: [{ installedAppId: "instapp_1", job: "work", key: { text: "november", fingerprint } }],
      });
      const [one, two] = await Promise.all([store.commit(start("x"), 5), store.commit(start("x"), 5)]);
      const ids = [one, two].map((each) => (each?.outcome === "committed" ? each.runs[0]?.runId : undefined));
      expect(ids[0]).toBe(ids[1]);
      expect(await store.commit(start("y"), 5)).toEqual({ outcome: "key-reused", key: "november" });
      expect(await store.documents.get(own(1), "b")).toBe("x");
    });

    test("none is started while another of the job is under way, if so asked", async () => {
      const store = await opened();
      const runs = [{ installedAppId: "instapp_1", job: "work", unlessUnderWay: true }];
      expect(await store.commit({ ...nothing, runs }, 5)).toMatchObject({ runs: [{ isNew: true }] });
      expect(await store.commit({ ...nothing, runs }, 5)).toEqual({
        outcome: "committed",
        runs: [undefined],
      });
    });

    test("one that is put off and has not begun keeps only one waiting that is put off too", async () => {
      const store = await opened();
      const now = {};
      const later = { startsAt: 500 };
      const start = async (starts: readonly { readonly startsAt?: number }[], at = 5) => {
        const run = { installedAppId: "instapp_1", job: "work", unlessUnderWay: true };
        const committed = await store.commit(
          { ...nothing, runs: starts.map((how) => ({ ...run, ...how })) },
          at,
        );
        return committed.outcome === "committed" ? committed.runs.map((run) => run?.isNew ?? false) : [];
      };
      expect(await start([later, later])).toEqual([true, false]);
      expect(await start([later])).toEqual([false]);
      expect(await start([now, now])).toEqual([true, false]);
      const [begun] = await store.runs.claim(claimAll());
      if (begun === undefined) return expect.unreachable();
      // One that has begun and waits for its next try is under way.
      await store.runs.end(begun, { kind: "retried", failure: "{}", waits: 900 }, undefined, 10);
      expect(await start([now, later], 11)).toEqual([false, false]);
    });

    test("one that is to begin later waits until then, with a key and without", async () => {
      const store = await opened();
      const run = { installedAppId: "instapp_1", job: "work", startsAt: 500 };
      const key = { text: "key/later", fingerprint: "f" };
      await store.commit({ ...nothing, runs: [run, { ...run, key }] }, 5);
      const look = (now: number) => ({ now, clockSkew: 0, longestWait: 1000 });
      expect(await store.runs.promote(look(499))).toEqual({ due: 0, misdated: 0 });
      expect(await store.runs.claim({ ...claimAll(), now: 499 })).toEqual([]);
      expect(await store.runs.nextDueAt()).toBe(500);
      expect(await store.runs.promote(look(500))).toEqual({ due: 2, misdated: 0 });
      expect(await store.runs.claim({ ...claimAll(), now: 500 })).toHaveLength(2);
    });

    test("a step's result is taken from the run's holder alone, with all it wrote or without", async () => {
      const store = await opened();
      await store.commit({ ...nothing, runs: [{ installedAppId: "instapp_1", job: "work" }] }, 5);
      const [run] = await store.runs.claim(claimAll());
      if (run === undefined) return expect.unreachable();
      const step = (fence: number) => ({
        ...nothing,
        writes: [put(1, "c", String(fence))],
        step: { holder: { runNumber: run.runNumber, fence }, name: "one", result: "7" },
      });
      expect(await store.commit(step(run.fence + 1), 6)).toEqual({ outcome: "lost" });
      expect(await store.documents.get(own(1), "c")).toBeUndefined();
      expect((await store.commit(step(run.fence), 6)).outcome).toBe("committed");
      expect(await store.runs.finishedSteps(run.runNumber)).toEqual(new Map([["one", "7"]]));
    });
  });

  describe("documents", () => {
    test("are listed in the order of their keys, in ranges and pages, in both directions", async () => {
      const store = await opened();
      const keys = ["a", "b/1", "b/2", "b/3", "c", "é", "\u{1F600}", "\uFFFD"];
      await store.commit({ ...nothing, writes: keys.map((key) => put(1, key, "0")) }, 5);
      const listed = async (options = {}) =>
        (await store.documents.list(own(1), options)).map(({ key }) => key);
      expect(await listed()).toEqual(["a", "b/1", "b/2", "b/3", "c", "é", "\uFFFD", "\u{1F600}"]);
      expect(await listed({ prefix: "b/" })).toEqual(["b/1", "b/2", "b/3"]);
      expect(await listed({ prefix: "b/", after: "b/1", limit: 1 })).toEqual(["b/2"]);
      expect(await listed({ descending: true, after: "b/2" })).toEqual(["b/1", "a"]);
      expect(await listed({ from: "b/2", to: "c" })).toEqual(["b/2", "b/3"]);
      expect(await store.documents.count(own(1), { prefix: "b/", from: "b/2" })).toBe(2);
      expect(await store.documents.clear(own(1), { prefix: "b/" })).toBe(3);
      expect(await listed({ to: "d" })).toEqual(["a", "c"]);
    });

    test("of a tenant are found by its next installation, whichever edition names the organization", async () => {
      const store = await opened();
      await store.apply(install(1));
      const first = await store.installations.find("instapp_1");
      if (first === undefined) return expect.unreachable();
      const tenantNumber = await store.installations.tenantNumber(first, 5);
      const { organizationId: _none, ...later } = first;
      expect(await store.installations.tenantNumber({ ...later, installedAppId: "instapp_9" }, 6)).toBe(
        tenantNumber,
      );
      const other = { ...first, organizationId: "org_2" };
      expect(await store.installations.tenantNumber(other, 6)).not.toBe(tenantNumber);
      const owner = { of: "tenant", tenantNumber } as const;
      await store.commit(
        { ...nothing, writes: [{ address: { owner, collection: "x" }, key: "k", text: "1" }] },
        5,
      );
      expect(await store.documents.listAll(owner, undefined, 10)).toEqual([
        { collection: "x", key: "k", text: "1" },
      ]);
    });
  });

  describe("runs", () => {
    test("are claimed lane by lane, and never twice", async () => {
      const shared = await database();
      const [one, other] = [await opened(shared), await opened(shared)];
      const runs = numbers(40).map((number) => ({ installedAppId: `instapp_${number % 3}`, job: "work" }));
      await one.commit({ ...nothing, runs }, 5);
      const claims = await Promise.all(
        [one, other].flatMap((store) => numbers(8).map(() => store.runs.claim(claimAll(5)))),
      );
      const claimed = claims.flat().map(({ runNumber }) => runNumber);
      expect(new Set(claimed).size).toBe(claimed.length);
      expect(claimed).toHaveLength(40);
    });

    test("only the holder of the fence ends one", async () => {
      const store = await opened();
      await store.commit({ ...nothing, runs: [{ installedAppId: "instapp_1", job: "work" }] }, 5);
      const [run] = await store.runs.claim(claimAll());
      if (run === undefined) return expect.unreachable();
      const completed = { kind: "completed", result: "1" } as const;
      expect(await store.runs.end({ ...run, fence: 9 }, completed, undefined, 7)).toBe(false);
      expect(await store.runs.end(run, completed, '{"done":1}', 7)).toBe(true);
      expect(await store.runs.end(run, completed, undefined, 8)).toBe(false);
      expect(await store.runs.get("instapp_1", run.runId)).toMatchObject({
        status: "completed",
        result: "1",
        progress: '{"done":1}',
        finishedAt: 7,
      });
    });

    test("are taken back once their lease has run out or runs longer than any may, and not while it is prolonged", async () => {
      const store = await opened();
      const runs = numbers(4).map((number) => ({ installedAppId: `instapp_${number}`, job: "work" }));
      await store.commit({ ...nothing, runs }, 5);
      const claim = async (worker: string, leaseMilliseconds: number) => {
        const [run] = await store.runs.claim({ ...claimAll(1), worker, leaseMilliseconds });
        return run?.runNumber ?? Number.NaN;
      };
      const kept = await claim("kept", -1);
      const wrong = await claim("wrong", 3_600_000);
      const [lapsed, dead] = [await claim("lapsed", -1), await claim("dead", 60_000)];
      const renewed = { worker: "kept", runNumbers: [kept, lapsed], leaseMilliseconds: 60_000, now: 1000 };
      expect([...(await store.runs.renewLeases(renewed)).keys()]).toEqual([kept]);
      const taken = { deadWorkers: ["dead"], now: 1000, longestLease: 120_000, crashes: 9, failure: "{}" };
      expect(await store.runs.reclaim(taken)).toBe(3);
      const queued = await store.runs.listAll({
        job: undefined,
        status: "queued",
        limit: 9,
        after: undefined,
      });
      expect(queued.map(({ runNumber }) => runNumber).sort()).toEqual([wrong, lapsed, dead].sort());
      expect(await store.runs.reclaim(taken)).toBe(0);
    });

    const minute = 60_000;
    const longestWait = 24 * 60 * minute;
    const looked = (now: number) => ({ now, clockSkew: minute, longestWait });
    /** Runs that wait for so long, each from a moment of its own. */
    async function waiting(
      store: Store,
      waits: readonly { readonly since: number; readonly long: number }[],
    ) {
      const runs = waits.map(() => ({ installedAppId: "instapp_1", job: "work" }));
      await store.commit({ ...nothing, runs }, 0);
      const perInstallation = waits.length;
      const claimed = await store.runs.claim({
        ...claimAll(waits.length),
        concurrency: { ...all, perInstallation },
      });
      await Promise.all(
        waits.map(({ since, long }, index) => {
          const holder = claimed[index];
          if (holder === undefined) return expect.unreachable();
          return store.runs.end(holder, { kind: "released", waits: long }, undefined, since);
        }),
      );
    }

    test("of one group work one at a time in an installation, whatever their jobs", async () => {
      const store = await opened();
      const groups = new Map([
        ["work", "books"],
        ["correct", "books"],
      ]);
      const claim = async () => {
        const request = {
          ...claimAll(),
          jobs: ["work", "correct", "other"],
          concurrency: { ...all, groups },
        };
        const claimed = await store.runs.claim(request);
        return claimed.toSorted((one, other) => one.runNumber - other.runNumber);
      };
      const start = (number: number, ...jobs: readonly string[]) => {
        const runs = jobs.map((job) => ({ installedAppId: `instapp_${number}`, job }));
        return store.commit({ ...nothing, runs }, 0);
      };
      await start(1, "work", "work", "correct", "other");
      await start(2, "correct");
      const first = await claim();
      const names = first.map(({ installedAppId, job }) => `${installedAppId} ${job}`);
      expect(names.filter((name) => name === "instapp_1 work" || name === "instapp_1 correct")).toHaveLength(
        1,
      );
      expect(names).toContain("instapp_1 other");
      expect(names).toContain("instapp_2 correct");
      expect(await claim()).toEqual([]);
      // One that waits for its next try lets the next one work.
      const [holder] = first.filter(
        ({ job, installedAppId }) => job !== "other" && installedAppId === "instapp_1",
      );
      if (holder === undefined) return expect.unreachable();
      await store.runs.end(holder, { kind: "retried", failure: "{}", waits: 900 }, undefined, 1);
      expect(await claim()).toHaveLength(1);
      expect(await claim()).toEqual([]);
    });

    test("of one group work in the order in which they were started, whatever their jobs are called", async () => {
      const store = await opened();
      const jobs = ["a", "b", "c"];
      const groups = new Map(jobs.map((job) => [job, "books"]));
      const start = (job: string) =>
        store.commit({ ...nothing, runs: [{ installedAppId: "instapp_1", job }] }, 0);
      const worked: string[] = [];
      // What nobody here defines keeps nobody waiting.
      await start("c");
      for (const job of ["b", "a", "a"]) await start(job);
      for (const _ of numbers(4)) {
        const request = { ...claimAll(), jobs: ["a", "b"], concurrency: { ...all, groups } };
        const [run, ...others] = await store.runs.claim(request);
        if (run === undefined) return expect.unreachable();
        expect(others).toEqual([]);
        worked.push(run.job);
        await start("a");
        await store.runs.end(run, { kind: "completed", result: undefined }, undefined, 1);
      }
      expect(worked).toEqual(["b", "a", "a", "a"]);
    });

    test("go to who has room, however many lanes before are full, wait for their group or are defined elsewhere", async () => {
      const store = await opened();
      const groups = new Map([
        ["a", "books"],
        ["b", "books"],
      ]);
      const concurrency = { ...all, perJob: new Map([["queue", 1]]), groups };
      const jobs = ["a", "b", "queue", "work"];
      const claim = (limit: number) => store.runs.claim({ ...claimAll(limit), jobs, concurrency });
      const start = (number: number, job: string) => ({ installedAppId: `instapp_${number}`, job });
      const busy = [1, 2, 3, 4, 5, 7, 8, 9];
      await store.commit({ ...nothing, runs: busy.flatMap((n) => [start(n, "a"), start(n, "queue")]) }, 0);
      expect(await claim(100)).toHaveLength(2 * busy.length);
      const blocked = busy.flatMap((n) => ["a", "b", "queue", "elsewhere"].map((job) => start(n, job)));
      await store.commit({ ...nothing, runs: [...blocked, start(6, "work"), start(6, "work")] }, 0);
      expect(await claim(1)).toMatchObject([{ installedAppId: "instapp_6" }]);
      expect(await claim(1)).toMatchObject([{ installedAppId: "instapp_6" }]);
      expect(await claim(1)).toEqual([]);
    });

    test("are reached behind thousands of lanes that are full, by one claim after another", async () => {
      const store = await opened();
      const start = (number: number, job: string) => ({ installedAppId: `instapp_${number}`, job });
      const blocked = numbers(2500).map((number) => start(1, `elsewhere_${number}`));
      await store.commit({ ...nothing, runs: [...blocked, start(2, "work")] }, 0);
      const claimed = [];
      for (const _ of numbers(12)) claimed.push(...(await store.runs.claim(claimAll(1))));
      expect(claimed).toMatchObject([{ installedAppId: "instapp_2" }]);
    });

    test("wait for their time", async () => {
      const store = await opened();
      await waiting(store, [
        { since: 5, long: 95 },
        { since: 5, long: 195 },
        { since: 5, long: 90_000 },
      ]);
      expect(await store.runs.nextDueAt()).toBe(100);
      expect(await store.runs.promote(looked(200))).toEqual({ due: 2, misdated: 0 });
      expect(await store.runs.claim(claimAll())).toHaveLength(2);
    });

    // A retry that was written while the clock was ahead waited until that time had come, up to a day, where nobody
    // who looked at it had seen the clock jump: the process was down while it was put right.
    test("wait as long as they were meant to, whatever clock wrote it", async () => {
      const store = await opened();
      const now = 400 * longestWait;
      const wait = fc.record({
        // Mostly right, else ahead or behind by up to 400 days.
        offset: fc.oneof(fc.constant(0), fc.integer({ min: -now, max: now })),
        long: fc.integer({ min: 1, max: longestWait }),
      });
      const hold = async (given: readonly { readonly offset: number; readonly long: number }[]) => {
        await waiting(
          store,
          given.map(({ offset, long }) => ({ since: now + offset, long })),
        );
        const ahead = given.filter(({ offset }) => offset > minute).length;
        const first = await store.runs.promote(looked(now));
        expect(first.misdated).toBe(ahead);
        expect((await store.runs.promote(looked(now))).misdated).toBe(0);
        const ends = given.map(({ offset, long }) => now + (offset > minute ? 0 : offset) + long);
        const left = ends.filter((end) => end > now);
        expect(first.due).toBe(ends.length - left.length);
        expect(await store.runs.nextDueAt()).toBe(left.length === 0 ? undefined : Math.min(...left));
        expect(await store.runs.promote(looked(now + longestWait + minute))).toEqual({
          due: left.length,
          misdated: 0,
        });
        await store.retirement.erase("instapp_1");
      };
      await fc.assert(fc.asyncProperty(fc.array(wait, { minLength: 1, maxLength: 8 }), hold), {
        numRuns: 15,
      });
    });

    test("that were started under a key by an earlier version are known under it, by the input as it was written", async () => {
      const store = await opened();
      const started = (fingerprint: string, fingerprintAsWritten?: string) => {
        const key = {
          text: "key/december",
          fingerprint,
          ...(fingerprintAsWritten === undefined ? {} : { fingerprintAsWritten }),
        };
        return store.commit({ ...nothing, runs: [{ installedAppId: "instapp_1", job: "work", key }] }, 5);
      };
      expect(await started("as-written")).toMatchObject({ runs: [{ isNew: true }] });
      expect(await started("in-order", "as-written")).toMatchObject({ runs: [{ isNew: false }] });
      expect(await started("in-order", "another")).toMatchObject({ outcome: "key-reused" });
    });

    test("effects are noted by the holder alone, and known until it is known what came of them", async () => {
      const store = await opened();
      await store.commit({ ...nothing, runs: [{ installedAppId: "instapp_1", job: "work" }] }, 5);
      const [run] = await store.runs.claim(claimAll());
      if (run === undefined) return expect.unreachable();
      const work = (fence: number) => ({ of: "run", holder: { runNumber: run.runNumber, fence } }) as const;
      expect(await store.effects.note(work(run.fence + 1), "e", "{}", 5)).toBe(false);
      expect(await store.effects.note(work(run.fence), "e", "{}", 5)).toBe(true);
      expect(await store.effects.open(run.runNumber)).toMatchObject([{ effectId: "e", notedAt: 5 }]);
      expect(await store.effects.answer(run, "other", "done", 6, actor)).toBe(false);
      expect(await store.effects.answer(run, "e", "done", 6, actor)).toBe(true);
      expect(await store.effects.find(work(run.fence), "e")).toMatchObject({
        seen: "done",
        result: undefined,
      });
      await store.effects.settle(work(run.fence), "e", '{"id":1}');
      expect(await store.effects.find(work(run.fence), "e")).toMatchObject({ result: '{"id":1}' });
      await store.effects.forget(work(run.fence), "e");
      expect(await store.effects.find(work(run.fence), "e")).toBeUndefined();
    });

    // After "done" that Cloud did not show, the run stopped again and nothing was listed any more.
    test("what a person saw stands in the trail and may be said anew; a cancelled run stays so", async () => {
      const store = await opened();
      const noted = async (effects: readonly string[]) => {
        await store.commit({ ...nothing, runs: [{ installedAppId: "instapp_1", job: "work" }] }, 5);
        const [run] = await store.runs.claim(claimAll());
        if (run === undefined) return expect.unreachable();
        const { runNumber, fence, runId } = run;
        for (const effect of effects)
          await store.effects.note(
            { of: "run", holder: { runNumber, fence } },
            effect,
            JSON.stringify({ what: effect }),
            5,
          );
        const now = () => store.runs.get("instapp_1", runId);
        const say = async (effectKey: string, seen: "done" | "not-done") => {
          const before = (await now()) ?? expect.unreachable();
          return (await resolveEffect(store, before, { effectKey, seen }, 6, actor))?.status;
        };
        const described = async () =>
          unknownEffectsOf(await store.effects.open(runNumber)).map(({ description }) => description);
        return { run, say, described };
      };

      const { run, say, described } = await noted(["a", "b"]);
      await store.runs.end(run, { kind: "failed", failure: "{}" }, undefined, 5);
      expect(await say("c", "done")).toBeUndefined();
      expect(await say("a", "done")).toBe("failed");
      expect(await described()).toEqual(["a (said to have happened)", "b"]);
      expect(await say("a", "not-done")).toBe("failed");
      expect(await say("b", "done")).toBe("queued");
      expect(await described()).toEqual(["a (said not to have happened)", "b (said to have happened)"]);

      const cancelled = await noted(["a"]);
      await store.runs.cancel("instapp_1", cancelled.run.runId, 5, actor);
      expect(await cancelled.say("a", "not-done")).toBe("cancelled");

      const entries = (
        await store.audit.list({ installedAppId: "instapp_1", since: 0, after: 0, limit: 100 })
      ).filter(({ action }) => action === "job.effect_seen");
      expect(
        entries.map(({ details }) => [details?.["run_id"], details?.["effect"], details?.["seen"]]),
      ).toEqual([
        [run.runId, "a", "done"],
        [run.runId, "a", "not-done"],
        [run.runId, "b", "done"],
        [cancelled.run.runId, "a", "not-done"],
      ]);
    });
  });

  describe("retirement", () => {
    const link = (number: number, expiresAt: number) => ({
      tokenKey: Buffer.from(String(number).padStart(36, "0")),
      installedAppId: "instapp_1",
      generation: 1,
      userId: undefined,
      createdAt: 0,
      expiresAt,
    });

    test("forgets what expired in bounded parts and keeps the rest", async () => {
      const store = await opened();
      await store.apply(install(1));
      await Promise.all(
        numbers(1200).map((number) => store.links.open("instapp_1", () => ({ link: link(number, number) }))),
      );
      const calls: boolean[] = [];
      for (let call = 0; call < 3; call += 1) calls.push(await store.retirement.expired(1101));
      expect(calls).toEqual([true, true, false]);
      expect(await store.links.find(link(1100, 0).tokenKey)).toBeUndefined();
      expect(await store.links.find(link(1101, 0).tokenKey)).toMatchObject({ record: { expiresAt: 1101 } });
    });

    test("an event whose key was forgotten still finds what it did", async () => {
      const store = await opened();
      await store.apply(install(1));
      await store.apply(uninstall(1));
      while (await store.retirement.events(1000));
      expect((await store.apply(install(1))).decision.because).toBe("late-install");
      expect((await store.apply(uninstall(1))).decision.because).toBe("duplicate");
    });

    test("erases what an installation leaves once its clean-up is done, and its tenant's later", async () => {
      const store = await opened();
      await store.apply(install(1));
      const found = await store.installations.find("instapp_1");
      if (found === undefined) return expect.unreachable();
      const tenant = {
        of: "tenant",
        tenantNumber: await store.installations.tenantNumber(found, 1),
      } as const;
      const kept = { address: { owner: tenant, collection: "settings" }, key: "k", text: "1" };
      await store.commit({ ...nothing, writes: [put(1, "a", "1"), kept] }, 5);
      expect(await store.retirement.endedInstallations()).toBe(false);
      expect(await store.retirement.kept("instapp_1")).toEqual({
        erasable: [
          { what: "documents", entries: 1 },
          { what: "secrets", entries: 0 },
          { what: "runs", entries: 1 },
          { what: "steps", entries: 0 },
          { what: "effects", entries: 0 },
          { what: "run_keys", entries: 0 },
          { what: "portal_sessions", entries: 0 },
          { what: "portal_links", entries: 0 },
        ],
        collections: [{ what: "things", entries: 1 }],
        stays: [
          { what: "record", entries: 1 },
          { what: "audit", entries: 1 },
          { what: "tenantDocuments", entries: 1 },
          { what: "tenantSecrets", entries: 0 },
        ],
      });
      await store.apply(uninstall(1));
      // The hook still reads what it cleans up.
      await store.retirement.endedInstallations();
      expect(await store.documents.get(own(1), "a")).toBe("1");
      const [hook] = await store.runs.claim(claimAll());
      if (hook === undefined) return expect.unreachable();
      await store.runs.end(hook, { kind: "completed", result: undefined }, undefined, 6);
      await store.retirement.endedInstallations();
      expect(await store.documents.get(own(1), "a")).toBeUndefined();
      expect(await store.runs.list("instapp_1", filter())).toEqual([]);
      const left = await store.retirement.kept("instapp_1");
      expect(left.erasable.map(({ entries }) => entries)).toEqual(left.erasable.map(() => 0));
      // Its record stays: a late event must not bring it back.
      expect((await store.apply(install(1))).decision.because).toBe("late-install");
      await store.retirement.tenants(1);
      expect(await store.documents.listAll(tenant, undefined, 9)).toHaveLength(1);
      await store.retirement.tenants(100);
      expect(await store.documents.listAll(tenant, undefined, 9)).toEqual([]);
    });

    test("ended runs go with their steps, and keys when they have expired", async () => {
      const store = await opened();
      const key = { text: "tick", fingerprint: "x", expiresAt: 50 };
      await store.commit({ ...nothing, runs: [{ installedAppId: "instapp_1", job: "work", key }] }, 5);
      const [run] = await store.runs.claim(claimAll());
      if (run === undefined) return expect.unreachable();
      await store.runs.end(run, { kind: "completed", result: undefined }, undefined, 10);
      await store.retirement.runs(10, 40);
      expect(await store.runs.get("instapp_1", run.runId)).toBeDefined();
      await store.retirement.runs(11, 60);
      expect(await store.runs.get("instapp_1", run.runId)).toBeUndefined();
      const again = await store.commit(
        { ...nothing, runs: [{ installedAppId: "instapp_1", job: "work", key }] },
        70,
      );
      expect(again).toMatchObject({ runs: [{ isNew: true }] });
    });
  });

  test("a ring key's use is counted, and keys are sealed anew one by one", async () => {
    const store = await opened();
    await Promise.all(numbers(3).map((number) => store.apply(install(number))));
    await store.secrets.set(secretOf(1, "stripe", "sealed"));
    expect(await store.ring.counts()).toEqual([{ ringKeyId: "t", apiKeys: 3, secrets: 1 }]);
    expect(await store.ring.keysSealedBy(["other"], 2)).toEqual([]);
    const rows = await store.ring.keysSealedBy(["other", "t"], 2);
    expect(rows).toHaveLength(2);
    const [row] = rows;
    if (row === undefined) return expect.unreachable();
    const key = { ringKeyId: "new", sealed: Buffer.from("another") };
    expect(await store.ring.reseal(row, key, "new.hash")).toBe(true);
    // Somebody else was faster.
    expect(await store.ring.reseal(row, key, "new.hash")).toBe(false);
    const [secret] = await store.ring.secretsSealedBy(["t"], 2);
    if (secret === undefined) return expect.unreachable();
    expect(secret).toMatchObject({ owner: "installation:instapp_1", name: "stripe" });
    expect(await store.ring.resealSecret(secret, key)).toBe(true);
    expect(await store.ring.resealSecret(secret, key)).toBe(false);
    expect(await store.ring.secretsSealedBy(["t"], 2)).toEqual([]);
    expect(await store.ring.counts()).toEqual([
      { ringKeyId: "new", apiKeys: 1, secrets: 1 },
      { ringKeyId: "t", apiKeys: 2, secrets: 0 },
    ]);
  });

  describe("secrets of the app's own", () => {
    const owner = (number: number) => ({ of: "installation", installedAppId: `instapp_${number}` }) as const;
    const found = async (store: Store, number: number, name: string) => {
      const sealed = await store.secrets.find(owner(number), name);
      return sealed === undefined ? undefined : Buffer.from(sealed).toString();
    };

    test("are kept under owner and name, replaced, listed without what they hide, and removed", async () => {
      const store = await opened();
      await Promise.all([1, 2].map((number) => store.apply(install(number))));
      expect(await store.secrets.set(secretOf(1, "b", "one"))).toBe(true);
      expect(await store.secrets.set(secretOf(1, "a", "two"))).toBe(true);
      expect(await store.secrets.set(secretOf(2, "b", "else"))).toBe(true);
      expect(await store.secrets.set({ ...secretOf(1, "b", "another"), setBy: "user_9" })).toBe(true);
      expect(await found(store, 1, "b")).toBe("another");
      expect(await found(store, 2, "b")).toBe("else");
      expect(await found(store, 2, "a")).toBeUndefined();
      expect(await store.secrets.list(owner(1))).toEqual([
        { name: "a", prefix: "pre", setAt: 5, setBy: undefined },
        { name: "b", prefix: "pre", setAt: 5, setBy: "user_9" },
      ]);
      const removed = { ...secretOf(1, "b", ""), now: 6 };
      expect(await store.secrets.remove(removed)).toBe(true);
      expect(await store.secrets.remove(removed)).toBe(false);
      expect(await found(store, 1, "b")).toBeUndefined();
      expect(await found(store, 2, "b")).toBe("else");
    });

    test("stay for the clean-up of an installation that ends, and none is added", async () => {
      const store = await opened();
      await store.apply(install(1));
      await store.secrets.set(secretOf(1, "stripe", "one"));
      await store.apply(uninstall(1));
      expect(await store.secrets.set(secretOf(1, "late", "two"))).toBe(false);
      await store.retirement.endedInstallations();
      expect(await found(store, 1, "stripe")).toBe("one");
      const [hook] = await store.runs.claim(claimAll());
      if (hook === undefined) return expect.unreachable();
      await store.runs.end(hook, { kind: "completed", result: undefined }, undefined, 6);
      await store.retirement.endedInstallations();
      expect(await store.secrets.list(owner(1))).toEqual([]);
    });

    test("go with the commit that ends an installation without a clean-up, whoever sets one meanwhile", async () => {
      const shared = await database();
      const [one, other] = [await opened(shared), await opened(shared)];
      for (const number of numbers(10)) {
        await one.apply(install(number));
        await one.secrets.set(secretOf(number, "stripe", "one"));
        await Promise.all([
          one.apply(withoutHooks(uninstall(number))),
          ...["a", "b", "c"].map((name) => other.secrets.set(secretOf(number, name, "late"))),
        ]);
        expect(await one.secrets.list(owner(number))).toEqual([]);
      }
    });

    test("of a tenant outlive the installation, and go with the tenant's documents", async () => {
      const store = await opened();
      await store.apply(install(1));
      const stored = await store.installations.find("instapp_1");
      if (stored === undefined) return expect.unreachable();
      const tenant = {
        of: "tenant",
        tenantNumber: await store.installations.tenantNumber(stored, 1),
      } as const;
      await store.secrets.set({ ...secretOf(1, "stripe", "kept"), owner: tenant });
      await store.apply(withoutHooks(uninstall(1)));
      await store.retirement.endedInstallations();
      await store.retirement.tenants(1);
      expect(await store.secrets.list(tenant)).toHaveLength(1);
      await store.retirement.tenants(100);
      expect(await store.secrets.list(tenant)).toEqual([]);
    });
  });

  describe("the audit trail", () => {
    const trail = (store: Store, number?: number) =>
      store.audit.list({
        ...(number === undefined ? {} : { installedAppId: `instapp_${number}` }),
        since: 0,
        after: 0,
        limit: 1000,
      });
    const actions = async (store: Store, number?: number) =>
      (await trail(store, number)).map(({ action, actor }) => `${actor.kind} ${action}`);

    test("has each event once, with what it did to others, however often it came", async () => {
      const store = await opened();
      for (let times = 0; times < 3; times += 1) await store.apply(install(1));
      await store.apply(install(2, undefined, { instanceId: "inst_1" }));
      await store.apply(keyAnswered(1, "revoked", 100));
      await store.apply(keyAnswered(2, "refused", 200));
      await store.apply(keyAnswered(2, "accepted", 300));
      await store.apply(install(4));
      await Promise.all([store.apply(uninstall(4)), store.apply(uninstall(4)), store.apply(uninstall(3))]);
      expect(await actions(store, 1)).toEqual([
        "cloud installation.installed",
        "cloud installation.superseded",
      ]);
      expect(await actions(store, 2)).toEqual([
        "cloud installation.installed",
        "cloud installation.contested",
        "cloud key.refused",
        "cloud key.accepted",
      ]);
      expect(await actions(store, 4)).toEqual([
        "cloud installation.installed",
        "cloud installation.uninstalled",
      ]);
      expect((await trail(store, 3)).map(({ details }) => details)).toEqual([{ unknown: true }]);
      expect((await trail(store, 1))[0]).toEqual({
        entryNumber: expect.any(Number),
        at: 1,
        installedAppId: "instapp_1",
        actor: { kind: "cloud" },
        action: "installation.installed",
        details: { permissions: "data:read" },
      });
    });

    test("has what a person did to runs and secrets, only where it was done", async () => {
      const store = await opened();
      await store.apply(install(1));
      const key = { text: "k", fingerprint: "x" };
      const run = { installedAppId: "instapp_1", job: "work", startedBy: actor, key };
      const started = await store.commit({ ...nothing, runs: [run] }, 5);
      await store.commit({ ...nothing, runs: [run] }, 5);
      await store.commit(
        { ...nothing, expected: [put(1, "a", "1")], runs: [{ ...run, key: undefined as never }] },
        5,
      );
      const runId = started.outcome === "committed" ? (started.runs[0]?.runId ?? "") : "";
      await store.runs.retry("instapp_1", runId, 6, actor);
      await store.runs.cancel("instapp_1", runId, 6, actor);
      await store.runs.cancel("instapp_1", runId, 6, actor);
      await store.runs.retry("instapp_1", runId, 7, actor);
      await store.secrets.set({ ...secretOf(1, "stripe", "one"), actor });
      await store.secrets.remove({ ...secretOf(1, "stripe", "one"), actor, now: 8 });
      await store.secrets.remove({ ...secretOf(1, "stripe", "one"), actor, now: 8 });
      expect((await actions(store, 1)).slice(1)).toEqual(
        ["job.started", "job.cancelled", "job.retried", "secret.set", "secret.removed"].map(
          (action) => `member ${action}`,
        ),
      );
      expect((await trail(store, 1))[1]).toMatchObject({ actor, details: { job: "work", run_id: runId } });
    });

    test("is listed in pages, forgotten from the oldest on, and never changed", async () => {
      const shared = await database();
      const store = await opened(shared);
      const entry = (at: number) => ({ at, actor: { kind: "app" }, action: "app.x" }) as const;
      await Promise.all(numbers(700).map((number) => store.audit.append(entry(number))));
      const page = await store.audit.list({ since: 0, after: 0, limit: 300 });
      const next = await store.audit.list({ since: 0, after: page.at(-1)?.entryNumber ?? 0, limit: 1000 });
      expect([page.length, next.length]).toEqual([300, 400]);
      expect((await store.audit.list({ since: 699, after: 0, limit: 9 })).map(({ at }) => at)).toEqual([
        699, 700,
      ]);
      while (await store.retirement.audit(651));
      expect((await trail(store)).map(({ at }) => at).toSorted((one, other) => one - other)[0]).toBe(651);
      expect(await trail(store)).toHaveLength(50);
      const newest = (await trail(store)).at(-1)?.entryNumber;
      // Whoever reads on after the last number he has seen must find what came since.
      while (await store.retirement.audit(10_000));
      await store.audit.append(entry(10_001));
      expect(await store.audit.list({ since: 0, after: newest ?? 0, limit: 9 })).toMatchObject([
        { at: 10_001 },
      ]);
    });
  });

  test("is healthy while a small write goes through", async () => {
    const store = await opened();
    expect(await store.health(2000)).toEqual({ ok: true });
  });
}

function secretOf(number: number, name: string, sealed: string): SecretToKeep {
  const installedAppId = `instapp_${number}`;
  return {
    owner: { of: "installation", installedAppId },
    name,
    key: { ringKeyId: "t", sealed: Buffer.from(sealed) },
    prefix: "pre",
    setAt: 5,
    setBy: undefined,
    actor: { kind: "app" },
    installedAppId,
  };
}

/** The same event at an app that has nothing to do when an installation begins or ends. */
function withoutHooks(event: EventToApply): EventToApply {
  return { ...event, decide: (known) => withoutIdleWork(event.decide(known), () => false) };
}

function filter() {
  return {
    job: undefined,
    status: undefined,
    jobs: undefined,
    statuses: undefined,
    limit: 1000,
    after: undefined,
  };
}
