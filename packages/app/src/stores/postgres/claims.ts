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
// From lane to lane beyond the one that was served last, and around from the first one up to it.
const lanesSql = (
  name: string,
  within: string,
  firstPlace: string,
) => `${name} (installed_app_id, job, place) AS (
    (SELECT installed_app_id, job, ${firstPlace} FROM annex.runs r
      WHERE status = 'queued' AND ${within} ORDER BY installed_app_id, job LIMIT 1)
    UNION ALL
    SELECT following.installed_app_id, following.job, ${name}.place + 1 FROM ${name}, LATERAL (
      SELECT r.installed_app_id, r.job FROM annex.runs r
      WHERE r.status = 'queued' AND (r.installed_app_id, r.job) > (${name}.installed_app_id, ${name}.job) AND ${within}
      ORDER BY r.installed_app_id, r.job LIMIT 1) AS following
    WHERE ${name}.place < ${firstPlace} + $3 - 1
  )`;
const served = '($1::text COLLATE "C", $2::text COLLATE "C")';
const claimSql = new Prepared(
  "claim-runs",
  `
  WITH RECURSIVE ${lanesSql("beyond", `(r.installed_app_id, r.job) > ${served}`, "1")},
  ${lanesSql("around", `(r.installed_app_id, r.job) <= ${served}`, "1 + $3")},
  lanes AS (SELECT * FROM beyond UNION ALL SELECT * FROM around),
  running AS (
    SELECT installed_app_id, job, count(*) AS runs FROM annex.runs WHERE status = 'running' GROUP BY 1, 2
  ),
  room AS (
    SELECT lanes.*,
      least($4::int - coalesce((SELECT sum(runs) FROM running WHERE running.installed_app_id = lanes.installed_app_id), 0),
        $5::int) AS of_installation,
      coalesce(limits.at_once - coalesce((SELECT runs FROM running
        WHERE running.installed_app_id = lanes.installed_app_id AND running.job = lanes.job), 0), $5::int) AS of_lane,
      grouped.name AS of_group
    FROM lanes LEFT JOIN unnest($6::text[], $7::int[]) AS limits (job, at_once) ON limits.job = lanes.job
      LEFT JOIN unnest($12::text[], $13::text[]) AS grouped (job, name) ON grouped.job = lanes.job
    WHERE lanes.job = ANY($8) AND NOT EXISTS (SELECT FROM running
      JOIN unnest($12::text[], $13::text[]) AS other (job, name) ON other.job = running.job
      WHERE running.installed_app_id = lanes.installed_app_id AND other.name = grouped.name)
  ),
  found AS (
    SELECT due.run_number, room.place, room.of_installation, room.of_lane, room.installed_app_id, room.job, room.of_group,
      row_number() OVER (PARTITION BY room.installed_app_id, room.job ORDER BY due.run_number) AS in_lane
    FROM room, LATERAL (SELECT r.run_number FROM annex.runs r
      WHERE r.status = 'queued' AND r.installed_app_id = room.installed_app_id AND r.job = room.job
      ORDER BY r.run_number LIMIT greatest(0, least(room.of_installation, room.of_lane))) AS due
  ),
  alone AS (
    SELECT *, row_number() OVER (PARTITION BY installed_app_id, of_group ORDER BY in_lane, place) AS in_group FROM found
  ),
  turns AS (
    SELECT *, row_number() OVER (PARTITION BY installed_app_id ORDER BY in_lane, place) AS in_installation
    FROM alone WHERE of_group IS NULL OR in_group = 1
  ),
  chosen AS (
    SELECT run_number, in_lane, place FROM turns WHERE in_installation <= of_installation
    ORDER BY in_lane, place LIMIT $5
  )
  UPDATE annex.runs r
  SET status = 'running', worker = $9, lease_until = ${serverNow} + $10::bigint, started_at = coalesce(r.started_at, $11),
    fence = r.fence + 1, attempt = r.attempt + 1
  FROM chosen WHERE r.run_number = chosen.run_number AND r.status = 'queued'
  RETURNING r.*, chosen.in_lane, chosen.place`,
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
/** Lanes looked at for one claim, for each run that is wanted. */
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
    const inTurn = [...rows].sort(
      (one, other) =>
        Number(one["in_lane"]) - Number(other["in_lane"]) || Number(one["place"]) - Number(other["place"]),
    );
    return inTurn.map(toRun);
  };

  const claim = async (held: Query, request: ClaimRequest): Promise<readonly StoredRun[]> => {
    const claimed = await claimAfter(held, lastServed, request.limit, request);
    const last = claimed.at(-1);
    lastServed = last === undefined || claimed.length < request.limit ? beforeAll : laneOf(last);
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
