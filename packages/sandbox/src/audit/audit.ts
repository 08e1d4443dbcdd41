/** The audit log: every call, allowed or refused. Rows of one turn of the event loop share one commit. */
import type { Feed } from "../feed/index.ts";
import { maskedPath } from "../masking.ts";
import { type AuditRow, createRetention, type OpenAudit } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import type { TraceContext } from "../trace-context.ts";
import type { AuditCategory } from "./categories.ts";
import { type AuditFilter, type AuditPage, listAudit } from "./list.ts";
import { spanOf } from "./span.ts";

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
  readonly trace?: TraceContext | undefined;
  /** What a write made. */
  readonly resourceId?: string | undefined;
  /** Of a refused call, masked. */
  readonly requestBody?: string | undefined;
  readonly responseBody?: string | undefined;
};

export type AuditLog = {
  /** Resolves when the row is written; the call is answered after that, so that no answered call is missing. */
  record(entry: AuditEntry): Promise<void>;
  list(filter: AuditFilter): Promise<AuditPage>;
  /** The calls of a trace, or the one of a request id; oldest first. */
  ofTrace(traceId: string): Promise<readonly AuditRow[]>;
  ofRequest(requestId: string): Promise<readonly AuditRow[]>;
  /** The calls of an installation that name no trace, between two times; oldest first. */
  untraced(installedAppId: string, from: string, to: string): Promise<readonly AuditRow[]>;
};

type Values = readonly (string | number | null)[];
type Waiting = {
  readonly entry: AuditEntry;
  readonly values: Values;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

const longestPath = 500;
/** Weeks of work on a laptop, about half a gigabyte. */
const keptRows = 1_000_000;
const mostOfATrace = 1000;

/** In the order of the table, without the sequence that SQLite gives. */
const columns = [
  "time",
  "category",
  "organization_id",
  "instance_id",
  "installed_app_id",
  "app_id",
  "api_key_prefix",
  "user_id",
  "method",
  "path",
  "status",
  "duration_ms",
  "request_id",
  "code",
  "faults",
  "trace_id",
  "span_id",
  "parent_id",
  "resource_id",
  "request_body",
  "response_body",
] as const;

/** The audit log over its own database file. */
export function createAuditLog(
  { queries: database, appendTo }: OpenAudit,
  feed: Feed,
  { clock }: Pick<Surroundings, "clock">,
): AuditLog {
  const append = appendTo(columns);
  const retention = createRetention(database, "audit", keptRows);
  let waiting: Waiting[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      append(batch.map(({ values }) => values));
      for (const { done, entry } of batch) {
        done();
        const { organizationId, requestId } = entry;
        feed.publish({ kind: "call", organizationId, requestId });
      }
      await retention.after(batch.length);
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }

  const oldestFirst = () => database.selectFrom("audit").selectAll().orderBy("sequence").limit(mostOfATrace);

  return {
    record: (entry) =>
      new Promise<void>((done, failed) => {
        const values = valuesOf(entry, clock());
        if (waiting.push({ entry, values, done, failed }) === 1) setImmediate(() => void flush());
      }),
    list: (filter) => listAudit(database, filter),
    ofTrace: (traceId) => oldestFirst().where("trace_id", "=", traceId).execute(),
    ofRequest: (requestId) => oldestFirst().where("request_id", "=", requestId).execute(),
    untraced: async (installedAppId, from, to) => {
      const span = await spanOf(database, { from, to });
      return (
        oldestFirst()
          .where("installed_app_id", "=", installedAppId)
          .where("sequence", ">=", span.from ?? 0)
          .where("sequence", "<", span.to ?? Number.MAX_SAFE_INTEGER)
          .where("trace_id", "is", null)
          // Where the clock was put back the span has others between them.
          .where("time", ">=", from)
          .where("time", "<=", to)
          .execute()
      );
    },
  };
}

/** In the order of `columns`. */
function valuesOf(entry: AuditEntry, time: Date): Values {
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
    maskedPath(entry.path).slice(0, longestPath),
    entry.status,
    Math.round(entry.durationMilliseconds * 100) / 100,
    entry.requestId,
    entry.code ?? null,
    JSON.stringify(entry.faults ?? []),
    entry.trace?.traceId ?? null,
    entry.trace?.spanId ?? null,
    entry.trace?.parentId ?? null,
    entry.resourceId ?? null,
    entry.requestBody ?? null,
    entry.responseBody ?? null,
  ];
}
