/** SQL of the queue of work: what is to be done later, kept until it is done. */
import type { SqlDatabase } from "./database.ts";

/** A piece of work to be kept. */
export interface NewWork {
  readonly kind: string;
  /** Text of a timestamp, UTC; work is not begun before. */
  readonly dueAt: string;
  readonly payload: unknown;
  /** No second piece with this mark can wait at the same time. */
  readonly onlyOnce?: string;
}

/** How far work is that takes several commits. */
export type WorkProgress = Readonly<Record<string, number | string | boolean>>;

/** A step of such work: it is made only by who knows how far it was. */
export interface WorkStep {
  readonly workId: string;
  /** Nothing before the first one. */
  readonly from: WorkProgress | null;
  /** Undefined when the step finishes it. */
  readonly to: WorkProgress | undefined;
}

/** A piece of work as far as somebody knows of it. */
export type WorkPlace = Pick<WorkStep, "workId" | "from">;

/** The columns of places, for `unnest`. */
export function placeColumns(places: readonly WorkPlace[]): readonly (readonly (string | null)[])[] {
  return [
    places.map(({ workId }) => workId),
    places.map(({ from }) => (from === null ? null : JSON.stringify(from))),
  ];
}

/** Where work is left to be done. */
export interface WorkQueue {
  /**
   * Keeps pieces of work; those whose `onlyOnce` waits already are left out.
   *
   * @returns how many were kept
   */
  add(items: readonly NewWork[]): Promise<number>;
  /** Keeps a piece of work while the caller is at it: what he has not finished by then the worker does. */
  during<T>(item: NewWork, work: (workId: string) => Promise<T>): Promise<T>;
  /** Says that there is something to do; costs nothing when there is not. */
  wake(): void;
}

/** Why an action that had been accepted was not carried out. */
export interface WorkRefusal {
  readonly workId: string;
  readonly reason: string;
}

/** A piece of work taken from the queue. */
export interface Work {
  readonly workId: string;
  readonly kind: string;
  readonly attempts: number;
  readonly payload: unknown;
  /** Absent before the first step. */
  readonly progress: WorkProgress | null;
}

/**
 * SQL that keeps new work and returns its ids; those whose `onlyOnce` waits already are left out.
 *
 * @param first the number of the first of its parameters, which `workColumns` gives
 */
export function workInsertion(first: number, leasedUntil = "NULL"): string {
  const columns = Array.from({ length: 4 }, (_, index) => `$${first + index}::text[]`);
  return `INSERT INTO annex.work (kind, due_at, only_once, payload, leased_until)
    SELECT n.kind, n.due_at::timestamp, n.only_once, n.payload::jsonb, ${leasedUntil}
    FROM unnest(${columns.join(", ")}) AS n (kind, due_at, only_once, payload)
    ON CONFLICT (only_once) DO NOTHING RETURNING work_id`;
}

/** Stores pieces of work. Returns how many were stored. */
export async function addWork(database: SqlDatabase, items: readonly NewWork[]): Promise<number> {
  return (await database.query(workInsertion(1), workColumns(items))).length;
}

/** Stores a piece of work that is being done already; returns its id. */
export async function addLeasedWork(
  database: SqlDatabase,
  item: NewWork,
  leaseSeconds: number,
): Promise<string> {
  const sql = workInsertion(1, "now() + $5 * interval '1 second'");
  const [row] = await database.query(sql, [...workColumns([item]), leaseSeconds]);
  return String(row?.["work_id"]);
}

/** The columns of new work, one array each, for `unnest`. */
export function workColumns(items: readonly NewWork[]): readonly (readonly (string | null)[])[] {
  return [
    items.map((item) => item.kind),
    items.map((item) => item.dueAt),
    items.map((item) => item.onlyOnce ?? null),
    items.map((item) => JSON.stringify(item.payload)),
  ];
}

/** Kinds of work of which a piece waits for the one before it, and how many more of them somebody has a place for. */
export interface WorkLine {
  readonly kinds: readonly string[];
  readonly free: number;
}

/** What somebody takes of the work. */
export interface Claim {
  /** Text of a timestamp, UTC. */
  readonly dueUntil: string;
  readonly leaseSeconds: number;
  readonly limit: number;
  readonly lines: readonly WorkLine[];
}

/**
 * Takes due work, oldest first, and keeps other processes from it until the lease ends. What ends with its
 * row deleted is done; what does not is taken again. What a line has no place for is passed over, so that it is in
 * nobody's way.
 */
export async function claimWork(
  database: SqlDatabase,
  { dueUntil, leaseSeconds, limit, lines }: Claim,
): Promise<readonly Work[]> {
  const kinds = lines.flatMap((line, index) => line.kinds.map((kind) => ({ kind, index, free: line.free })));
  const rows = await database.query(
    `WITH lines AS (
       SELECT kind, line, free::integer FROM unnest($4::text[], $5::text[], $6::text[]) AS l (kind, line, free)),
     due AS (
       SELECT work_id, due_at, kind FROM annex.work
       WHERE due_at <= $1::text::timestamp AND (leased_until IS NULL OR leased_until < now())
         AND kind NOT IN (SELECT kind FROM lines WHERE free <= 0)
       ORDER BY due_at, work_id LIMIT $3 FOR UPDATE SKIP LOCKED),
     placed AS (
       SELECT due.work_id, lines.free,
         row_number() OVER (PARTITION BY lines.line ORDER BY due.due_at, due.work_id) AS place
       FROM due LEFT JOIN lines ON lines.kind = due.kind)
     UPDATE annex.work w SET leased_until = now() + $2 * interval '1 second'
     FROM placed WHERE w.work_id = placed.work_id AND (placed.free IS NULL OR placed.place <= placed.free)
     RETURNING w.work_id, w.kind, w.attempts, w.payload, w.progress`,
    [
      dueUntil,
      leaseSeconds,
      limit,
      kinds.map(({ kind }) => kind),
      kinds.map(({ index }) => String(index)),
      kinds.map(({ free }) => String(free)),
    ],
  );
  return inOrder(rows);
}

function inOrder(rows: readonly Readonly<Record<string, unknown>>[]): readonly Work[] {
  const order = (row: Readonly<Record<string, unknown>>) => BigInt(String(row["work_id"]));
  const sorted = [...rows].sort((first, second) => (order(first) < order(second) ? -1 : 1));
  return sorted.map((row) => ({
    workId: String(row["work_id"]),
    kind: String(row["kind"]),
    attempts: Number(row["attempts"]),
    payload: row["payload"],
    progress: row["progress"] as WorkProgress | null,
  }));
}

/**
 * Keeps other processes from work that is still being done here. What is locked is just being finished, or has its turn
 * the next time.
 */
export async function extendLeases(
  database: SqlDatabase,
  workIds: readonly string[],
  leaseSeconds: number,
): Promise<void> {
  if (workIds.length === 0) return;
  await database.query(
    `WITH held AS (SELECT work_id FROM annex.work WHERE work_id = ANY($1::bigint[]) FOR UPDATE SKIP LOCKED)
     UPDATE annex.work w SET leased_until = now() + $2 * interval '1 second'
     FROM held WHERE w.work_id = held.work_id`,
    [workIds, leaseSeconds],
  );
}

/** Says that nobody is at a piece of work any more. */
export async function releaseWork(database: SqlDatabase, workId: string): Promise<void> {
  await database.query("UPDATE annex.work SET leased_until = NULL WHERE work_id = $1::text::bigint", [
    workId,
  ]);
}

/** Forgets the leases of a process that is gone; only where no other process can be at work. */
export async function releaseAllWork(database: SqlDatabase): Promise<void> {
  await database.query("UPDATE annex.work SET leased_until = NULL WHERE leased_until IS NOT NULL", []);
}

/** Puts work that could not be done back, to be tried again at a later time; `why` stands in lists of it. */
export async function postponeWork(
  database: SqlDatabase,
  workId: string,
  dueAt: string,
  why: string,
): Promise<void> {
  await database.query(
    `UPDATE annex.work SET attempts = attempts + 1, due_at = $2::text::timestamp, leased_until = NULL,
       last_error = $3
     WHERE work_id = $1::text::bigint`,
    [workId, dueAt, why],
  );
}

/** A piece of work that waits, as it is listed. */
export interface WaitingWork {
  readonly work_id: string;
  readonly kind: string;
  readonly due_at: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly payload: unknown;
}

/** SQL of what is shown of a payload: not the items of a batch, which are up to 5 MB; a row is under 8,000 bytes (`rules/announcements.ts`). */
export function shownPayload(payload: string): string {
  return `${payload} - 'items'`;
}

/** Work that waits, what failed before first. */
export async function listWork(database: SqlDatabase, limit: number): Promise<readonly WaitingWork[]> {
  const rows = await database.query(
    `SELECT work_id, kind, due_at, attempts, last_error, ${shownPayload("payload")} AS payload FROM annex.work
     ORDER BY attempts > 0 DESC, due_at, work_id LIMIT $1`,
    [limit],
    { planAnew: true },
  );
  return rows as unknown as readonly WaitingWork[];
}

/** An accepted action that was not carried out, as it is listed. */
export interface RefusedWork {
  readonly work_id: string;
  readonly kind: string;
  readonly reason: string;
  readonly refused_at: string;
  readonly payload: unknown;
}

/** Accepted actions that were refused when their turn came, newest first. */
export async function listRefusals(database: SqlDatabase, limit: number): Promise<readonly RefusedWork[]> {
  const rows = await database.query(
    `SELECT work_id, kind, reason, refused_at, payload FROM annex.refusals ORDER BY refusal_id DESC LIMIT $1`,
    [limit],
  );
  return rows as unknown as readonly RefusedWork[];
}

/** How many of the pieces of work are still as far as they were. */
export async function standingAmong(database: SqlDatabase, places: readonly WorkPlace[]): Promise<number> {
  const rows = await database.query(
    `SELECT 1 FROM annex.work w JOIN unnest($1::text[], $2::text[]) AS n (work_id, before)
       ON w.work_id = n.work_id::bigint AND w.progress IS NOT DISTINCT FROM n.before::jsonb`,
    placeColumns(places),
  );
  return rows.length;
}

/** Takes a step of work, not the last one; false when somebody else has taken it, or finished the work. */
export async function takeStep(
  database: SqlDatabase,
  { workId, from, to }: WorkPlace & { readonly to: WorkProgress },
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE annex.work SET progress = $3::text::jsonb
     WHERE work_id = $1::text::bigint AND progress IS NOT DISTINCT FROM $2::text::jsonb RETURNING 1`,
    [workId, from === null ? null : JSON.stringify(from), JSON.stringify(to)],
  );
  return rows.length === 1;
}

/** How far a piece of work is; undefined when it is finished. */
export async function placeOfWork(
  database: SqlDatabase,
  workId: string,
): Promise<Pick<Work, "workId" | "progress"> | undefined> {
  const [row] = await database.query("SELECT progress FROM annex.work WHERE work_id = $1::text::bigint", [
    workId,
  ]);
  return row && { workId, progress: row["progress"] as WorkProgress | null };
}

/** Which postponed work is to be done now. */
export interface Hurry {
  readonly kind: string;
  /** Texts of timestamps, UTC. */
  readonly now: string;
  readonly addedBefore: string;
}

/**
 * Makes failed work about rows made before a time due at once; what waits for its own date is left alone.
 *
 * @returns how many pieces were brought forward
 */
export async function hurryWork(database: SqlDatabase, hurry: Hurry): Promise<number> {
  const rows = await database.query(
    `UPDATE annex.work SET due_at = $2::text::timestamp
     WHERE kind = $1 AND attempts > 0 AND due_at > $2::text::timestamp
       AND (payload #>> '{row,createdAt}')::timestamp < $3::text::timestamp
     RETURNING 1`,
    [hurry.kind, hurry.now, hurry.addedBefore],
  );
  return rows.length;
}

/** Removes finished work; false when somebody else finished it before. */
export async function finishWork(database: SqlDatabase, workId: string): Promise<boolean> {
  const rows = await database.query("DELETE FROM annex.work WHERE work_id = $1::text::bigint RETURNING 1", [
    workId,
  ]);
  return rows.length === 1;
}

/** How many asynchronous batches wait. */
export async function countBatches(database: SqlDatabase): Promise<number> {
  const rows = await database.query("SELECT count(*)::integer AS n FROM annex.work WHERE kind = 'bulk'", []);
  return Number(rows[0]?.["n"] ?? 0);
}
