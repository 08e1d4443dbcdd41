/** Reading the audit log, newest first. What is filtered by stands in one index; wide rows are read for the page alone. */
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { AuditDatabase, AuditRow } from "../store/index.ts";
import { allRows, type SequenceSpan, spanOf } from "./span.ts";

export type StatusRange = { readonly from: number; readonly to: number };

export type AuditFilter = {
  readonly organizationId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly installedAppId?: string | undefined;
  readonly appId?: string | undefined;
  readonly userId?: string | undefined;
  readonly category?: string | undefined;
  /** An installation, an app, a user or a key's prefix. */
  readonly actor?: string | undefined;
  readonly method?: string | undefined;
  /** The statuses wanted: from this one to that one, both included. */
  readonly status?: StatusRange | undefined;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
  /** Times in ISO form, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly page: number;
  readonly pageSize: number;
};

/** One page. `total` is counted up to a limit; `total_is_minimum` says that there are more. */
export type AuditPage = {
  readonly data: readonly AuditRow[];
  readonly total: number;
  readonly total_is_minimum: boolean;
};

/** Counting goes no further: nobody turns so many pages, and every open page counts again and again. */
const countedRows = 10_000;
const firstRefused = 400;

export async function listAudit(database: AuditDatabase, filter: AuditFilter): Promise<AuditPage> {
  const { sequences, total } = await search(database, filter);
  const data = await database
    .selectFrom("audit")
    .selectAll()
    .where("sequence", "in", sequences)
    .orderBy("sequence", "desc")
    .execute();
  return { data, total: Math.min(total, countedRows), total_is_minimum: total > countedRows };
}

/**
 * The rows of one page, newest first, and how many there are in all, up to the limit of counting. SQLite is
 * asked on the thread that serves everybody: what no index finds is looked for in stretches, and others are
 * served between two of them.
 */
async function search(database: AuditDatabase, filter: AuditFilter) {
  const before = (filter.page - 1) * filter.pageSize;
  const sequences: number[] = [];
  let total = 0;
  for (const stretch of await stretchesFor(database, filter)) {
    const missing = filter.pageSize - sequences.length;
    const skipped = Math.max(0, before - total);
    const found = missing > 0 ? await newestOf(database, filter, stretch, missing, skipped) : [];
    sequences.push(...found);
    // A page that is not full has all that was left of the stretch: there is nothing more to be counted in it.
    const all = skipped === 0 && found.length < missing;
    const most = Math.max(countedRows + 1, before + filter.pageSize) - total;
    total += all ? found.length : await count(database, filter, stretch, most);
    if (sequences.length === filter.pageSize && total > countedRows) break;
    await setImmediate();
  }
  return { sequences, total };
}

/**
 * Only what has a handful of rows is asked for at once: refused calls have an index too, and a day of them is hundreds of
 * thousands to be looked through for the few of one status.
 */
async function stretchesFor(database: AuditDatabase, filter: AuditFilter): Promise<Iterable<SequenceSpan>> {
  const span = await spanOf(database, filter);
  return hasOwnIndex(filter) ? [span] : stretchesOf(span, await allRows(database));
}

function hasOwnIndex({ requestId, traceId }: AuditFilter): boolean {
  return requestId !== undefined || traceId !== undefined;
}

/** Rows of a stretch: about twenty milliseconds of looking where no index helps. */
const stretchLength = 50_000;

/** A span of rows in stretches, newest first. */
function* stretchesOf(asked: SequenceSpan, there: Required<SequenceSpan>): Generator<SequenceSpan> {
  const first = Math.max(asked.from ?? there.from, there.from);
  let end = Math.min(asked.to ?? there.to, there.to);
  while (end > first) {
    const begin = Math.max(first, end - stretchLength);
    yield { from: begin, to: end };
    end = begin;
  }
}

async function newestOf(
  database: AuditDatabase,
  filter: AuditFilter,
  span: SequenceSpan,
  most: number,
  skipped: number,
): Promise<readonly number[]> {
  const query = filtered(database, filter, span).select("sequence").orderBy("sequence", "desc");
  return (await query.limit(most).offset(skipped).execute()).map(({ sequence }) => sequence);
}

async function count(
  database: AuditDatabase,
  filter: AuditFilter,
  span: SequenceSpan,
  most: number,
): Promise<number> {
  const some = filtered(database, filter, span).select("sequence").limit(most);
  const { total } = await database
    .selectFrom(some.as("some"))
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  return Number(total);
}

function filtered(database: AuditDatabase, filter: AuditFilter, span: SequenceSpan) {
  let query = database.selectFrom("audit");
  const { organizationId, instanceId, installedAppId, appId, userId } = filter;
  const { category, method, status, requestId, traceId } = filter;
  if (organizationId !== undefined) query = query.where("organization_id", "=", organizationId);
  if (instanceId !== undefined) query = query.where("instance_id", "=", instanceId);
  if (installedAppId !== undefined) query = query.where("installed_app_id", "=", installedAppId);
  if (appId !== undefined) query = query.where("app_id", "=", appId);
  if (userId !== undefined) query = query.where("user_id", "=", userId);
  if (category !== undefined) query = query.where("category", "=", category);
  if (method !== undefined) query = query.where("method", "=", method);
  if (status !== undefined) query = query.where("status", ">=", status.from).where("status", "<=", status.to);
  // Said in so many words, or SQLite would not know that the small index of refused calls will do.
  if (status !== undefined && status.from >= firstRefused) query = query.where(sql<boolean>`status >= 400`);
  if (requestId !== undefined) query = query.where("request_id", "=", requestId);
  if (traceId !== undefined) query = query.where("trace_id", "=", traceId);
  if (span.from !== undefined) query = query.where("sequence", ">=", span.from);
  if (span.to !== undefined) query = query.where("sequence", "<", span.to);
  if (filter.actor !== undefined) query = query.where(actorColumn(filter.actor), "=", filter.actor);
  return query;
}

/** An id says by its prefix what it is of. */
function actorColumn(actor: string): "installed_app_id" | "app_id" | "user_id" | "api_key_prefix" {
  if (actor.startsWith("instapp_")) return "installed_app_id";
  if (actor.startsWith("user_")) return "user_id";
  return actor.startsWith("blnk_") ? "api_key_prefix" : "app_id";
}
