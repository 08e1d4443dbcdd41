/** What becomes known of a call while it is judged, for the audit log, which wants it also when it is refused. */
import { type AuditLog, categoryOf } from "../audit/index.ts";
import type { Installation } from "../installing/index.ts";
import type { Instances } from "../instances/index.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";

export type Trace = {
  readonly requestId: string;
  readonly method: string;
  /** As it was sent, percent-encoding and all. */
  readonly path: string;
  readonly rawQuery: string;
  installation?: Installation;
  rateHeaders: Readonly<Record<string, string>>;
  /** The faults that struck it. */
  faults: readonly string[];
};

const longestId = 128;

/** The trace of a request that has just come in. */
export function newTrace(request: Request, { random }: Pick<Surroundings, "random">): Trace {
  const url = request.url;
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const queryStart = url.indexOf("?", pathStart);
  return {
    requestId: newIdentifier("req", random),
    method: request.method,
    path: url.slice(pathStart, queryStart < 0 ? url.length : queryStart),
    rawQuery: queryStart < 0 ? "" : url.slice(queryStart + 1),
    rateHeaders: {},
    faults: [],
  };
}

/** Puts a call on record. Resolves when it is written. */
export async function recordCall(
  { audit, instances }: { readonly audit: AuditLog; readonly instances: Instances },
  trace: Trace,
  outcome: {
    readonly status: number;
    readonly durationMilliseconds: number;
    readonly code: string | undefined;
  },
): Promise<void> {
  const { installation } = trace;
  const instanceId =
    installation?.instanceId ?? new URLSearchParams(trace.rawQuery).get("instance_id") ?? undefined;
  await audit.record({
    category: categoryOf(trace.path),
    organizationId: installation?.organizationId ?? instances.find(instanceId ?? "")?.organizationId,
    instanceId: instanceId?.slice(0, longestId),
    installedAppId: installation?.installedAppId,
    appId: installation?.appId,
    apiKeyPrefix: installation?.apiKeyPrefix,
    method: trace.method,
    path: trace.path,
    requestId: trace.requestId,
    faults: trace.faults,
    ...outcome,
  });
}
