/**
 * Runs and their finished steps in SQLite, on a connection of the jobs' own to the app's file. Every write shares its
 * commit with what else arrives in the same turn, and every write to a running run names the fence it holds.
 */
import { randomUUID } from "node:crypto";
import type { Connection } from "../stores/sqlite/connection.ts";
import type { SharedCommit } from "../stores/sqlite/shared-commit.ts";
import type { JobRunStatus } from "./interface.ts";

/** A run as it is stored. Texts are those of `encodeValue`, but `failure`, which is plain JSON. */
export type StoredRun = {
  readonly runNumber: number;
  readonly runId: string;
  readonly installedAppId: string;
  readonly job: string;
  readonly status: JobRunStatus;
  readonly input: string | undefined;
  readonly result: string | undefined;
  readonly failure: string | undefined;
  readonly progress: string | undefined;
  /** How often it was started. */
  readonly attempt: number;
  /** Failures, and starts that ended without a word, since a step was last finished. */
  readonly failures: number;
  readonly crashes: number;
  readonly fence: number;
  readonly availableAt: number;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
};

export type NewRun = {
  readonly installedAppId: string;
  readonly job: string;
  /** `onInstall` and `onUninstall` work, which lists do not show. */
  readonly hook?: boolean;
  readonly input?: string | undefined;
  /** Unique over all runs for ever: a second run with it is the first. */
  readonly dedupeKey?: string | undefined;
};

/** Who may write to a running run. */
export type Owner = { readonly runNumber: number; readonly fence: number };

/** Who asks for a run, and of which jobs (a JSON list of names). */
export type ClaimRequest = {
  readonly worker: string;
  readonly jobs: string;
  readonly now: number;
  readonly leaseUntil: number;
};

/** How an execution ends. */
export type Ending =
  | { readonly kind: "completed"; readonly result: string | undefined }
  | { readonly kind: "failed"; readonly failure: string }
  | { readonly kind: "retried"; readonly failure: string; readonly availableAt: number }
  /** Given back unfinished, for the next process to go on with. */
  | { readonly kind: "released" }
  | { readonly kind: "cancelled" };

export type ListFilter = {
  readonly job: string | undefined;
  readonly status: JobRunStatus | undefined;
  readonly limit: number;
  readonly after: string | undefined;
};

type Row = Record<string, unknown>;

/** Makes the store over a connection whose tables exist. */
export function createRunStore(connection: Connection, commit: SharedCommit) {
  const sql = (text: string) => connection.statement(text);

  /** Inside a transaction: the new run, or the one that already has its key. */
  function insert(run: NewRun, now: number): StoredRun {
    const inserted = sql(insertSql).get(
      `run_${randomUUID()}`,
      run.installedAppId,
      run.job,
      run.hook === true ? 1 : 0,
      run.dedupeKey ?? null,
      run.input ?? null,
      now,
      now,
    );
    const row = inserted ?? sql("SELECT * FROM job_runs WHERE dedupe_key = ?").get(run.dedupeKey ?? null);
    return toRun(row ?? {});
  }

  function claim(request: ClaimRequest): StoredRun | undefined {
    const { worker, jobs, now, leaseUntil } = request;
    const row = sql(claimSql).get(worker, leaseUntil, now, now, jobs);
    return row === undefined ? undefined : toRun(row);
  }

  function end(owner: Owner, ending: Ending, progress: string | undefined, now: number): boolean {
    const { status, result, failure, failed, availableAt, finishedAt } = endingColumns(ending, now);
    const { runNumber, fence } = owner;
    const { changes } = sql(endSql).run(
      status,
      result,
      failure,
      progress ?? null,
      failed,
      availableAt,
      finishedAt,
      runNumber,
      fence,
    );
    const taken = Number(changes) === 1;
    // Only what can go on needs its steps; of what is completed the result is kept.
    if (taken && ending.kind === "completed")
      sql("DELETE FROM job_steps WHERE run_number = ?").run(runNumber);
    return taken;
  }

  return {
    insert,

    /** New runs; with a request, the next run is claimed in the same commit, so that an idle job starts after one flush. */
    enqueue: (
      runs: readonly NewRun[],
      now: number,
      next?: ClaimRequest,
    ): Promise<{ readonly runs: readonly StoredRun[]; readonly next: StoredRun | undefined }> =>
      commit.run(() => ({
        runs: runs.map((run) => insert(run, now)),
        next: next === undefined ? undefined : claim(next),
      })),

    /** Whether anything can be claimed now; one look at an index. */
    hasDue: (now: number): boolean => sql(dueSql).get(now) !== undefined,

    /** When the next waiting run becomes due. */
    nextDueAt: (): number | undefined =>
      optionalNumber(
        sql("SELECT min(available_at) AS at FROM job_runs WHERE status = 'queued'").get()?.["at"],
      ),

    claim: (request: ClaimRequest): Promise<StoredRun | undefined> => commit.run(() => claim(request)),

    /** Whether the holder of this fence still holds the run. */
    owns: ({ runNumber, fence }: Owner): boolean => sql(ownsSql).get(runNumber, fence) !== undefined,

    /** Keeps a step's result and starts the count of failures anew; false when the fence is not the run's any more. */
    saveStep: (owner: Owner, name: string, result: string | undefined, now: number): Promise<boolean> =>
      commit.run(() => {
        const { changes } = sql(
          "UPDATE job_runs SET failures = 0, crashes = 0 WHERE run_number = ? AND fence = ? AND status = 'running'",
        ).run(owner.runNumber, owner.fence);
        if (Number(changes) === 0) return false;
        sql("INSERT INTO job_steps (run_number, name, result, finished_at) VALUES (?, ?, ?, ?)").run(
          owner.runNumber,
          name,
          result ?? null,
          now,
        );
        return true;
      }),

    /** Results of the finished steps, by name. */
    finishedSteps: (runNumber: number): ReadonlyMap<string, string | undefined> => {
      const rows = sql("SELECT name, result FROM job_steps WHERE run_number = ?").all(runNumber);
      return new Map(rows.map((row) => [String(row["name"]), optionalText(row["result"])]));
    },

    saveProgress: ({ runNumber, fence }: Owner, progress: string): Promise<void> =>
      commit.run(() => {
        sql("UPDATE job_runs SET progress = ? WHERE run_number = ? AND fence = ? AND status = 'running'").run(
          progress,
          runNumber,
          fence,
        );
      }),

    /**
     * Ends an execution, and claims the next run in the same commit, which is worth nearly twice the throughput of a
     * backlog. `taken` is false when the fence is not the run's any more.
     */
    end: (
      owner: Owner,
      ended: { readonly ending: Ending; readonly progress: string | undefined; readonly now: number },
      next: ClaimRequest | undefined,
    ): Promise<{ readonly taken: boolean; readonly next: StoredRun | undefined }> =>
      commit.run(() => ({
        taken: end(owner, ended.ending, ended.progress, ended.now),
        next: next === undefined ? undefined : claim(next),
      })),

    /** Prolongs a worker's leases of these runs; gives the fences it still holds, by run. */
    renewLeases: (
      worker: string,
      runNumbers: readonly number[],
      leaseUntil: number,
    ): Promise<ReadonlyMap<number, number>> =>
      commit.run(() => {
        const rows = sql(renewSql).all(leaseUntil, worker, JSON.stringify(runNumbers));
        return new Map(rows.map((row) => [Number(row["run_number"]), Number(row["fence"])]));
      }),

    /** Workers that hold a run. */
    workers: (): readonly string[] =>
      sql("SELECT DISTINCT worker FROM job_runs WHERE status = 'running'")
        .all()
        .map((row) => String(row["worker"])),

    hasExpired: (now: number): boolean =>
      sql("SELECT 1 AS one FROM job_runs WHERE status = 'running' AND lease_until < ? LIMIT 1").get(now) !==
      undefined,

    /** Takes runs back whose worker is dead or has let its lease expire; fails those that keep ending so. */
    reclaim: (
      deadWorkers: readonly string[],
      now: number,
      limit: { readonly crashes: number; readonly failure: string },
    ): Promise<number> =>
      commit.run(() => {
        const dead = JSON.stringify(deadWorkers);
        const { changes } = sql(reclaimSql).run(
          limit.crashes,
          now,
          limit.crashes,
          now,
          limit.crashes,
          limit.failure,
          now,
          dead,
        );
        return Number(changes);
      }),

    get: (installedAppId: string, runId: string): StoredRun | undefined => {
      const row = sql("SELECT * FROM job_runs WHERE run_id = ? AND installed_app_id = ?").get(
        runId,
        installedAppId,
      );
      return row === undefined ? undefined : toRun(row);
    },

    list: (installedAppId: string, filter: ListFilter): readonly StoredRun[] =>
      sql(listSql)
        .all(
          installedAppId,
          filter.job ?? null,
          filter.job ?? null,
          filter.status ?? null,
          filter.status ?? null,
          filter.after ?? null,
          filter.after ?? null,
          filter.limit,
        )
        .map(toRun),

    cancel: (installedAppId: string, runId: string, now: number): Promise<StoredRun | undefined> =>
      commit.run(() => {
        const row = sql(cancelOneSql).get(now, runId, installedAppId);
        return row === undefined ? undefined : toRun(row);
      }),

    /**
     * Inside a transaction: cancels every run of an installation but those of a job; gives their numbers. What cleans
     * up after an uninstall must not be cancelled by it, in whatever order the two are told.
     */
    cancelAll: (installedAppId: string, exceptJob: string, now: number): readonly number[] =>
      sql(cancelAllSql)
        .all(now, installedAppId, exceptJob)
        .map((row) => Number(row["run_number"])),

    retry: (installedAppId: string, runId: string, now: number): Promise<StoredRun | undefined> =>
      commit.run(() => {
        const row = sql(retrySql).get(now, runId, installedAppId);
        return row === undefined ? undefined : toRun(row);
      }),

    /** Inside a transaction: true the first time it is called for an outbox row. */
    takeOutboxRow: (outboxId: number): boolean =>
      Number(sql("INSERT OR IGNORE INTO job_relayed (outbox_id) VALUES (?)").run(outboxId).changes) === 1,

    /** Forgets outbox rows once they are marked as delivered. */
    forgetOutboxRows: (upTo: number): Promise<void> =>
      commit.run(() => {
        sql("DELETE FROM job_relayed WHERE outbox_id <= ?").run(upTo);
      }),

    lastTick: (schedule: string): number | undefined =>
      optionalNumber(sql("SELECT last_tick FROM job_schedules WHERE name = ?").get(schedule)?.["last_tick"]),

    /** Inside a transaction: remembers the last tick that was dealt with. */
    rememberTick: (schedule: string, tick: number): void => {
      sql(
        `INSERT INTO job_schedules (name, last_tick) VALUES (?, ?)
          ON CONFLICT (name) DO UPDATE SET last_tick = max(last_tick, excluded.last_tick)`,
      ).run(schedule, tick);
    },

    transaction: commit.run,

    /** Commits what waits and closes the connection. */
    close: (): void => {
      commit.drain();
      connection.close();
    },
  };
}

export type RunStore = ReturnType<typeof createRunStore>;

const insertSql = `INSERT INTO job_runs
  (run_id, installed_app_id, job, hook, dedupe_key, status, input, available_at, created_at)
  VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?) ON CONFLICT (dedupe_key) DO NOTHING RETURNING *`;
const dueSql = "SELECT 1 AS one FROM job_runs WHERE status = 'queued' AND available_at <= ? LIMIT 1";
// Jobs that this process does not define wait for one that does.
const claimSql = `UPDATE job_runs
  SET status = 'running', worker = ?, lease_until = ?, started_at = coalesce(started_at, ?),
    fence = fence + 1, attempt = attempt + 1
  WHERE run_number = (SELECT run_number FROM job_runs WHERE status = 'queued' AND available_at <= ?
    AND job IN (SELECT value FROM json_each(?)) ORDER BY available_at, run_number LIMIT 1)
  RETURNING *`;
const ownsSql = "SELECT 1 AS one FROM job_runs WHERE run_number = ? AND fence = ? AND status = 'running'";
const endSql = `UPDATE job_runs
  SET status = ?, result = ?, failure = ?, progress = coalesce(?, progress), failures = failures + ?,
    available_at = coalesce(?, available_at), finished_at = ?, worker = NULL, lease_until = NULL
  WHERE run_number = ? AND fence = ? AND status = 'running'`;
const renewSql = `UPDATE job_runs SET lease_until = ?
  WHERE status = 'running' AND worker = ? AND run_number IN (SELECT value FROM json_each(?))
  RETURNING run_number, fence`;
const reclaimSql = `UPDATE job_runs
  SET status = CASE WHEN crashes + 1 >= ? THEN 'failed' ELSE 'queued' END, available_at = ?,
    finished_at = CASE WHEN crashes + 1 >= ? THEN ? END,
    failure = CASE WHEN crashes + 1 >= ? THEN ? ELSE failure END,
    crashes = crashes + 1, worker = NULL, lease_until = NULL
  WHERE status = 'running' AND (lease_until < ? OR worker IN (SELECT value FROM json_each(?)))`;
const listSql = `SELECT * FROM job_runs
  WHERE installed_app_id = ? AND (? IS NULL OR job = ?) AND (? IS NULL OR status = ?) AND hook = 0
    AND (? IS NULL OR run_number < (SELECT run_number FROM job_runs WHERE run_id = ?))
  ORDER BY run_number DESC LIMIT ?`;
const cancelled = `SET status = 'cancelled', finished_at = ?, worker = NULL, lease_until = NULL`;
const cancelOneSql = `UPDATE job_runs ${cancelled}
  WHERE run_id = ? AND installed_app_id = ? AND status IN ('queued', 'running') RETURNING *`;
const cancelAllSql = `UPDATE job_runs ${cancelled}
  WHERE installed_app_id = ? AND job <> ? AND status IN ('queued', 'running') RETURNING run_number`;
const retrySql = `UPDATE job_runs
  SET status = 'queued', available_at = ?, failures = 0, crashes = 0, failure = NULL, finished_at = NULL
  WHERE run_id = ? AND installed_app_id = ? AND status IN ('failed', 'cancelled') RETURNING *`;

function endingColumns(ending: Ending, now: number) {
  const columns = {
    status: "queued",
    result: null,
    failure: null,
    failed: 0,
    availableAt: null,
    finishedAt: null,
  };
  switch (ending.kind) {
    case "completed":
      return { ...columns, status: "completed", result: ending.result ?? null, finishedAt: now };
    case "failed":
      return { ...columns, status: "failed", failure: ending.failure, failed: 1, finishedAt: now };
    case "retried":
      return { ...columns, failure: ending.failure, failed: 1, availableAt: ending.availableAt };
    case "released":
      return { ...columns, availableAt: now };
    case "cancelled":
      return { ...columns, status: "cancelled", finishedAt: now };
  }
}

function toRun(row: Row): StoredRun {
  return {
    runNumber: Number(row["run_number"]),
    runId: String(row["run_id"]),
    installedAppId: String(row["installed_app_id"]),
    job: String(row["job"]),
    status: row["status"] as JobRunStatus,
    input: optionalText(row["input"]),
    result: optionalText(row["result"]),
    failure: optionalText(row["failure"]),
    progress: optionalText(row["progress"]),
    attempt: Number(row["attempt"]),
    failures: Number(row["failures"]),
    crashes: Number(row["crashes"]),
    fence: Number(row["fence"]),
    availableAt: Number(row["available_at"]),
    createdAt: Number(row["created_at"]),
    startedAt: optionalNumber(row["started_at"]),
    finishedAt: optionalNumber(row["finished_at"]),
  };
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function optionalNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
