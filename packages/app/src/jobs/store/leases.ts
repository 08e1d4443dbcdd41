/** Who holds which run, and until when. */
import type { StoreTools } from "./stored-run.ts";

const renewSql = `UPDATE job_runs SET lease_until = ?
  WHERE status = 'running' AND worker = ? AND run_number IN (SELECT value FROM json_each(?))
  RETURNING run_number, fence`;
const reclaimSql = `UPDATE job_runs
  SET status = CASE WHEN crashes + 1 >= ? THEN 'failed' ELSE 'queued' END, available_at = ?,
    finished_at = CASE WHEN crashes + 1 >= ? THEN ? END,
    failure = CASE WHEN crashes + 1 >= ? THEN ? ELSE failure END,
    crashes = crashes + 1, worker = NULL, lease_until = NULL
  WHERE status = 'running' AND (lease_until < ? OR worker IN (SELECT value FROM json_each(?)))`;

/** The part of the store that leases are kept in. */
export function createLeaseStore({ sql, commit }: StoreTools) {
  return {
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
  };
}
