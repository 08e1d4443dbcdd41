/** The audit log: every call, allowed or refused. Rows of one turn of the event loop share one commit. */
import { type CompiledQuery, sql } from "kysely";
import type { AuditDatabase, AuditRow } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import type { AuditCategory } from "./categories.ts";

/** One call, as it is recorded. Paths come without their query, which may hold personal data. */
export type AuditEntry = {
  readonly category: AuditCategory;
  readonly organizationId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly installedAppId?: string | undefined;
  readonly appId?: string | undefined;
  readonly apiKeyPrefix?: string | undefined;
  readonly userId?: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMilliseconds: number;
  readonly requestId: string;
  readonly code?: string | undefined;
  /** The faults that struck it. */
  readonly faults?: readonly string[] | undefined;
};

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
  readonly page: number;
  readonly pageSize: number;
};

export type AuditLog = {
  /** Resolves when the row is written; the call is answered after that, so that no answered call is missing. */
  record(entry: AuditEntry): Promise<void>;
  list(filter: AuditFilter): Promise<{ readonly data: readonly AuditRow[]; readonly total: number }>;
};

type Waiting = {
  readonly values: readonly unknown[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

const longestPath = 500;

/** The audit log over its own database file. */
export function createAuditLog(database: AuditDatabase, { clock }: Pick<Surroundings, "clock">): AuditLog {
  const insert = compileInsert(database);
  let waiting: Waiting[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const rows = JSON.stringify(batch.map(({ values }) => values));
      await database.executeQuery({ ...insert, parameters: [rows] });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }

  return {
    record: (entry) =>
      new Promise<void>((done, failed) => {
        const values = columns(entry, clock());
        if (waiting.push({ values, done, failed }) === 1) setImmediate(() => void flush());
      }),
    list: (filter) => listAudit(database, filter),
  };
}

/** One statement whatever the number of rows, so that it is compiled and prepared once. */
function compileInsert(database: AuditDatabase): CompiledQuery {
  return sql`insert into audit (time, category, organization_id, instance_id, installed_app_id, app_id,
      api_key_prefix, user_id, method, path, status, duration_ms, request_id, code, faults)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
      value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14
    from json_each(${""}) order by key`.compile(database);
}

function columns(entry: AuditEntry, time: Date): readonly unknown[] {
  return [
    time.toISOString(),
    entry.category,
    entry.organizationId ?? null,
    entry.instanceId ?? null,
    entry.installedAppId ?? null,
    entry.appId ?? null,
    entry.apiKeyPrefix ?? null,
    entry.userId ?? null,
    entry.method,
    entry.path.slice(0, longestPath),
    entry.status,
    Math.round(entry.durationMilliseconds * 100) / 100,
    entry.requestId,
    entry.code ?? null,
    JSON.stringify(entry.faults ?? []),
  ];
}

async function listAudit(database: AuditDatabase, filter: AuditFilter) {
  let query = database.selectFrom("audit");
  if (filter.organizationId !== undefined) query = query.where("organization_id", "=", filter.organizationId);
  if (filter.instanceId !== undefined) query = query.where("instance_id", "=", filter.instanceId);
  if (filter.category !== undefined) query = query.where("category", "=", filter.category);
  if (filter.method !== undefined) query = query.where("method", "=", filter.method);
  if (filter.status !== undefined)
    query = query.where("status", ">=", filter.status.from).where("status", "<=", filter.status.to);
  const { actor } = filter;
  if (actor !== undefined) {
    query = query.where((where) =>
      where.or([
        where("installed_app_id", "=", actor),
        where("app_id", "=", actor),
        where("user_id", "=", actor),
        where("api_key_prefix", "=", actor),
      ]),
    );
  }
  const counted = await query.select((count) => count.fn.countAll<number>().as("total")).executeTakeFirst();
  const data = await query
    .selectAll()
    .orderBy("sequence", "desc")
    .limit(filter.pageSize)
    .offset((filter.page - 1) * filter.pageSize)
    .execute();
  return { data, total: Number(counted?.total ?? 0) };
}
