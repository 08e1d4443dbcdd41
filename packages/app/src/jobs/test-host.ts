/** For the tests of the jobs: the rest of a framework over a real database file, with a clock that tests move. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Scope } from "@annex/protocol";
import { errorState } from "../errors/app-error.ts";
import type { Installation } from "../installations/installation.ts";
import type { JobsHost, OutboxKind } from "../jobs-host.ts";
import type { Log } from "../log/index.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { createJobs } from "./index.ts";
import type { Jobs } from "./interface.ts";

export type LogLine = { readonly message: string; readonly fields: Readonly<Record<string, unknown>> };

export type TestWorld = {
  readonly file: string;
  readonly lines: readonly LogLine[];
  /** Installations by id; an ended one is refused by the guard. */
  readonly installations: Map<string, Installation>;
  now(): number;
  /** Moves the clock, without waking anybody. */
  pass(milliseconds: number): void;
  /** What an event's transaction does. */
  addOutboxRow(installedAppId: string, kind: OutboxKind): void;
  /** Starts jobs that were defined; stopped with the world. */
  start(jobs: Jobs, overrides?: Partial<JobsHost>): Promise<void>;
  /** Makes, defines and starts jobs. */
  run(define: (jobs: Jobs) => void): Promise<Jobs>;
  [Symbol.asyncDispose](): Promise<void>;
};

export const startOfTests = Date.parse("2026-11-24T09:30:00Z");

export function installation(installedAppId: string, changes: Partial<Installation> = {}): Installation {
  return {
    installedAppId,
    appId: "app_1",
    organizationId: "org_1",
    instanceId: "inst_1",
    grantedPermissions: ["data:read"],
    apiKeyPrefix: "blnk_abc",
    installedAt: new Date(startOfTests - 1000),
    status: "active",
    ...changes,
  };
}

/** A new database file with one active installation, `instapp_1`. */
export function createWorld(): TestWorld {
  const directory = mkdtempSync(join(tmpdir(), "annex-jobs-"));
  const file = join(directory, "app.db");
  const lines: LogLine[] = [];
  const log = recordingLog(lines);
  const store = openSqliteStore(file, () => {}, log);
  const running = new Set<Jobs>();
  const installations = new Map([["instapp_1", installation("instapp_1")]]);
  let now = startOfTests;

  const host: JobsHost = {
    databaseFile: file,
    outbox: store.outbox,
    bind: async (installedAppId, requires) => {
      const found = installations.get(installedAppId);
      if (found?.status !== "active") throw errorState("app_uninstalled");
      const missing = requires.find((scope: Scope) => !found.grantedPermissions.includes(scope));
      if (missing !== undefined) throw errorState("missing_permission", { required_scope: missing });
      return { installation: found, log } as Awaited<ReturnType<JobsHost["bind"]>>;
    },
    bindEnded: async (installedAppId) =>
      ({ installation: installations.get(installedAppId), log }) as Awaited<
        ReturnType<JobsHost["bindEnded"]>
      >,
    activeInstallations: async () => [...installations.values()].filter(({ status }) => status === "active"),
    clock: () => now,
    random: () => 0.5,
    log,
    crashPoint: () => {},
  };

  const start = async (jobs: Jobs, overrides: Partial<JobsHost> = {}) => {
    running.add(jobs);
    await jobs.start({ ...host, ...overrides });
  };
  return {
    file,
    lines,
    installations,
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    addOutboxRow: (installedAppId, kind) => addOutboxRow(file, installedAppId, kind),
    start,
    run: async (define) => {
      const jobs = createJobs();
      define(jobs);
      await start(jobs);
      return jobs;
    },
    async [Symbol.asyncDispose]() {
      for (const jobs of running) await jobs.stop();
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export function addOutboxRow(file: string, installedAppId: string, kind: OutboxKind): void {
  const database = new DatabaseSync(file, { timeout: 5000 });
  database
    .prepare("INSERT INTO outbox (installed_app_id, kind, reason, created_at) VALUES (?, ?, 'test', 0)")
    .run(installedAppId, kind);
  database.close();
}

/** A log that nobody reads. */
export const quietLog: Log = recordingLog([]);

function recordingLog(lines: LogLine[]): Log {
  const line = (message: string, fields = {}) => void lines.push({ message, fields });
  const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
  return log;
}
