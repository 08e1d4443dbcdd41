/** Who holds which run, and until when: by the clock of the server, which is one for all replicas. */
import type { RunStore } from "../runs.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

/** Milliseconds since 1970. */
export const serverNow = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
const renewSql = `UPDATE annex.runs SET lease_until = ${serverNow} + $1::bigint
  WHERE status = 'running' AND worker = $2 AND run_number = ANY($3) RETURNING run_number, fence`;
const lapsed = `status = 'running'
  AND (lease_until < ${serverNow} OR lease_until > ${serverNow} + $1::bigint OR worker = ANY($2))`;
const hasLapsedSql = `SELECT 1 AS one FROM annex.runs WHERE ${lapsed} LIMIT 1`;
const reclaimSql = `UPDATE annex.runs
  SET status = CASE WHEN crashes + 1 >= $4 THEN 'failed' ELSE 'queued' END, available_at = $3,
    finished_at = CASE WHEN crashes + 1 >= $4 THEN $3::bigint END,
    failure = CASE WHEN crashes + 1 >= $4 THEN $5 ELSE failure END,
    crashes = crashes + 1, worker = NULL, lease_until = NULL
  WHERE ${lapsed}`;

export function createLeases(
  { query }: Connection,
  transaction: Transaction,
): Pick<RunStore, "renewLeases" | "workers" | "reclaim"> {
  return {
    renewLeases: async ({ worker, runNumbers, leaseMilliseconds }) => {
      const { rows } = await query(renewSql, [leaseMilliseconds, worker, runNumbers]);
      return new Map(rows.map((row) => [Number(row["run_number"]), Number(row["fence"])]));
    },
    workers: async () => {
      const { rows } = await query("SELECT DISTINCT worker FROM annex.runs WHERE status = 'running'");
      return rows.map((row) => String(row["worker"]));
    },
    reclaim: async ({ deadWorkers, now, longestLease, crashes, failure }) => {
      const values = [longestLease, deadWorkers];
      if ((await query(hasLapsedSql, values)).rows.length === 0) return 0;
      return transaction.run(
        async (held) => (await held(reclaimSql, [...values, now, crashes, failure])).count,
      );
    },
  };
}
