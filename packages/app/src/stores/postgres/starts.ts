/**
 * Runs that begin, inside a transaction that the caller holds. However many a unit starts, it takes a few statements:
 * a tick starts one for each of a hundred thousand installations.
 */
import { randomUUID } from "node:crypto";
import type { AuditEntry } from "../../audit/index.ts";
import { entryOfStart } from "../../audit/of-runs.ts";
import { isPutOff, startColumns } from "../columns.ts";
import type { NewRun, RunStarted } from "../interface.ts";
import { type Inserted, startedBefore } from "../outcomes.ts";
import type { Row } from "../rows.ts";
import { addEntries } from "./audit.ts";
import { Prepared, type Query } from "./connection.ts";

const columns =
  "run_id, installed_app_id, job, status, input, available_at, waits_since, created_at, trace, cause";
const given =
  "unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[]";
const insertSql = new Prepared(
  "insert-runs",
  `INSERT INTO annex.runs (${columns}) SELECT * FROM ${given}) RETURNING run_number, run_id`,
);
const insertNumberedSql = new Prepared(
  "insert-numbered-runs",
  `INSERT INTO annex.runs (${columns}, run_number) OVERRIDING SYSTEM VALUE
  SELECT * FROM ${given}, $11::bigint[])`,
);

export type Start = { readonly run: NewRun; readonly now: number };

/** Starts runs that have no key and that nobody asks after here. */
export function sendRuns(query: Query, starts: readonly Start[]): void {
  void query(insertSql, columnsOf(starts, starts.map(newRunId)));
}

async function insertRuns(query: Query, starts: readonly Start[]): Promise<readonly RunStarted[]> {
  const ids = starts.map(newRunId);
  const { rows } = await query(insertSql, columnsOf(starts, ids));
  const numbers = new Map(rows.map((row) => [String(row["run_id"]), Number(row["run_number"])]));
  return ids.map((runId) => ({ runNumber: numbers.get(runId) ?? 0, runId, isNew: true }));
}

function newRunId(): string {
  return `run_${randomUUID()}`;
}

function columnsOf(starts: readonly Start[], ids: readonly string[]): readonly unknown[] {
  const begin = starts.map(({ run, now }) => startColumns(run.startsAt, now));
  return [
    ids,
    starts.map(({ run }) => run.installedAppId),
    starts.map(({ run }) => run.job),
    begin.map(({ status }) => status),
    starts.map(({ run }) => run.input ?? null),
    begin.map(({ availableAt }) => availableAt),
    begin.map(({ waitsSince }) => waitsSince),
    starts.map(({ now }) => now),
    starts.map(({ run }) => run.trace ?? null),
    starts.map(({ run }) => run.cause ?? null),
  ];
}

/** Starts runs, or finds those that were started under their keys; in the order they are given. */
export async function startRuns(
  query: Query,
  runs: readonly NewRun[],
  now: number,
): Promise<readonly Inserted[]> {
  if (runs.length === 0) return [];
  const underWay = await lanesUnderWay(query, runs, now);
  const isToStart = (run: NewRun) => {
    if (run.unlessUnderWay !== true) return true;
    const isLater = isPutOff(run.startsAt, now);
    const isBusy = underWay.has(lane(run, isLater));
    // The next one of the same unit finds this one under way.
    for (const later of isLater ? [true] : [true, false]) underWay.add(lane(run, later));
    return !isBusy;
  };
  const toStart = runs.filter(isToStart);
  const started = new Map<NewRun, RunStarted>([
    ...(await startPlain(query, toStart, now)),
    ...(await startKeyed(query, toStart, now)),
  ]);
  addEntries(
    query,
    [...started].flatMap(([run, inserted]) => entriesOf(run, inserted, now)),
  );
  const known = await knownKeys(
    query,
    runs.filter((run) => !started.has(run)),
  );
  return runs.map((run): Inserted => {
    const begun = started.get(run);
    if (begun !== undefined) return begun;
    const before = known.get(keyPlace(run));
    return before === undefined ? "under-way" : startedBefore(before, run.key);
  });
}

function entriesOf(run: NewRun, inserted: RunStarted, now: number): readonly AuditEntry[] {
  if (run.startedBy === undefined || !inserted.isNew) return [];
  return [entryOfStart(run, run.startedBy, inserted.runId, now)];
}

async function startPlain(
  query: Query,
  runs: readonly NewRun[],
  now: number,
): Promise<[NewRun, RunStarted][]> {
  const plain = runs.filter(({ key }) => key === undefined);
  if (plain.length === 0) return [];
  const started = await insertRuns(
    query,
    plain.map((run) => ({ run, now })),
  );
  return plain.flatMap((run, index): [NewRun, RunStarted][] => {
    const one = started[index];
    return one === undefined ? [] : [[run, one]];
  });
}

// Of replicas that start the same at once, one writes the key; the others wait for it here, and then find it.
const insertKeysSql = new Prepared(
  "insert-run-keys",
  `INSERT INTO annex.run_keys
    (installed_app_id, job, key, run_number, run_id, fingerprint, expires_at)
  SELECT id, job, key, nextval(pg_get_serial_sequence('annex.runs', 'run_number')), run_id, fingerprint, expires_at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    AS t (id, job, key, run_id, fingerprint, expires_at)
  ON CONFLICT (installed_app_id, job, key) DO NOTHING RETURNING run_id, run_number`,
);

async function startKeyed(
  query: Query,
  runs: readonly NewRun[],
  now: number,
): Promise<[NewRun, RunStarted][]> {
  const keyed = runs.filter(({ key }) => key !== undefined);
  if (keyed.length === 0) return [];
  const ids = keyed.map(newRunId);
  const { rows } = await query(insertKeysSql, [
    ...placesOf(keyed),
    ids,
    keyed.map(({ key }) => key?.fingerprint ?? ""),
    keyed.map(({ key }) => key?.expiresAt ?? null),
  ]);
  const numbers = new Map(rows.map((row) => [String(row["run_id"]), Number(row["run_number"])]));
  const won = keyed.flatMap((run, index) => {
    const runId = ids[index] ?? "";
    const runNumber = numbers.get(runId);
    return runNumber === undefined ? [] : [{ run, now, runId, runNumber }];
  });
  if (won.length > 0) {
    const wonIds = won.map(({ runId }) => runId);
    void query(insertNumberedSql, [...columnsOf(won, wonIds), won.map(({ runNumber }) => runNumber)]);
  }
  return won.map(({ run, runId, runNumber }) => [run, { runNumber, runId, isNew: true }]);
}

const knownKeysSql = new Prepared(
  "known-run-keys",
  `SELECT installed_app_id, job, key, run_number, run_id, fingerprint FROM annex.run_keys
  JOIN unnest($1::text[], $2::text[], $3::text[]) AS t (installed_app_id, job, key) USING (installed_app_id, job, key)`,
);

async function knownKeys(query: Query, runs: readonly NewRun[]): Promise<ReadonlyMap<string, Row>> {
  const keyed = runs.filter(({ key }) => key !== undefined);
  if (keyed.length === 0) return new Map();
  const { rows } = await query(knownKeysSql, placesOf(keyed));
  return new Map(rows.map((row) => [[row["installed_app_id"], row["job"], row["key"]].join("\n"), row]));
}

function placesOf(runs: readonly NewRun[]): readonly (readonly string[])[] {
  return [
    runs.map(({ installedAppId }) => installedAppId),
    runs.map(({ job }) => job),
    runs.map(({ key }) => key?.text ?? ""),
  ];
}

/** What no two runs share that have a key. */
function keyPlace({ installedAppId, job, key }: NewRun): string {
  return [installedAppId, job, key?.text].join("\n");
}

// One lock a job, since such starts come from ticks: replicas that see the same tick look one after the other.
const lockSql = `SELECT pg_advisory_xact_lock(place) FROM
  (SELECT DISTINCT hashtextextended('annex. start ' || job, 0) AS place FROM unnest($1::text[]) AS job ORDER BY 1) AS places`;
const ofLane = "FROM annex.runs r WHERE r.installed_app_id = t.id AND r.job = t.job AND r.status";
// Three looks at three small indexes: ended runs, of which there may be many, are in none of them. One that was put off
// and has not begun keeps only a start waiting that is put off too.
const underWaySql = `SELECT t.id, t.job, t.later FROM unnest($1::text[], $2::text[], $3::boolean[]) AS t (id, job, later)
  WHERE EXISTS (SELECT ${ofLane} = 'queued') OR EXISTS (SELECT ${ofLane} = 'running')
    OR EXISTS (SELECT ${ofLane} = 'waiting' AND (r.started_at IS NOT NULL OR t.later))`;

/** The lanes that keep starts waiting: those that are put off, and those that are not. */
async function lanesUnderWay(query: Query, runs: readonly NewRun[], now: number): Promise<Set<string>> {
  const asking = runs.filter(({ unlessUnderWay }) => unlessUnderWay === true);
  if (asking.length === 0) return new Set();
  const jobs = asking.map(({ job }) => job);
  await query(lockSql, [jobs]);
  const { rows } = await query(underWaySql, [
    asking.map(({ installedAppId }) => installedAppId),
    jobs,
    asking.map(({ startsAt }) => isPutOff(startsAt, now)),
  ]);
  return new Set(rows.map((row) => [row["id"], row["job"], row["later"]].join("\n")));
}

function lane({ installedAppId, job }: NewRun, isLater: boolean): string {
  return [installedAppId, job, isLater].join("\n");
}
