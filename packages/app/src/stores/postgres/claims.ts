/**
 * Which runs are worked next. What is due lies in lanes, one for each job of each
 * installation, and the lanes are served in turn: a tenant with a hundred thousand
 * queued runs takes one turn like everybody else. A step from lane to lane is one
 * look at an index, however long the lanes are. Replicas claim one after the other,
 * so that the limits hold over all of them.
 */
import { optionalNumber, toRun } from "../rows.ts";
import type { ClaimRequest, RunStore, StoredRun } from "../runs.ts";
import { type Connection, Prepared, type Query } from "./connection.ts";
import { serverNow } from "./leases.ts";

/** The time by the server's clock, in milliseconds since 1970. */
export type ServerClock = (query: Query) => Promise<number>;

export const serverClock: ServerClock = async (query) =>
  Number((await query(`SELECT ${serverNow} AS now`)).rows[0]?.["now"]);

/**
 * What a transaction that claims begins with. The claim is planned once, not for each claim anew: that would cost twice
 * what the claim itself does, and every plan of it is the same few looks at the same indexes.
 */
export const claimLockSql = `SET LOCAL plan_cache_mode = force_generic_plan;
  SELECT pg_advisory_xact_lock(hashtextextended('annex. claims', 0))`;
/** Lanes passed on each of the two ways of one claim, at most: the next claim goes on behind them. */
const mostPassed = 250;
/** Where the lanes of an installation end: what has no room at all is passed in one look. No job's name begins so. */
const pastEveryJob = `'~' COLLATE "C"`;
// From lane to lane beyond the one that was served last; and around from the first one up to it, where the end was
// reached. What a lane has no room for is known as it is passed: lanes that are full are stepped over, and keep nobody
// who comes behind them waiting. `open` counts those that are not, `passed` all of them.
const lanesSql = (name: string, from: string, within: string) => `${name} (
    installed_app_id, job, passed, open, of_lane, of_installation) AS (
    ${from}
    UNION ALL
    SELECT lane.installed_app_id, CASE WHEN room.of_installation > 0 THEN lane.job ELSE ${pastEveryJob} END,
      ${name}.passed + 1, ${name}.open + least(room.of_lane, 1), room.of_lane, room.of_installation
    FROM ${name} CROSS JOIN LATERAL (
      SELECT r.installed_app_id, r.job, r.run_number FROM annex.runs r
      WHERE r.status = 'queued' AND (r.installed_app_id, r.job) > (${name}.installed_app_id, ${name}.job) AND ${within}
      ORDER BY r.installed_app_id, r.job, r.run_number LIMIT 1) AS lane
    LEFT JOIN allowed ON allowed.job = lane.job
    CROSS JOIN LATERAL (
      SELECT $4::int - coalesce(sum(running.runs), 0)::int AS of_installation,
        allowed.at_once - coalesce(sum(running.runs) FILTER (WHERE running.job = lane.job), 0)::int AS of_job,
        coalesce(bool_or(running.of_group = allowed.of_group), false) AS group_works
      FROM running WHERE running.installed_app_id = lane.installed_app_id) AS left_over
    CROSS JOIN LATERAL (
      SELECT left_over.of_installation, CASE
        WHEN allowed.job IS NULL OR left_over.group_works THEN 0
        WHEN allowed.of_group IS NULL THEN greatest(0, least(left_over.of_installation, left_over.of_job, $5::int))
        WHEN EXISTS (SELECT FROM allowed AS mate, LATERAL (SELECT FROM annex.runs r
          WHERE r.status = 'queued' AND r.installed_app_id = lane.installed_app_id AND r.job = mate.job
            AND r.run_number < lane.run_number LIMIT 1) AS older
          WHERE mate.of_group = allowed.of_group AND mate.job <> lane.job) THEN 0
        ELSE greatest(0, least(left_over.of_installation, left_over.of_job, 1))
      END AS of_lane) AS room
    WHERE ${name}.open < $3 AND ${name}.passed < ${mostPassed}
  )`;
const served = '$1::text COLLATE "C", $2::text COLLATE "C"';
const claimSql = new Prepared(
  "claim-runs",
  `
  WITH RECURSIVE grouped AS MATERIALIZED (SELECT * FROM unnest($12::text[], $13::text[]) AS grouped (job, name)),
  allowed AS MATERIALIZED (
    SELECT asked.job, limits.at_once, grouped.name AS of_group FROM unnest($8::text[]) AS asked (job)
      LEFT JOIN unnest($6::text[], $7::int[]) AS limits (job, at_once) ON limits.job = asked.job
      LEFT JOIN grouped ON grouped.job = asked.job
  ),
  running AS MATERIALIZED (
    SELECT r.installed_app_id, r.job, r.runs, grouped.name AS of_group FROM (
      SELECT installed_app_id, job, count(*) AS runs FROM annex.runs WHERE status = 'running' GROUP BY 1, 2) AS r
      LEFT JOIN grouped ON grouped.job = r.job
  ),
  ${lanesSql("beyond", `SELECT ${served}, 0, 0, 0, 0`, "true")},
  ${lanesSql(
    "around",
    `SELECT '' COLLATE "C", '' COLLATE "C", 0, 0, 0, 0
      WHERE NOT EXISTS (SELECT FROM beyond WHERE open >= $3 OR passed >= ${mostPassed})`,
    `(r.installed_app_id, r.job) <= (${served})`,
  )},
  lanes AS (SELECT 1 AS way, * FROM beyond UNION ALL SELECT 2, * FROM around),
  found AS (
    SELECT due.run_number, lanes.way, lanes.passed, lanes.of_installation, lanes.installed_app_id,
      row_number() OVER (PARTITION BY lanes.way, lanes.passed ORDER BY due.run_number) AS in_lane
    FROM lanes, LATERAL (SELECT r.run_number FROM annex.runs r
      WHERE r.status = 'queued' AND r.installed_app_id = lanes.installed_app_id AND r.job = lanes.job
      ORDER BY r.run_number LIMIT lanes.of_lane) AS due
    WHERE lanes.of_lane > 0
  ),
  turns AS (
    SELECT *, row_number() OVER (PARTITION BY installed_app_id ORDER BY in_lane, way, passed) AS in_installation
    FROM found
  ),
  chosen AS (
    SELECT run_number, row_number() OVER (ORDER BY in_lane, way, passed) AS turn
    FROM turns WHERE in_installation <= of_installation
    ORDER BY in_lane, way, passed LIMIT $5
  ),
  claimed AS (
    UPDATE annex.runs r
    SET status = 'running', worker = $9, lease_until = ${serverNow} + $10::bigint, started_at = coalesce(r.started_at, $11),
      fence = r.fence + 1, attempt = r.attempt + 1
    FROM chosen WHERE r.run_number = chosen.run_number AND r.status = 'queued'
    RETURNING r.*, chosen.turn
  )
  SELECT claimed.*, furthest.installed_app_id AS furthest_id, furthest.job AS furthest_job
  FROM (SELECT installed_app_id, job FROM lanes ORDER BY way DESC, passed DESC LIMIT 1) AS furthest
    LEFT JOIN claimed ON true ORDER BY claimed.turn`,
);
const dueSql = new Prepared("due-runs", "SELECT 1 AS one FROM annex.runs WHERE status = 'queued' LIMIT 1");
const nextSql = new Prepared(
  "next-due",
  "SELECT min(available_at) AS at FROM annex.runs WHERE status = 'waiting'",
);
const waitingSql = new Prepared(
  "waiting-runs",
  `SELECT (SELECT min(available_at) FROM annex.runs WHERE status = 'waiting') AS at,
  (SELECT max(waits_since) FROM annex.runs WHERE status = 'waiting') AS since,
  (SELECT max(available_at) FROM annex.runs WHERE status = 'waiting') AS furthest`,
);
const promoteSql = `UPDATE annex.runs SET status = 'queued', waits_since = NULL
  WHERE run_number IN (SELECT run_number FROM annex.runs
    WHERE status = 'waiting' AND available_at <= $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)`;
// What an earlier version left waiting has no beginning.
const beginAnewSql = `UPDATE annex.runs SET waits_since = $1,
    available_at = $1 + greatest(0, least($2, coalesce(available_at - waits_since, 0)))
  WHERE run_number IN (SELECT run_number FROM annex.runs
    WHERE status = 'waiting' AND (waits_since > $3 OR available_at > $4) LIMIT 1000 FOR UPDATE SKIP LOCKED)`;

type Lane = { readonly installedAppId: string; readonly job: string };
const beforeAll: Lane = { installedAppId: "", job: "" };
/** Lanes with room that are looked at for one claim, for each run that is wanted. */
const lanesForEach = 4;

/** Claims inside a transaction that the caller holds, with the lock on claims. */
export type Claims = {
  /**
   * What each request gets, in their order; those of one worker are served together. All it asks of the database it
   * asks at once.
   */
  claimAll(held: Query, requests: readonly ClaimRequest[]): Promise<readonly (readonly StoredRun[])[]>;
};

export function createClaims(): Claims {
  let lastServed = beforeAll;

  const claimAfter = async (held: Query, lane: Lane, limit: number, request: ClaimRequest) => {
    const { concurrency, jobs, worker, leaseMilliseconds, now } = request;
    const { rows } = await held(claimSql, [
      lane.installedAppId,
      lane.job,
      limit * lanesForEach,
      concurrency.perInstallation,
      limit,
      [...concurrency.perJob.keys()],
      [...concurrency.perJob.values()],
      jobs,
      worker,
      leaseMilliseconds,
      now,
      [...concurrency.groups.keys()],
      [...concurrency.groups.values()],
    ]);
    const [first] = rows;
    const furthest = { installedAppId: String(first?.["furthest_id"]), job: String(first?.["furthest_job"]) };
    // One row says that alone where nothing was claimed.
    const claimed = rows.filter((row) => row["run_number"] !== null).map(toRun);
    return { claimed, furthest };
  };

  const claim = async (held: Query, request: ClaimRequest): Promise<readonly StoredRun[]> => {
    const { claimed, furthest } = await claimAfter(held, lastServed, request.limit, request);
    const last = claimed.at(-1);
    // With less than was asked for, no lane up to the furthest has more to give.
    lastServed = last === undefined || claimed.length < request.limit ? furthest : laneOf(last);
    return claimed;
  };

  return {
    claimAll: async (held, requests) => {
      const workers = [...new Set(requests.map(({ worker }) => worker))];
      // All sent at once, since what ends the transaction goes out right behind them.
      const claims = workers.map((worker) =>
        claim(held, together(requests.filter((each) => each.worker === worker))),
      );
      const claimed = await Promise.all(claims);
      const byWorker = new Map(workers.map((worker, index) => [worker, claimed[index] ?? []]));
      return requests.map(({ worker, limit }) => {
        const ofWorker = byWorker.get(worker) ?? [];
        byWorker.set(worker, ofWorker.slice(limit));
        return ofWorker.slice(0, limit);
      });
    },
  };
}

/** Requests of one worker as one. */
function together(requests: readonly ClaimRequest[]): ClaimRequest {
  const latest = requests.at(-1);
  if (latest === undefined) throw new Error("There is no request to claim for.");
  return { ...latest, limit: requests.reduce((sum, { limit }) => sum + limit, 0) };
}

/** What is due, and what will be. */
export function createDue(
  { query }: Connection,
  clockOfServer: ServerClock,
): Pick<RunStore, "hasDue" | "promote" | "nextDueAt"> {
  return {
    hasDue: async () => (await query(dueSql)).rows.length > 0,
    promote: async ({ now, clockSkew, longestWait }) => {
      const waiting = (await query(waitingSql)).rows[0];
      const isMisdatedBy = (clock: number) =>
        liesBeyond(waiting?.["since"], clock + clockSkew) ||
        liesBeyond(waiting?.["furthest"], clock + clockSkew + longestWait);
      // Who looks may be the one whose clock is wrong: the server's, which is one for all replicas, decides then.
      const doubted = isMisdatedBy(now);
      const later = doubted ? Math.max(now, await clockOfServer(query)) : now;
      const isMisdated = doubted && isMisdatedBy(later);
      const latest = later + clockSkew;
      const misdated = isMisdated
        ? (await query(beginAnewSql, [later, longestWait, latest, latest + longestWait])).count
        : 0;
      const behind = doubted && !isMisdated ? { behindBy: later - now } : {};
      const at = waiting?.["at"];
      if (!isMisdated && (typeof at !== "number" || at > now)) return { due: 0, misdated, ...behind };
      return { due: (await query(promoteSql, [now])).count, misdated, ...behind };
    },
    nextDueAt: async () => optionalNumber((await query(nextSql)).rows[0]?.["at"]),
  };
}

function liesBeyond(at: unknown, latest: number): boolean {
  return typeof at === "number" && at > latest;
}

function laneOf({ installedAppId, job }: StoredRun): Lane {
  return { installedAppId, job };
}
