/**
 * Runs as installations and operators see them, and as they end. Every write to
 * a running run names the fence it holds. The functions at the end run inside a
 * transaction that the caller holds.
 */
import { randomUUID } from "node:crypto";
import { entryOfRun, entryOfStart } from "../../audit/of-runs.ts";
import { endingColumns, isPutOff, startColumns, workOfRun } from "../columns.ts";
import type { NewRun } from "../interface.ts";
import { type Inserted, startedBefore } from "../outcomes.ts";
import { optionalNumber, toOptionalRun } from "../rows.ts";
import type { RunStore } from "../runs.ts";
import { addEntry } from "./audit.ts";
import { createClaims } from "./claims.ts";
import type { Connection } from "./connection.ts";
import { createLeases } from "./leases.ts";
import { createRunLists } from "./run-lists.ts";
import { createSteps } from "./steps.ts";
import type { Transaction } from "./transaction.ts";

const getSql = "SELECT * FROM runs WHERE run_id = ? AND installed_app_id = ?";
const underWay = "status IN ('waiting', 'queued', 'running')";
const cancelled = "SET status = 'cancelled', finished_at = ?1, worker = NULL, lease_until = NULL";
const cancelOneSql = `UPDATE runs ${cancelled}
  WHERE run_id = ?2 AND installed_app_id = ?3 AND ${underWay} RETURNING *`;
const cancelAllSql = `UPDATE runs ${cancelled}
  WHERE installed_app_id = ?2 AND job <> ?3 AND ${underWay} RETURNING run_number`;
const retrySql = `UPDATE runs
  SET status = 'queued', available_at = ?, failures = 0, crashes = 0, failure = NULL, finished_at = NULL
  WHERE run_id = ? AND installed_app_id = ? AND status IN ('failed', 'cancelled') RETURNING *`;
const hurrySql = `UPDATE runs SET status = 'queued', available_at = ?1
  WHERE installed_app_id = ?2 AND status = 'waiting' AND failure IS NULL`;
const endSql = `UPDATE runs
  SET status = ?, result = ?, failure = ?, progress = coalesce(?, progress), failures = failures + ?,
    available_at = coalesce(?, available_at), waits_since = ?, finished_at = ?, worker = NULL, lease_until = NULL
  WHERE run_number = ? AND fence = ? AND status = 'running'`;
const rememberTickSql = `INSERT INTO schedules (name, last_tick) VALUES (?, ?)
  ON CONFLICT (name) DO UPDATE SET last_tick = excluded.last_tick`;

export function createRuns(connection: Connection, transaction: Transaction): RunStore {
  const sql = connection.statement;
  return {
    ...createClaims(connection, transaction),
    ...createLeases(connection, transaction),
    ...createSteps(connection, transaction),
    ...createRunLists(connection),

    end: (holder, ending, progress, now) =>
      transaction.run(() => {
        const columns = endingColumns(ending, now);
        const { changes } = sql(endSql).run(
          columns.status,
          columns.result,
          columns.failure,
          progress ?? null,
          columns.failed,
          columns.availableAt,
          columns.waitsSince,
          columns.finishedAt,
          holder.runNumber,
          holder.fence,
        );
        const taken = Number(changes) === 1;
        // Only what can go on needs its steps; of what is completed the result is kept.
        if (taken && ending.kind === "completed") forgetSteps(connection, holder.runNumber);
        return taken;
      }),

    get: async (installedAppId, runId) => toOptionalRun(sql(getSql).get(runId, installedAppId)),

    cancel: (installedAppId, runId, now, actor) =>
      transaction.run(() => {
        const run = toOptionalRun(sql(cancelOneSql).get(now, runId, installedAppId));
        if (run !== undefined) addEntry(connection, entryOfRun("job.cancelled", run, actor, now));
        return run;
      }),
    retry: (installedAppId, runId, now, actor) =>
      transaction.run(() => {
        const run = toOptionalRun(sql(retrySql).get(now, runId, installedAppId));
        if (run !== undefined) addEntry(connection, entryOfRun("job.retried", run, actor, now));
        return run;
      }),
    hurry: (installedAppId, now) => transaction.run(() => hurryRuns(connection, installedAppId, now)),

    waitingJobs: async () =>
      sql("SELECT DISTINCT job FROM runs WHERE status IN ('waiting', 'queued')")
        .all()
        .map((row) => String(row["job"])),
    lastTick: async (schedule) =>
      optionalNumber(sql("SELECT last_tick FROM schedules WHERE name = ?").get(schedule)?.["last_tick"]),
    rememberTick: (schedule, tick) =>
      transaction.run(() => {
        sql(rememberTickSql).run(schedule, tick);
      }),
  };
}

const insertSql = `INSERT INTO runs (run_id, installed_app_id, job, status, input, available_at, waits_since, created_at, trace, cause)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING run_number`;
const insertKeySql = `INSERT INTO run_keys
    (installed_app_id, job, key, run_number, run_id, fingerprint, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (installed_app_id, job, key) DO NOTHING`;
const findKeySql = `SELECT run_number, run_id, fingerprint FROM run_keys
  WHERE installed_app_id = ? AND job = ? AND key = ?`;
const ofLane = "FROM runs WHERE installed_app_id = ?1 AND job = ?2 AND status";
// Three looks at three small indexes: ended runs, of which there may be many, are in none of them. One that was put off
// and has not begun keeps only a start waiting that is put off too.
const isUnderWaySql = `SELECT 1 AS one WHERE EXISTS (SELECT 1 ${ofLane} = 'queued')
  OR EXISTS (SELECT 1 ${ofLane} = 'running')
  OR EXISTS (SELECT 1 ${ofLane} = 'waiting' AND (started_at IS NOT NULL OR ?3))`;

/** Inside a transaction: starts a run, or finds the one that was started under its key. */
export function insertRun(connection: Connection, run: NewRun, now: number): Inserted {
  const sql = connection.statement;
  const { installedAppId, job, key } = run;
  const before = key === undefined ? undefined : sql(findKeySql).get(installedAppId, job, key.text);
  if (before !== undefined) return startedBefore(before, key);
  if (run.unlessUnderWay === true && isUnderWay(connection, run, now)) return "under-way";
  const runId = `run_${randomUUID()}`;
  const { input = null, trace = null, cause = null } = run;
  const { status, availableAt, waitsSince } = startColumns(run.startsAt, now);
  const times = [availableAt, waitsSince, now] as const;
  const row = sql(insertSql).get(runId, installedAppId, job, status, input, ...times, trace, cause);
  const runNumber = Number(row?.["run_number"]);
  if (key !== undefined) {
    const { text, fingerprint, expiresAt = null } = key;
    sql(insertKeySql).run(installedAppId, job, text, runNumber, runId, fingerprint, expiresAt);
  }
  if (run.startedBy !== undefined) addEntry(connection, entryOfStart(run, run.startedBy, runId, now));
  return { runNumber, runId, isNew: true };
}

function isUnderWay(connection: Connection, run: NewRun, now: number): boolean {
  const putOff = isPutOff(run.startsAt, now) ? 1 : 0;
  return connection.statement(isUnderWaySql).get(run.installedAppId, run.job, putOff) !== undefined;
}

/** Inside a transaction: cancels all but those of a job. What cleans up after an end must not be cancelled by it. */
export function cancelRuns(
  connection: Connection,
  installedAppId: string,
  exceptJob: string,
  now: number,
): readonly number[] {
  return connection
    .statement(cancelAllSql)
    .all(now, installedAppId, exceptJob)
    .map((row) => Number(row["run_number"]));
}

/** Inside a transaction: what waits without having failed is due now. */
export function hurryRuns(connection: Connection, installedAppId: string, now: number): void {
  connection.statement(hurrySql).run(now, installedAppId);
}

export function forgetSteps(connection: Connection, runNumber: number): void {
  connection.statement("DELETE FROM steps WHERE run_number = ?").run(runNumber);
  connection.statement("DELETE FROM effects WHERE work = ?").run(workOfRun(runNumber));
}
