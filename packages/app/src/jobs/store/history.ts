/** Runs as an installation sees them: read, cancelled, started again. */
import { type ListFilter, type StoredRun, type StoreTools, toOptionalRun, toRun } from "./stored-run.ts";

const getSql = "SELECT * FROM job_runs WHERE run_id = ? AND installed_app_id = ?";
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

/** The part of the store that installations reach. */
export function createHistory({ sql, commit }: StoreTools) {
  return {
    get: (installedAppId: string, runId: string): StoredRun | undefined =>
      toOptionalRun(sql(getSql).get(runId, installedAppId)),

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
      commit.run(() => toOptionalRun(sql(cancelOneSql).get(now, runId, installedAppId))),

    /**
     * Inside a transaction: cancels every run of an installation but those of a job; gives their numbers. What cleans
     * up after an uninstall must not be cancelled by it, in whatever order the two are told.
     */
    cancelAll: (installedAppId: string, exceptJob: string, now: number): readonly number[] =>
      sql(cancelAllSql)
        .all(now, installedAppId, exceptJob)
        .map((row) => Number(row["run_number"])),

    retry: (installedAppId: string, runId: string, now: number): Promise<StoredRun | undefined> =>
      commit.run(() => toOptionalRun(sql(retrySql).get(now, runId, installedAppId))),
  };
}
