/** Runs as lists and counts: of an installation through the lanes of its jobs, of all installations for operators. */
import { systemJobs } from "../../installations/system-jobs.ts";
import { filterValues } from "../columns.ts";
import { toRun } from "../rows.ts";
import { laneConditions, underWay } from "../run-lanes.ts";
import type { ListFilter, RunStatus, RunStore } from "../runs.ts";
import type { Connection } from "./connection.ts";

const unseen = `job <> '${systemJobs["ask-cloud"]}'`;
// A status as people see it: what waits for its time is queued.
const matches = `(?1 IS NULL OR job = ?1)
    AND (?2 IS NULL OR status = ?2 OR (?2 = 'queued' AND status = 'waiting'))
    AND (?3 IS NULL OR run_number < (SELECT run_number FROM runs WHERE run_id = ?3))`;
const listAllSql = `SELECT * FROM runs WHERE (?5 IS NULL OR run_id = ?5) AND ${matches}
  ORDER BY run_number DESC LIMIT ?4`;
const seenStatus = "CASE status WHEN 'waiting' THEN 'queued' ELSE status END";
const beforeSql = "SELECT run_number FROM runs WHERE run_id = ? AND installed_app_id = ?";
const newestOfAllSql = (statuses: readonly RunStatus[] | undefined) => `SELECT * FROM runs
  WHERE installed_app_id = ?1 AND run_number < ?2 AND ${unseen} AND (${laneConditions(statuses).join(" OR ")})
  ORDER BY run_number DESC LIMIT ?3`;

/** The newest of each lane, then the newest of those. */
export function newestSql(jobs: readonly string[], statuses: readonly RunStatus[] | undefined): string {
  const lanes = jobs.flatMap((_job, index) =>
    laneConditions(statuses).map(
      (condition) => `SELECT * FROM (SELECT run_number FROM runs
        WHERE installed_app_id = ?1 AND job = ?${index + 4} AND ${condition} AND run_number < ?2
        ORDER BY run_number DESC LIMIT ?3)`,
    ),
  );
  return `SELECT * FROM runs WHERE run_number IN (${lanes.join(" UNION ALL ")})
    ORDER BY run_number DESC LIMIT ?3`;
}

/** Ended runs are counted on their index alone, the few others on theirs. */
export function countsSql(jobs: readonly string[] | undefined): string {
  const ofJobs =
    jobs === undefined ? unseen : `job IN (${jobs.map((_job, index) => `?${index + 2}`).join(", ")})`;
  return ["finished_at IS NOT NULL", ...laneConditions(underWay)]
    .map(
      (condition) => `SELECT job, ${seenStatus} AS status, count(*) AS runs FROM runs
        WHERE installed_app_id = ?1 AND ${ofJobs} AND ${condition} GROUP BY job, status`,
    )
    .join(" UNION ALL ");
}

export function createRunLists({
  statement: sql,
}: Connection): Pick<RunStore, "list" | "listAll" | "counts"> {
  const before = (installedAppId: string, after: string | undefined): number => {
    if (after === undefined) return Number.MAX_SAFE_INTEGER;
    const found = sql(beforeSql).get(after, installedAppId)?.["run_number"];
    // One that is not kept any more has nothing after it.
    return typeof found === "number" ? found : 0;
  };
  const newest = (installedAppId: string, { jobs, statuses, limit, after }: ListFilter) => {
    const given = [installedAppId, before(installedAppId, after), limit] as const;
    return jobs === undefined
      ? sql(newestOfAllSql(statuses)).all(...given)
      : sql(newestSql(jobs, statuses)).all(...given, ...jobs);
  };
  return {
    list: async (installedAppId, filter) =>
      filter.jobs?.length === 0 || filter.statuses?.length === 0
        ? []
        : newest(installedAppId, filter).map(toRun),
    listAll: async (filter) =>
      sql(listAllSql)
        .all(...filterValues(filter))
        .map(toRun),
    counts: async (installedAppId, jobs) =>
      jobs?.length === 0
        ? []
        : sql(countsSql(jobs))
            .all(installedAppId, ...(jobs ?? []))
            .map((row) => ({
              job: String(row["job"]),
              status: row["status"] as RunStatus,
              runs: Number(row["runs"]),
            })),
  };
}
