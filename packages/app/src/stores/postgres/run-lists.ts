/** Runs as lists and counts: of an installation through the lanes of its jobs, of all installations for operators. */
import { systemJobs } from "../../installations/system-jobs.ts";
import { filterValues } from "../columns.ts";
import { toRun } from "../rows.ts";
import { laneConditions, underWay } from "../run-lanes.ts";
import type { ListFilter, RunStatus, RunStore } from "../runs.ts";
import type { Query } from "./connection.ts";

const unseen = `job <> '${systemJobs["ask-cloud"]}'`;
// A status as people see it: what waits for its time is queued.
const matches = `($1::text IS NULL OR job = $1)
    AND ($2::text IS NULL OR status = $2 OR ($2 = 'queued' AND status = 'waiting'))
    AND ($3::text IS NULL OR run_number < (SELECT run_number FROM annex.runs WHERE run_id = $3))`;
const listAllSql = `SELECT * FROM annex.runs WHERE ($5::text IS NULL OR run_id = $5) AND ${matches}
  ORDER BY run_number DESC LIMIT $4`;
const seenStatus = "CASE status WHEN 'waiting' THEN 'queued' ELSE status END";
const beforeSql = "SELECT run_number FROM annex.runs WHERE run_id = $1 AND installed_app_id = $2";
const newestOfAllSql = (statuses: readonly RunStatus[] | undefined) => `SELECT * FROM annex.runs
  WHERE installed_app_id = $1 AND run_number < $2 AND ${unseen} AND (${laneConditions(statuses).join(" OR ")})
  ORDER BY run_number DESC LIMIT $3`;

/** The newest of each lane, then the newest of those. */
function newestSql(jobs: readonly string[], statuses: readonly RunStatus[] | undefined): string {
  const lanes = jobs.flatMap((_job, index) =>
    laneConditions(statuses).map(
      (condition) => `(SELECT * FROM annex.runs
        WHERE installed_app_id = $1 AND job = $${index + 4} AND ${condition} AND run_number < $2
        ORDER BY run_number DESC LIMIT $3)`,
    ),
  );
  return `SELECT * FROM (${lanes.join(" UNION ALL ")}) AS lanes ORDER BY run_number DESC LIMIT $3`;
}

/** Ended runs are counted on their index alone, the few others on theirs. */
function countsSql(jobs: readonly string[] | undefined): string {
  const ofJobs = jobs === undefined ? unseen : "job = ANY($2::text[])";
  return ["finished_at IS NOT NULL", ...laneConditions(underWay)]
    .map(
      (condition) => `SELECT job, ${seenStatus} AS status, count(*)::int AS runs FROM annex.runs
        WHERE installed_app_id = $1 AND ${ofJobs} AND ${condition} GROUP BY job, status`,
    )
    .join(" UNION ALL ");
}

export function createRunLists(query: Query): Pick<RunStore, "list" | "listAll" | "counts"> {
  const before = async (installedAppId: string, after: string | undefined): Promise<number> => {
    if (after === undefined) return Number.MAX_SAFE_INTEGER;
    const found = (await query(beforeSql, [after, installedAppId])).rows[0]?.["run_number"];
    // One that is not kept any more has nothing after it.
    return typeof found === "number" ? found : 0;
  };
  const newest = async (installedAppId: string, { jobs, statuses, limit, after }: ListFilter) => {
    const given = [installedAppId, await before(installedAppId, after), limit];
    return jobs === undefined
      ? query(newestOfAllSql(statuses), given)
      : query(newestSql(jobs, statuses), [...given, ...jobs]);
  };
  return {
    list: async (installedAppId, filter) =>
      filter.jobs?.length === 0 || filter.statuses?.length === 0
        ? []
        : (await newest(installedAppId, filter)).rows.map(toRun),
    listAll: async (filter) => (await query(listAllSql, filterValues(filter))).rows.map(toRun),
    counts: async (installedAppId, jobs) => {
      const { rows } = await query(
        countsSql(jobs),
        jobs === undefined ? [installedAppId] : [installedAppId, jobs],
      );
      return rows.map((row) => ({
        job: String(row["job"]),
        status: row["status"] as RunStatus,
        runs: Number(row["runs"]),
      }));
    },
  };
}
