/** Reading the audit log, newest first. What is filtered by stands in one index; wide rows are read for the page alone. */
import { sql } from "kysely";
import type { AuditDatabase, AuditRow } from "../store/index.ts";
import { type SequenceSpan, spanOf } from "./span.ts";

export type StatusRange = { readonly from: number; readonly to: number };

export type AuditFilter = {
  readonly organizationId?: string | undefined;
  readonly instanceId?: string | undefined;
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
  const query = filtered(database, filter, await spanOf(database, filter));
  const some = query.select("sequence").limit(countedRows + 1);
  const { total } = await database
    .selectFrom(some.as("some"))
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const page = query
    .select("sequence")
    .orderBy("sequence", "desc")
    .limit(filter.pageSize)
    .offset((filter.page - 1) * filter.pageSize);
  const data = await database
    .selectFrom("audit")
    .selectAll()
    .where("sequence", "in", page)
    .orderBy("sequence", "desc")
    .execute();
  return {
    data,
    total: Math.min(Number(total), countedRows),
    total_is_minimum: Number(total) > countedRows,
  };
}

function filtered(database: AuditDatabase, filter: AuditFilter, span: SequenceSpan) {
  let query = database.selectFrom("audit");
  const { organizationId, instanceId, category, method, status, requestId, traceId } = filter;
  if (organizationId !== undefined) query = query.where("organization_id", "=", organizationId);
  if (instanceId !== undefined) query = query.where("instance_id", "=", instanceId);
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
