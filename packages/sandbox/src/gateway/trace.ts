/** What becomes known of a call while it is judged, for the audit log, which wants it also when it is refused. */
import { type AuditLog, categoryOf } from "../audit/index.ts";
import type { Installation } from "../installing/index.ts";
import type { Instances } from "../instances/index.ts";
import { newRequestId, type Surroundings } from "../surroundings.ts";
import { type TraceContext, traceHeader, traceOf } from "../trace-context.ts";
import type { GatewayAnswer, GatewayRequest } from "./call.ts";
import { resourceOf, shownBody } from "./shown-bodies.ts";

export type Trace = {
  readonly requestId: string;
  readonly method: string;
  /** As it was sent, percent-encoding and all. */
  readonly path: string;
  readonly rawQuery: string;
  installation?: Installation;
  /** The step that this call is, where the app hands its trace on. */
  readonly context: TraceContext | undefined;
  rateHeaders: Readonly<Record<string, string>>;
  /** What was sent, once it was read. */
  body?: Uint8Array;
  /** The faults that struck it. */
  faults: readonly string[];
};

const longestId = 128;

/** The trace of a request that has just come in. */
export function newTrace(request: GatewayRequest, tools: Pick<Surroundings, "clock" | "random">): Trace {
  const { target } = request;
  const queryStart = target.indexOf("?");
  return {
    requestId: newRequestId(tools),
    method: request.method,
    path: queryStart < 0 ? target : target.slice(0, queryStart),
    rawQuery: queryStart < 0 ? "" : target.slice(queryStart + 1),
    context: traceOf(request.header(traceHeader), tools),
    rateHeaders: {},
    faults: [],
  };
}

/** Puts a call on record. Resolves when it is written. */
export async function recordCall(
  { audit, instances }: { readonly audit: AuditLog; readonly instances: Instances },
  trace: Trace,
  answer: GatewayAnswer,
  outcome: { readonly durationMilliseconds: number; readonly code: string | undefined },
): Promise<void> {
  const { installation } = trace;
  const refused = answer.status >= 400;
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
    trace: trace.context,
    status: answer.status,
    resourceId: refused || trace.method === "GET" ? undefined : resourceOf(answer.body),
    requestBody: refused ? shownBody(trace.body) : undefined,
    responseBody: refused ? shownBody(answer.body) : undefined,
    ...outcome,
  });
}
