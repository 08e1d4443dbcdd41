/**
 * Runs as installations and operators see them, and as they end. Every write to
 * a running run names the fence it holds. The functions at the end run inside a
 * transaction that the caller holds.
 */
import { entryOfRun } from "../../audit/of-runs.ts";
import { endingColumns, workOfRun } from "../columns.ts";
import { optionalNumber, toOptionalRun } from "../rows.ts";
import type { ClaimRequest, Ending, RunHolder, RunStore, StoredRun } from "../runs.ts";
import { addEntries } from "./audit.ts";
import { createBatching } from "./batching.ts";
import { type Claims, claimLockSql, createClaims, createDue, type ServerClock } from "./claims.ts";
import { type Connection, Prepared, type Query } from "./connection.ts";
import { createLeases } from "./leases.ts";
import type { Order } from "./order.ts";
import { createRunLists } from "./run-lists.ts";
import { createSteps } from "./steps.ts";
import type { Transaction } from "./transaction.ts";

const getSql = "SELECT * FROM annex.runs WHERE run_id = $1 AND installed_app_id = $2";
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
// Only what can go on needs its steps; of what is completed the result is kept.
const endSql = new Prepared(
  "end-runs",
  `WITH ended AS (
    UPDATE annex.runs r
    SET status = e.status, result = e.result, failure = e.failure, progress = coalesce(e.progress, r.progress),
      failures = r.failures + e.failed, available_at = coalesce(e.available_at, r.available_at),
      waits_since = e.waits_since, finished_at = e.finished_at, worker = NULL, lease_until = NULL
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bigint[],
      $9::bigint[], $10::bigint[])
      AS e (run_number, fence, status, result, failure, progress, failed, available_at, waits_since, finished_at)
    WHERE r.run_number = e.run_number AND r.fence = e.fence AND r.status = 'running' RETURNING r.run_number, r.status),
  steps AS (DELETE FROM annex.steps s USING ended
    WHERE s.run_number = ended.run_number AND ended.status = 'completed'),
  effects AS (DELETE FROM annex.effects f USING ended
    WHERE f.work = '${workOfRun("")}' || ended.run_number AND ended.status = 'completed')
  SELECT run_number FROM ended`,
);
const rememberTickSql = `INSERT INTO annex.schedules (name, last_tick) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET last_tick = excluded.last_tick`;

type Ended = {
  readonly holder: RunHolder;
  readonly ending: Ending;
  readonly progress: string | undefined;
  readonly now: number;
};

/** What a turn asks for, and what it gets. */
type Asked = Ended | { readonly request: ClaimRequest };
type Answer = { readonly isTaken: boolean; readonly claimed: readonly StoredRun[] };

const mostInTurn = 200;

export function createRuns(
  connection: Connection,
  transaction: Transaction,
  order: Order,
  clockOfServer: ServerClock,
): RunStore {
  const { query } = connection;
  const { claimAll } = createClaims();
  // What has ended makes place for what is claimed: both of one turn share a transaction, and its flush.
  const turn = createBatching<Asked, Answer>(
    async (asked, deadline) => {
      const claims = asked.some((each) => "request" in each);
      // One way there and back for all of it: the COMMIT does not wait for the answers.
      const { answers } = await transaction.run(
        async (held) => ({ answers: take(held, asked, claimAll) }),
        deadline,
        claims ? claimLockSql : undefined,
      );
      return answers;
    },
    { atOnce: 1, most: mostInTurn },
  );
  return {
    ...createDue(connection, clockOfServer),
    ...createLeases(connection, transaction),
    ...createSteps(connection),
    ...createRunLists(query),

    claim: async (request) => {
      await order.written();
      return (await turn({ request })).claimed;
    },
    end: async (holder, ending, progress, now) => (await turn({ holder, ending, progress, now })).isTaken,

    get: async (installedAppId, runId) =>
      toOptionalRun((await query(getSql, [runId, installedAppId])).rows[0]),

    cancel: (installedAppId, runId, now, actor) =>
      transaction.run(async (held) => {
        const run = await changed(held, cancelOneSql, [now, runId, installedAppId]);
        if (run !== undefined) addEntries(held, [entryOfRun("job.cancelled", run, actor, now)]);
        return run;
      }),
    retry: (installedAppId, runId, now, actor) =>
      transaction.run(async (held) => {
        const run = await changed(held, retrySql, [now, runId, installedAppId]);
        if (run !== undefined) addEntries(held, [entryOfRun("job.retried", run, actor, now)]);
        return run;
      }),
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

/** All it asks of the database it asks at once. */
function take(
  query: Query,
  asked: readonly Asked[],
  claimAll: Claims["claimAll"],
): Promise<readonly Answer[]> {
  const ended = asked.filter((each) => "ending" in each);
  const requests = asked.flatMap((each) => ("request" in each ? [each.request] : []));
  const answers = Promise.all([
    ended.length === 0 ? [] : endAll(query, ended),
    requests.length === 0 ? [] : claimAll(query, requests),
  ]).then(([taken, claimed]) =>
    asked.map((each) => ({
      isTaken: "ending" in each && taken[ended.indexOf(each)] === true,
      claimed: "request" in each ? (claimed[requests.indexOf(each.request)] ?? []) : [],
    })),
  );
  // Where the transaction fails, its own failure is told.
  answers.catch(() => undefined);
  return answers;
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
    columns.map(({ waitsSince }) => waitsSince),
    columns.map(({ finishedAt }) => finishedAt),
  ]);
  const taken = new Set(rows.map((row) => Number(row["run_number"])));
  return ended.map(({ holder }) => taken.has(holder.runNumber));
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

async function changed(query: Query, sql: string, values: readonly unknown[]) {
  return toOptionalRun((await query(sql, values)).rows[0]);
}
