/** The way of every call of an app: key, rate, route, scope, instance, body, faults, handler; and the audit log at the end. */
import type { AuditLog } from "../audit/index.ts";
import { Refusal } from "../errors.ts";
import { type Faults, waitOut } from "../faults/index.ts";
import { asRefusal, guards, refusalBody, refusalHeaders } from "../http/answers.ts";
import { ordinaryBodyLimit } from "../http/bodies.ts";
import type { Installation, Installations } from "../installing/index.ts";
import { unavailable } from "../instances/index.ts";
import type { Surroundings } from "../surroundings.ts";
import {
  type GatewayAnswer,
  type GatewayParts,
  type GatewayReply,
  type GatewayRequest,
  jsonText,
} from "./call.ts";
import {
  installationOf,
  keyOf,
  requireActive,
  requireInstance,
  requireScope,
  unauthorized,
} from "./guard.ts";
import { type RateLimiter, rateLimited } from "./rate-limit.ts";
import { matchGatewayRoute } from "./routes.ts";
import { newTrace, recordCall, type Trace } from "./trace.ts";

export type Gateway = {
  /** Answers one request to the Cloud API. Throws only where the audit log can't be written. */
  answer(request: GatewayRequest): Promise<GatewayReply>;
};

type Parts = GatewayParts & {
  readonly installations: Installations;
  readonly audit: AuditLog;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly tools: Pick<Surroundings, "clock" | "time" | "random" | "log">;
};

type Outcome = {
  readonly answer: GatewayAnswer;
  readonly headers: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly cut?: "all" | "half";
};

/** The gateway of one local Cloud. */
export function createGateway(parts: Parts): Gateway {
  return {
    answer: async (request) => {
      const started = performance.now();
      const trace = newTrace(request, parts.tools);
      const outcome = await outcomeOf(request, trace, parts);
      await recordCall(parts, trace, outcome.answer, {
        durationMilliseconds: performance.now() - started,
        code: outcome.code,
      });
      return asReply(outcome, trace);
    },
  };
}

async function outcomeOf(request: GatewayRequest, trace: Trace, parts: Parts): Promise<Outcome> {
  try {
    const { installation, matched, query } = admitted(request, trace, parts);
    const body = await request.body(matched.route.bodyLimit ?? ordinaryBodyLimit);
    trace.body = body;
    // Asked again: a key that was revoked while the body came is dead.
    requireStillActive(request, parts);
    const { method, path, rawQuery, context } = trace;
    const call = {
      installation,
      method,
      path,
      rawQuery,
      context,
      query,
      parameters: matched.parameters,
      body,
    };
    const carryOut = () => matched.route.handle({ ...call, contentType: typeOf(request) }, parts);
    return await underFaults(installation, request, trace, parts, carryOut);
  } catch (error) {
    return refused(asRefusal(error, trace.requestId, parts.tools.log));
  }
}

/** Everything that can be judged before the body is there. */
function admitted(request: GatewayRequest, trace: Trace, parts: Parts) {
  const matched = matchGatewayRoute(trace.method, trace.path);
  const installation = whoCalls(request, trace, parts, matched !== undefined);
  trace.installation = installation;
  if (matched !== undefined) requireActive(installation);
  const standing = parts.limiter.count(installation.installedAppId);
  trace.rateHeaders = standing.headers;
  if (!standing.allowed) throw rateLimited(standing);
  if (matched === undefined) throw noRoute(trace);
  requireScope(installation, matched.route);
  const query = new URLSearchParams(trace.rawQuery);
  requireInstance(installation, matched.route, query);
  if (matched.route.forbidden !== undefined) throw matched.route.forbidden();
  return { installation, matched, query };
}

/** Whose key it is. To whoever has none, a path that does not exist does not exist. */
function whoCalls(
  request: GatewayRequest,
  trace: Trace,
  { installations }: Parts,
  exists: boolean,
): Installation {
  const installation = installationOf(keyOf(request), installations);
  if (installation === undefined) throw exists ? unauthorized() : noRoute(trace);
  return installation;
}

function requireStillActive(request: GatewayRequest, { installations }: Parts): void {
  const installation = installationOf(keyOf(request), installations);
  if (installation === undefined) throw unauthorized();
  requireActive(installation);
}

/** Carries a call out as the day wants it. */
async function underFaults(
  installation: Installation,
  request: GatewayRequest,
  trace: Trace,
  parts: Parts,
  carryOut: () => Promise<GatewayAnswer>,
): Promise<Outcome> {
  const strike = parts.faults.gateway(installation);
  if (strike === undefined) return { answer: await carryOut(), headers: {} };
  trace.faults = strike.names;
  if (strike.delays.length > 0) {
    await waitOut(strike.delays, parts.tools.time);
    requireStillActive(request, parts);
  }
  if (strike.instanceAway) throw unavailable("stopped");
  const { decisive } = strike;
  if (decisive?.kind === "refuse") {
    trace.rateHeaders = { ...trace.rateHeaders, ...decisive.headers };
    throw decisive.refusal;
  }
  if (decisive?.kind === "answer") return { answer: decisive, headers: {} };
  if (decisive?.after === "request") return { ...cutOff, answer: jsonText("", noAnswer), cut: "all" };
  const answer = await carryOut();
  if (decisive === undefined) return { answer, headers: {} };
  return { ...cutOff, answer, cut: decisive.after === "half" ? "half" : "all" };
}

/** What the audit log says of the status of a call that was given none. */
const noAnswer = 0;
const cutOff = { headers: {}, code: "connection_cut" } as const;

function refused(refusal: Refusal): Outcome {
  const body = JSON.stringify(refusalBody(refusal));
  return { answer: jsonText(body, refusal.status), headers: refusalHeaders(refusal), code: refusal.code };
}

function noRoute({ method, path }: Trace): Refusal {
  return new Refusal(404, "not_found", `The Cloud API has no ${method} ${path.slice(0, 200)}.`);
}

function typeOf(request: GatewayRequest): string | undefined {
  return request.header("content-type");
}

function asReply({ answer, headers, cut }: Outcome, trace: Trace): GatewayReply {
  const type = answer.contentType === "" ? undefined : { "content-type": answer.contentType };
  const all = { ...type, ...guards, "x-request-id": trace.requestId, ...trace.rateHeaders, ...headers };
  const { status, body } = answer;
  return cut === undefined ? { status, headers: all, body } : { status, headers: all, body, cut };
}
