/** For the tests of the jobs: real installations in a real store, jobs over it, and a clock that tests move. */

import type { InstallationContext } from "../src/context/index.ts";
import { errorState } from "../src/errors/app-error.ts";
import { endedState } from "../src/errors/ended.ts";
import { decide, type EventFacts, type InstallFacts } from "../src/installations/decision.ts";
import { createJobs, type Jobs, type JobsParts, type OpenJobs } from "../src/jobs/index.ts";
import { createBind } from "../src/lifecycle/bind.ts";
import { withoutIdleWork } from "../src/lifecycle/index.ts";
import type { Log } from "../src/log/index.ts";
import { requirePermissions } from "../src/permissions/index.ts";
import type { Store } from "../src/stores/interface.ts";
import { fixedVault } from "../src/vault/vaults.ts";
import { vault } from "./store-events.ts";
import type { StoreKind, TestDatabase } from "./stores.ts";

export type LogLine = { readonly message: string; readonly fields: Readonly<Record<string, unknown>> };

export type TestWorld = {
  readonly database: TestDatabase;
  readonly store: Store;
  readonly lines: readonly LogLine[];
  now(): number;
  /** Moves the clock, without waking anybody. */
  pass(milliseconds: number): void;
  /** Whoever holds a run lets its lease run out, until the time given: what he holds is taken over, by himself too. */
  leaseRunsOut(until: () => Promise<boolean>): Promise<void>;
  install(installedAppId: string, changes?: Partial<InstallFacts>): Promise<void>;
  uninstall(installedAppId: string): Promise<void>;
  /** Cloud has said that its key is revoked. */
  revoke(installedAppId: string): Promise<void>;
  /** Opens jobs that were defined, as a process of its own would; stopped with the world. */
  start(jobs: Jobs, changes?: Partial<JobsParts>): Promise<OpenJobs>;
  [Symbol.asyncDispose](): Promise<void>;
};

export const startOfTests = Date.parse("2026-11-24T09:30:00Z");

/** A new database with one active installation, `instapp_1`. */
export async function createWorld(kind: StoreKind): Promise<TestWorld> {
  const database = await kind.create();
  const lines: LogLine[] = [];
  const log = recordingLog(lines);
  const store = await database.open(log);
  const started: Jobs[] = [];
  const hasHook: Jobs["hasHook"] = (work) => started.some((jobs) => jobs.hasHook(work));
  const opened: { readonly jobs: OpenJobs; readonly store: Store }[] = [];
  let now = startOfTests;
  const apply = async (facts: EventFacts) => {
    const decision = await store.apply({
      facts,
      now,
      decide: (known) => withoutIdleWork(decide(known, facts, now), hasHook),
      seal: () => ({ ringKeyId: "t", sealed: Buffer.alloc(64, 1) }),
    });
    for (const { change, ...about } of decision.changes)
      if (change === "end" && "installedAppId" in about)
        for (const { jobs } of opened) jobs.ended(about.installedAppId);
    for (const { jobs } of opened) jobs.wake();
  };

  const world: TestWorld = {
    database,
    store,
    lines,
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    leaseRunsOut: async (until) => {
      const running = { job: undefined, status: "running", limit: 100, after: undefined } as const;
      // The holder lives and prolongs it now and then, so once is not enough.
      do {
        const runNumbers = (await store.runs.listAll(running)).map(({ runNumber }) => runNumber);
        for (const worker of await store.runs.workers())
          await store.runs.renewLeases({ worker, runNumbers, leaseMilliseconds: -1, now });
        await new Promise((resolve) => setTimeout(resolve, 5));
      } while (!(await until()));
    },
    install: (installedAppId, changes) => apply(installFacts(installedAppId, changes)),
    uninstall: (installedAppId) => {
      const { appId, organizationId, instanceId } = installFacts(installedAppId);
      const idempotencyKey = `uninstall:${installedAppId}`;
      const tenant = { appId, organizationId, instanceId };
      return apply({ kind: "uninstall", installedAppId, idempotencyKey, ...tenant, fingerprint: "gone" });
    },
    revoke: (installedAppId) =>
      apply({
        kind: "key-answered",
        installedAppId,
        keyHashes: [`t.${installedAppId}`],
        answer: "revoked",
        graceMilliseconds: 0,
        manyRefused: false,
      }),
    start: async (jobs, changes = {}) => {
      const own = await database.open(log);
      started.push(jobs);
      const open = jobs.open({ ...partsOf(own, log, () => now), ...changes });
      opened.push({ jobs: open, store: own });
      await open.start();
      return open;
    },
    async [Symbol.asyncDispose]() {
      for (const { jobs, store: own } of opened) {
        await jobs.stop();
        await own.close().catch(() => undefined);
      }
      await store.close();
      await database.remove();
    },
  };
  await world.install("instapp_1");
  return world;
}

/** Makes, defines and starts jobs. */
export function run(world: TestWorld, define: (jobs: Jobs) => void): Promise<OpenJobs> {
  const jobs = createJobs();
  define(jobs);
  return world.start(jobs);
}

export function installFacts(installedAppId: string, changes: Partial<InstallFacts> = {}): InstallFacts {
  return {
    kind: "install",
    installedAppId,
    idempotencyKey: `install:${installedAppId}`,
    appId: "app_1",
    organizationId: "org_1",
    instanceId: `inst_of_${installedAppId}`,
    grantedPermissions: ["data:read"],
    apiKeyPrefix: "blnk_abc",
    fingerprint: "same",
    keyHashes: [`t.${installedAppId}`],
    ...changes,
  };
}

function partsOf(store: Store, log: Log, clock: () => number): JobsParts {
  const none = () => Promise.reject(new Error("Nothing is called here."));
  const bind = createBind({
    store,
    vaults: fixedVault(vault),
    installations: { find: (id: string) => store.installations.find(id) } as never,
    cloudUrl: "http://cloud.test",
    fetch: none,
    clock,
    random: () => 0.5,
    log,
    prepareStarts: () => () => {
      throw new Error("Nothing is started here.");
    },
    wake: () => undefined,
  });
  const known = async (installedAppId: string) => {
    const found = await store.installations.find(installedAppId);
    if (found === undefined) throw errorState("app_uninstalled");
    return found;
  };
  return {
    store,
    clock,
    random: () => 0.5,
    log,
    crashPoint: () => undefined,
    canOpenKeys: async () => true,
    documentUnit: bind.documentUnit,
    cloudOf: bind.cloudOf,
    dataOf: bind.dataOf,
    bind: async (installedAppId, requires = []): Promise<InstallationContext> => {
      const found = await known(installedAppId);
      if (found.status !== "active") throw endedState(found.status);
      requirePermissions(found.grantedPermissions, requires, {});
      return bind.context(found);
    },
    bindEnded: async (installedAppId) => bind.ended(await known(installedAppId)),
    askCloud: async () => undefined,
  };
}

function recordingLog(lines: LogLine[]): Log {
  const line = (message: string, fields = {}) => void lines.push({ message, fields });
  const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
  return log;
}
