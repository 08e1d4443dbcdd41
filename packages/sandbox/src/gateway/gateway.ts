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
  type GatewayRoute,
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
import { type MatchedRoute, matchGatewayRoute } from "./routes.ts";
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
    const matched = matchGatewayRoute(trace.method, trace.path);
    const installation = whoCalls(request, parts, matched, trace);
    trace.installation = installation;
    const call = await judged(installation, matched, request, trace, parts);
    return await underFaults(installation, call, request, trace, parts);
  } catch (error) {
    return refusedFor(error, trace, parts);
  }
}

/** A call as the Cloud itself judges it, whatever the day is like. */
type JudgedCall = {
  /** Whether it gets as far as the instance. */
  readonly allowed: boolean;
  /** Carries it out; where it is not allowed, refuses by throwing. */
  carryOut(): Promise<GatewayAnswer>;
};

async function judged(
  installation: Installation,
  matched: MatchedRoute | undefined,
  request: GatewayRequest,
  trace: Trace,
  parts: Parts,
): Promise<JudgedCall> {
  try {
    const { route, query } = admitted(installation, matched, trace, parts);
    const body = await request.body(route.bodyLimit ?? ordinaryBodyLimit);
    trace.body = body;
    // Asked again: a key that was revoked while the body came is dead.
    requireStillActive(request, parts);
    const { method, path, rawQuery, context } = trace;
    const parameters = matched?.parameters ?? {};
    const contentType = request.header("content-type");
    const call = { installation, method, path, rawQuery, context, query, parameters, body, contentType };
    return { allowed: true, carryOut: () => route.handle(call, parts) };
  } catch (refusal) {
    return { allowed: false, carryOut: () => Promise.reject(refusal) };
  }
}

/** Everything that can be judged before the body is there. */
function admitted(
  installation: Installation,
  matched: MatchedRoute | undefined,
  trace: Trace,
  parts: Parts,
): { readonly route: GatewayRoute; readonly query: URLSearchParams } {
  if (matched !== undefined) requireActive(installation);
  const standing = parts.limiter.count(installation.installedAppId);
  trace.rateHeaders = standing.headers;
  if (!standing.allowed) throw rateLimited(standing);
  if (matched === undefined) throw noRoute(trace);
  const { route } = matched;
  requireScope(installation, route);
  const query = new URLSearchParams(trace.rawQuery);
  requireInstance(installation, route, query);
  if (route.forbidden !== undefined) throw route.forbidden();
  return { route, query };
}

/** Whose key it is. To whoever has none, a path that does not exist does not exist. */
function whoCalls(
  request: GatewayRequest,
  { installations }: Parts,
  matched: MatchedRoute | undefined,
  trace: Trace,
): Installation {
  const installation = installationOf(keyOf(request), installations);
  if (installation === undefined) throw matched === undefined ? noRoute(trace) : unauthorized();
  return installation;
}

function requireStillActive(request: GatewayRequest, { installations }: Parts): void {
  const installation = installationOf(keyOf(request), installations);
  if (installation === undefined) throw unauthorized();
  requireActive(installation);
}

/**
 * Answers a call as the day wants it. What stands between an app and the Cloud strikes what the Cloud would refuse
 * too: nobody hears through a proxy's page that his key is revoked.
 */
async function underFaults(
  installation: Installation,
  call: JudgedCall,
  request: GatewayRequest,
  trace: Trace,
  parts: Parts,
): Promise<Outcome> {
  const strike = parts.faults.gateway(installation, call.allowed);
  if (strike === undefined) return { answer: await call.carryOut(), headers: {} };
  trace.faults = strike.names;
  if (strike.delays.length > 0) await waitOut(strike.delays, parts.tools.time);
  const { decisive } = strike;
  if (decisive?.kind === "refuse") {
    trace.rateHeaders = { ...trace.rateHeaders, ...decisive.headers };
    throw decisive.refusal;
  }
  if (decisive?.kind === "answer") return { answer: decisive, headers: {} };
  if (decisive?.after === "request") return { ...cutOff, answer: jsonText("", noAnswer), cut: "all" };
  const outcome = await carriedOut();
  if (decisive === undefined) return outcome;
  return { ...outcome, ...cutOff, cut: decisive.after === "half" ? "half" : "all" };

  async function carriedOut(): Promise<Outcome> {
    try {
      // Asked once more, as it may have waited for long.
      if (call.allowed) requireStillActive(request, parts);
      if (strike?.instanceAway === true) throw unavailable("stopped");
      return { answer: await call.carryOut(), headers: {} };
    } catch (error) {
      return refusedFor(error, trace, parts);
    }
  }
}

/** What the audit log says of the status of a call that was given none. */
const noAnswer = 0;
const cutOff = { headers: {}, code: "connection_cut" } as const;

function refusedFor(error: unknown, { requestId }: Trace, { tools }: Parts): Outcome {
  const refusal = asRefusal(error, requestId, tools.log);
  const body = JSON.stringify(refusalBody(refusal));
  return { answer: jsonText(body, refusal.status), headers: refusalHeaders(refusal), code: refusal.code };
}

function noRoute({ method, path }: Trace): Refusal {
  return new Refusal(404, "not_found", `The Cloud API has no ${method} ${path.slice(0, 200)}.`);
}

function asReply({ answer, headers, cut }: Outcome, trace: Trace): GatewayReply {
  const type = answer.contentType === "" ? undefined : { "content-type": answer.contentType };
  const all = { ...type, ...guards, "x-request-id": trace.requestId, ...trace.rateHeaders, ...headers };
  const { status, body } = answer;
  return cut === undefined ? { status, headers: all, body } : { status, headers: all, body, cut };
}
