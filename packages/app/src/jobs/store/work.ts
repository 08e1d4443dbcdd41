/** Runs on their way: enqueued, claimed, ended. */
import { randomUUID } from "node:crypto";
import {
  type ClaimRequest,
  type Ending,
  type NewRun,
  type Owner,
  optionalNumber,
  type StoredRun,
  type StoreTools,
  toOptionalRun,
  toRun,
} from "./stored-run.ts";

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
const endSql = `UPDATE job_runs
  SET status = ?, result = ?, failure = ?, progress = coalesce(?, progress), failures = failures + ?,
    available_at = coalesce(?, available_at), finished_at = ?, worker = NULL, lease_until = NULL
  WHERE run_number = ? AND fence = ? AND status = 'running'`;

/** The part of the store that the engine's loop turns. */
export function createWork({ sql, commit }: StoreTools) {
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
    return toOptionalRun(sql(claimSql).get(worker, leaseUntil, now, now, jobs));
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
  };
}

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
