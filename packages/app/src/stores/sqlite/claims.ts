/**
 * Which runs are worked next. What is due lies in lanes, one for each job of each
 * installation, and the lanes are served in turn: a tenant with a hundred thousand
 * queued runs takes one turn like everybody else. A step from lane to lane is one
 * look at an index, however long the lanes are.
 */
import { optionalNumber, toOptionalRun } from "../rows.ts";
import type { ClaimRequest, Concurrency, RunStore, StoredRun } from "../runs.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const nextLaneSql = `SELECT installed_app_id, job, run_number FROM runs
  WHERE status = 'queued' AND (installed_app_id, job) > (?, ?)
  ORDER BY installed_app_id, job, run_number LIMIT 1`;
const olderSql = `SELECT 1 AS one FROM runs
  WHERE status = 'queued' AND installed_app_id = ? AND job = ? AND run_number < ? LIMIT 1`;
const claimSql = `UPDATE runs
  SET status = 'running', worker = ?, lease_until = ?, started_at = coalesce(started_at, ?),
    fence = fence + 1, attempt = attempt + 1
  WHERE run_number = ? AND status = 'queued' RETURNING *`;
const runningSql =
  "SELECT installed_app_id, job, count(*) AS runs FROM runs WHERE status = 'running' GROUP BY 1, 2";
const promoteSql = `UPDATE runs SET status = 'queued', waits_since = NULL
  WHERE run_number IN (SELECT run_number FROM runs WHERE status = 'waiting' AND available_at <= ?1 LIMIT 1000)`;
// Two looks at two indexes: with one condition for both, each look would read everything that waits.
export const misdatedSql = `SELECT run_number FROM runs WHERE status = 'waiting' AND waits_since > ?1
  UNION ALL SELECT run_number FROM runs WHERE status = 'waiting' AND available_at > ?2 LIMIT 1000`;
// What an earlier version left waiting has no beginning.
const beginAnewSql = `UPDATE runs SET waits_since = ?1,
    available_at = ?1 + max(0, min(?2, coalesce(available_at - waits_since, 0)))
  WHERE run_number = ?3 AND status = 'waiting'`;

type Lane = { readonly installedAppId: string; readonly job: string };

/**
 * Lanes whose jobs nobody here defines, that are full, or whose group has an older run in another lane, are passed over;
 * at most so many for one claim.
 */
const mostPassedOver = 1000;
const beforeAll: Lane = { installedAppId: "", job: "" };

export function createClaims(
  connection: Connection,
  transaction: Transaction,
): Pick<RunStore, "claim" | "hasDue" | "promote" | "nextDueAt"> {
  const sql = connection.statement;
  let lastServed = beforeAll;

  /** Whether the turn of a lane's group is another lane's, which has waited for longer. */
  function isBehindMate({ installedAppId, job }: Lane, runNumber: number, request: ClaimRequest): boolean {
    const { groups } = request.concurrency;
    const group = groups.get(job);
    if (group === undefined) return false;
    // A run of a job that nobody here defines waits for who does, and keeps nobody waiting.
    const mates = request.jobs.filter((other) => other !== job && groups.get(other) === group);
    return mates.some((mate) => sql(olderSql).get(installedAppId, mate, runNumber) !== undefined);
  }

  function claim(request: ClaimRequest): readonly StoredRun[] {
    const jobs = new Set(request.jobs);
    const { groups } = request.concurrency;
    const taken = readRunning(connection, groups);
    const claimed: StoredRun[] = [];
    let passedOver = 0;
    let wrapped = false;
    while (claimed.length < request.limit && passedOver < mostPassedOver) {
      const next = sql(nextLaneSql).get(lastServed.installedAppId, lastServed.job);
      if (next === undefined) {
        // Once around without a turn taken since: nothing is left to claim.
        if (wrapped) break;
        wrapped = true;
        lastServed = beforeAll;
        continue;
      }
      lastServed = { installedAppId: String(next["installed_app_id"]), job: String(next["job"]) };
      const runNumber = Number(next["run_number"]);
      if (
        !jobs.has(lastServed.job) ||
        isFull(taken, lastServed, request.concurrency) ||
        isBehindMate(lastServed, runNumber, request)
      ) {
        passedOver += 1;
        continue;
      }
      const { worker, leaseMilliseconds, now } = request;
      const run = toOptionalRun(sql(claimSql).get(worker, now + leaseMilliseconds, now, runNumber));
      if (run === undefined) continue;
      claimed.push(run);
      count(taken, lastServed, groups);
      wrapped = false;
    }
    return claimed;
  }

  return {
    claim: (request) => transaction.run(() => claim(request)),
    hasDue: async () => sql("SELECT 1 AS one FROM runs WHERE status = 'queued' LIMIT 1").get() !== undefined,
    promote: async ({ now, clockSkew, longestWait }) => {
      const latest = now + clockSkew;
      const due = sql("SELECT min(available_at) AS at FROM runs WHERE status = 'waiting'").get()?.["at"];
      const found = sql(misdatedSql).all(latest, latest + longestWait);
      const misdated = new Set(found.map((row) => Number(row["run_number"])));
      if ((typeof due !== "number" || due > now) && misdated.size === 0) return { due: 0, misdated: 0 };
      return transaction.run(() => {
        for (const runNumber of misdated) sql(beginAnewSql).run(now, longestWait, runNumber);
        return { due: Number(sql(promoteSql).run(now).changes), misdated: misdated.size };
      });
    },
    nextDueAt: async () =>
      optionalNumber(sql("SELECT min(available_at) AS at FROM runs WHERE status = 'waiting'").get()?.["at"]),
  };
}

/** How many run at once, by installation, by lane and by group. */
type Running = Map<string, number>;
type Groups = Concurrency["groups"];

function readRunning(connection: Connection, groups: Groups): Running {
  const running: Running = new Map();
  for (const row of connection.statement(runningSql).all()) {
    const lane = { installedAppId: String(row["installed_app_id"]), job: String(row["job"]) };
    count(running, lane, groups, Number(row["runs"]));
  }
  return running;
}

function count(running: Running, lane: Lane, groups: Groups, runs = 1): void {
  const group = groups.get(lane.job);
  const keys = [lane.installedAppId, laneKey(lane), ...(group === undefined ? [] : [groupKey(lane, group)])];
  for (const key of keys) running.set(key, (running.get(key) ?? 0) + runs);
}

function isFull(running: Running, lane: Lane, concurrency: Concurrency): boolean {
  const inInstallation = running.get(lane.installedAppId) ?? 0;
  const inLane = running.get(laneKey(lane)) ?? 0;
  const group = concurrency.groups.get(lane.job);
  return (
    inInstallation >= concurrency.perInstallation ||
    (group !== undefined && (running.get(groupKey(lane, group)) ?? 0) > 0) ||
    inLane >= (concurrency.perJob.get(lane.job) ?? Number.POSITIVE_INFINITY)
  );
}

// Ids hold no line break.
function laneKey({ installedAppId, job }: Lane): string {
  return `${installedAppId}\n${job}`;
}

function groupKey({ installedAppId }: Lane, group: string): string {
  return `${installedAppId}\n\n${group}`;
}
