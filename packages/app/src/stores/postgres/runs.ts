/**
 * Runs as installations and operators see them, and as they end. Every write to
 * a running run names the fence it holds. The functions at the end run inside a
 * transaction that the caller holds.
 */
import { randomUUID } from "node:crypto";
import type { NewRun, RunStarted } from "../interface.ts";
import type { Ending, ListFilter, RunHolder, RunStatus, RunStore } from "../runs.ts";
import { createBatching } from "./batching.ts";
import { createClaims } from "./claims.ts";
import type { Connection, Query, Row } from "./connection.ts";
import { workOfRun } from "./effects.ts";
import { createLeases } from "./leases.ts";
import { optionalNumber, toOptionalRun, toRun } from "./rows.ts";
import { createSteps } from "./steps.ts";
import type { Transaction } from "./transaction.ts";

const getSql = "SELECT * FROM annex.runs WHERE run_id = $1 AND installed_app_id = $2";
// A status as people see it: what waits for its time is queued.
const matches = `($1::text IS NULL OR job = $1)
    AND ($2::text IS NULL OR status = $2 OR ($2 = 'queued' AND status = 'waiting'))
    AND ($3::text IS NULL OR run_number < (SELECT run_number FROM annex.runs WHERE run_id = $3))`;
const listSql = `SELECT * FROM annex.runs WHERE installed_app_id = $5 AND job <> '@ask-cloud' AND ${matches}
  ORDER BY run_number DESC LIMIT $4`;
const listAllSql = `SELECT * FROM annex.runs WHERE ($5::text IS NULL OR run_id = $5) AND ${matches} ORDER BY run_number DESC LIMIT $4`;
const countsSql = `SELECT CASE status WHEN 'waiting' THEN 'queued' ELSE status END AS status, count(*)::int AS runs
  FROM annex.runs WHERE installed_app_id = $1 AND job <> '@ask-cloud' AND ($2::text IS NULL OR job = $2) GROUP BY 1`;
const underWay = "status IN ('waiting', 'queued', 'running')";
const cancelled = "SET status = 'cancelled', finished_at = $1, worker = NULL, lease_until = NULL";
const cancelOneSql = `UPDATE annex.runs ${cancelled}
  WHERE run_id = $2 AND installed_app_id = $3 AND ${underWay} RETURNING *`;
const cancelAllSql = `UPDATE annex.runs ${cancelled}
  WHERE installed_app_id = $2 AND job <> $3 AND ${underWay} RETURNING run_number`;
const retrySql = `UPDATE annex.runs
  SET status = 'queued', available_at = $1, failures = 0, crashes = 0, failure = NULL, finished_at = NULL
  WHERE run_id = $2 AND installed_app_id = $3 AND status IN ('failed', 'cancelled') RETURNING *`;
const hurrySql = `UPDATE annex.runs SET status = 'queued', available_at = $1
  WHERE installed_app_id = $2 AND status = 'waiting' AND failure IS NULL`;
const endSql = `UPDATE annex.runs r
  SET status = e.status, result = e.result, failure = e.failure, progress = coalesce(e.progress, r.progress),
    failures = r.failures + e.failed, available_at = coalesce(e.available_at, r.available_at),
    finished_at = e.finished_at, worker = NULL, lease_until = NULL
  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bigint[],
    $9::bigint[]) AS e (run_number, fence, status, result, failure, progress, failed, available_at, finished_at)
  WHERE r.run_number = e.run_number AND r.fence = e.fence AND r.status = 'running' RETURNING r.run_number`;
const rememberTickSql = `INSERT INTO annex.schedules (name, last_tick) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET last_tick = excluded.last_tick`;

type Ended = {
  readonly holder: RunHolder;
  readonly ending: Ending;
  readonly progress: string | undefined;
  readonly now: number;
};

const mostEnded = 100;

export function createRuns(connection: Connection, transaction: Transaction): RunStore {
  const { query } = connection;
  const one = async (sql: string, values: readonly unknown[]) =>
    toOptionalRun((await query(sql, values)).rows[0]);
  const end = createBatching<Ended, boolean>((ended) => transaction.run((held) => endAll(held, ended)), {
    atOnce: 1,
    most: mostEnded,
  });
  return {
    ...createClaims(connection, transaction),
    ...createLeases(connection),
    ...createSteps(connection),

    end: (holder, ending, progress, now) => end({ holder, ending, progress, now }),

    get: (installedAppId, runId) => one(getSql, [runId, installedAppId]),
    list: async (installedAppId, filter) =>
      (await query(listSql, [...filterValues(filter), installedAppId])).rows.map(toRun),
    listAll: async (filter) =>
      (await query(listAllSql, [...filterValues(filter), filter.runId ?? null])).rows.map(toRun),
    counts: async (installedAppId, job) => {
      const { rows } = await query(countsSql, [installedAppId, job ?? null]);
      return Object.fromEntries(rows.map((row) => [row["status"] as RunStatus, Number(row["runs"])]));
    },

    cancel: (installedAppId, runId, now) => one(cancelOneSql, [now, runId, installedAppId]),
    retry: (installedAppId, runId, now) => one(retrySql, [now, runId, installedAppId]),
    hurry: (installedAppId, now) => hurryRuns(query, installedAppId, now),

    waitingJobs: async () => {
      const { rows } = await query(
        "SELECT DISTINCT job FROM annex.runs WHERE status IN ('waiting', 'queued')",
      );
      return rows.map((row) => String(row["job"]));
    },
    lastTick: async (schedule) => {
      const { rows } = await query("SELECT last_tick FROM annex.schedules WHERE name = $1", [schedule]);
      return optionalNumber(rows[0]?.["last_tick"]);
    },
    rememberTick: async (schedule, tick) => {
      await query(rememberTickSql, [schedule, tick]);
    },
  };
}

async function endAll(query: Query, ended: readonly Ended[]): Promise<readonly boolean[]> {
  const columns = ended.map(({ ending, now }) => endingColumns(ending, now));
  const { rows } = await query(endSql, [
    ended.map(({ holder }) => holder.runNumber),
    ended.map(({ holder }) => holder.fence),
    columns.map(({ status }) => status),
    columns.map(({ result }) => result),
    columns.map(({ failure }) => failure),
    ended.map(({ progress }) => progress ?? null),
    columns.map(({ failed }) => failed),
    columns.map(({ availableAt }) => availableAt),
    columns.map(({ finishedAt }) => finishedAt),
  ]);
  const taken = new Set(rows.map((row) => Number(row["run_number"])));
  // Only what can go on needs its steps; of what is completed the result is kept.
  const done = ended.filter(
    ({ holder, ending }) => ending.kind === "completed" && taken.has(holder.runNumber),
  );
  if (done.length > 0)
    await forgetSteps(
      query,
      done.map(({ holder }) => holder.runNumber),
    );
  return ended.map(({ holder }) => taken.has(holder.runNumber));
}

function filterValues(filter: ListFilter): readonly unknown[] {
  return [filter.job ?? null, filter.status ?? null, filter.after ?? null, filter.limit];
}

type EndingColumns = {
  readonly status: string;
  readonly result: string | null;
  readonly failure: string | null;
  readonly failed: number;
  readonly availableAt: number | null;
  readonly finishedAt: number | null;
};

function endingColumns(ending: Ending, now: number): EndingColumns {
  const columns = { result: null, failure: null, failed: 0, availableAt: null, finishedAt: null };
  switch (ending.kind) {
    case "completed":
      return { ...columns, status: "completed", result: ending.result ?? null, finishedAt: now };
    case "failed":
      return { ...columns, status: "failed", failure: ending.failure, failed: 1, finishedAt: now };
    case "retried": {
      const { failure, availableAt } = ending;
      return { ...columns, status: waitingOrDue(availableAt, now), failure, failed: 1, availableAt };
    }
    case "released": {
      const { availableAt } = ending;
      return { ...columns, status: waitingOrDue(availableAt, now), availableAt };
    }
    case "cancelled":
      return { ...columns, status: "cancelled", finishedAt: now };
  }
}

function waitingOrDue(availableAt: number, now: number): "waiting" | "queued" {
  return availableAt > now ? "waiting" : "queued";
}

const insertSql = `INSERT INTO annex.runs (run_id, installed_app_id, job, status, input, available_at, created_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
  RETURNING run_number, run_id`;
const insertKeySql = `INSERT INTO annex.run_keys
    (installed_app_id, job, key, run_number, run_id, fingerprint, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const findKeySql = `SELECT run_number, run_id, fingerprint FROM annex.run_keys
  WHERE installed_app_id = $1 AND job = $2 AND key = $3`;
const isUnderWaySql = `SELECT 1 AS one FROM annex.runs
  WHERE installed_app_id = $1 AND job = $2 AND ${underWay} LIMIT 1`;
const lockStartSql = "SELECT pg_advisory_xact_lock(hashtextextended('annex. start ' || $1, 0))";

/** What became of a start: a run, none since another is under way, or a key that is known with another input. */
export type Inserted = RunStarted | "under-way" | "key-reused";

/** Inside a transaction: starts runs that have no key, all at once. */
export async function insertRuns(
  query: Query,
  starts: readonly { readonly run: NewRun; readonly now: number }[],
): Promise<readonly RunStarted[]> {
  const ids = starts.map(() => `run_${randomUUID()}`);
  const due = starts.map(({ run, now }) => run.availableAt ?? now);
  const { rows } = await query(insertSql, [
    ids,
    starts.map(({ run }) => run.installedAppId),
    starts.map(({ run }) => run.job),
    starts.map(({ now }, index) => waitingOrDue(due[index] ?? now, now)),
    starts.map(({ run }) => run.input ?? null),
    due,
    starts.map(({ now }) => now),
  ]);
  const numbers = new Map(rows.map((row) => [String(row["run_id"]), Number(row["run_number"])]));
  return ids.map((runId) => ({ runNumber: numbers.get(runId) ?? 0, runId, isNew: true }));
}

/** Inside a transaction: starts a run, or finds the one that was started under its key. */
export async function insertRun(query: Query, run: NewRun, now: number): Promise<Inserted> {
  const { installedAppId, job, key } = run;
  // Two replicas that start the same look one after the other.
  if (key !== undefined || run.unlessUnderWay === true)
    await query(lockStartSql, [[installedAppId, job, key?.text ?? ""].join("\n")]);
  const before =
    key === undefined ? undefined : (await query(findKeySql, [installedAppId, job, key.text])).rows[0];
  if (before !== undefined) return startedBefore(before, key?.fingerprint);
  if (run.unlessUnderWay === true && (await query(isUnderWaySql, [installedAppId, job])).rows.length > 0)
    return "under-way";
  const [started] = await insertRuns(query, [{ run, now }]);
  if (started === undefined) throw new Error("The store gave no run.");
  if (key !== undefined) {
    const { runNumber, runId } = started;
    const { text, fingerprint, expiresAt = null } = key;
    await query(insertKeySql, [installedAppId, job, text, runNumber, runId, fingerprint, expiresAt]);
  }
  return started;
}

function startedBefore(row: Row, fingerprint: string | undefined): Inserted {
  if (row["fingerprint"] !== fingerprint) return "key-reused";
  return { runNumber: Number(row["run_number"]), runId: String(row["run_id"]), isNew: false };
}

/** Inside a transaction: cancels all but those of a job. What cleans up after an end must not be cancelled by it. */
export async function cancelRuns(
  query: Query,
  installedAppId: string,
  exceptJob: string,
  now: number,
): Promise<readonly number[]> {
  const { rows } = await query(cancelAllSql, [now, installedAppId, exceptJob]);
  return rows.map((row) => Number(row["run_number"]));
}

/** Inside a transaction: what waits without having failed is due now. */
export async function hurryRuns(query: Query, installedAppId: string, now: number): Promise<void> {
  await query(hurrySql, [now, installedAppId]);
}

export async function forgetSteps(query: Query, runNumbers: readonly number[]): Promise<void> {
  await query("DELETE FROM annex.steps WHERE run_number = ANY($1)", [runNumbers]);
  await query("DELETE FROM annex.effects WHERE work = ANY($1)", [runNumbers.map(workOfRun)]);
}
