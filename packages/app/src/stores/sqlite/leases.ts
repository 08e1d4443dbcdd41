/** Who holds which run, and until when. */
import type { RunStore } from "../runs.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const renewSql = `UPDATE runs SET lease_until = ?
  WHERE status = 'running' AND worker = ? AND run_number IN (SELECT value FROM json_each(?))
  RETURNING run_number, fence`;
const lapsed =
  "status = 'running' AND (lease_until < ?1 OR lease_until > ?2 OR worker IN (SELECT value FROM json_each(?3)))";
const hasLapsedSql = `SELECT 1 AS one FROM runs WHERE ${lapsed} LIMIT 1`;
const reclaimSql = `UPDATE runs
  SET status = CASE WHEN crashes + 1 >= ?4 THEN 'failed' ELSE 'queued' END, available_at = ?1,
    finished_at = CASE WHEN crashes + 1 >= ?4 THEN ?1 END,
    failure = CASE WHEN crashes + 1 >= ?4 THEN ?5 ELSE failure END,
    crashes = crashes + 1, worker = NULL, lease_until = NULL
  WHERE ${lapsed}`;

export function createLeases(
  connection: Connection,
  transaction: Transaction,
): Pick<RunStore, "renewLeases" | "workers" | "reclaim"> {
  const sql = connection.statement;
  return {
    renewLeases: ({ worker, runNumbers, leaseMilliseconds, now }) =>
      transaction.run(() => {
        const rows = sql(renewSql).all(now + leaseMilliseconds, worker, JSON.stringify(runNumbers));
        return new Map(rows.map((row) => [Number(row["run_number"]), Number(row["fence"])]));
      }),
    workers: async () =>
      sql("SELECT DISTINCT worker FROM runs WHERE status = 'running'")
        .all()
        .map((row) => String(row["worker"])),
    reclaim: async ({ deadWorkers, now, longestLease, crashes, failure }) => {
      const dead = JSON.stringify(deadWorkers);
      const furthest = now + longestLease;
      if (sql(hasLapsedSql).get(now, furthest, dead) === undefined) return 0;
      return transaction.run(() =>
        Number(sql(reclaimSql).run(now, furthest, dead, crashes, failure).changes),
      );
    },
  };
}
