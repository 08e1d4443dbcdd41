/** The way of every call of an app: route, key, rate, scope, instance, handler; and the audit log at the end. */
import { type AuditLog, categoryOf } from "../audit/index.ts";
import { Refusal } from "../errors.ts";
import type { Installation, Installations } from "../installing/index.ts";
import { asRefusal, refusalBody, refusalHeaders } from "../server/answers.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import { type GatewayAnswer, type GatewayParts, type GatewayRoute, jsonText } from "./call.ts";
import { type RateLimiter, rateLimited } from "./rate-limit.ts";
import { matchGatewayRoute } from "./routes.ts";

export type Gateway = {
  /** Answers one request to the Cloud API. Never throws. */
  answer(request: Request): Promise<Response>;
};

type Parts = GatewayParts & {
  readonly installations: Installations;
  readonly audit: AuditLog;
  readonly limiter: RateLimiter;
  readonly tools: Pick<Surroundings, "clock" | "random" | "log">;
};

/** What becomes known of a call while it is judged; the audit log wants it even when it is refused. */
type Trace = {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  installation?: Installation;
  rateHeaders: Readonly<Record<string, string>>;
};

/** The gateway of one local Cloud. */
export function createGateway(parts: Parts): Gateway {
  return {
    answer: async (request) => {
      const started = performance.now();
      const trace = newTrace(request, parts);
      const { answer, headers, code } = await outcome(request, trace, parts);
      await record(parts, trace, answer.status, performance.now() - started, code);
      return new Response(hasNoBody(answer.status) ? null : new Uint8Array(bytes(answer.body)), {
        status: answer.status,
        headers: {
          ...(answer.contentType === "" ? {} : { "content-type": answer.contentType }),
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
          "x-request-id": trace.requestId,
          ...trace.rateHeaders,
          ...headers,
        },
      });
    },
  };
}

function newTrace(request: Request, { tools }: Parts): Trace {
  const url = request.url;
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const queryStart = url.indexOf("?", pathStart);
  const pathEnd = queryStart < 0 ? url.length : queryStart;
  return {
    requestId: newIdentifier("req", tools.random),
    method: request.method,
    path: url.slice(pathStart, pathEnd),
    rawQuery: queryStart < 0 ? "" : url.slice(queryStart + 1),
    rateHeaders: {},
  };
}

type Outcome = {
  readonly answer: GatewayAnswer;
  readonly headers: Readonly<Record<string, string>>;
  readonly code?: string;
};

async function outcome(request: Request, trace: Trace, parts: Parts): Promise<Outcome> {
  try {
    return { answer: await allowed(request, trace, parts), headers: {} };
  } catch (error) {
    const refusal = asRefusal(error, trace.requestId, parts.tools.log);
    const body = JSON.stringify(refusalBody(refusal));
    return { answer: jsonText(body, refusal.status), headers: refusalHeaders(refusal), code: refusal.code };
  }
}

async function allowed(request: Request, trace: Trace, parts: Parts): Promise<GatewayAnswer> {
  const installation = authenticate(request, trace, parts.installations);
  const standing = parts.limiter.count(installation.installedAppId);
  trace.rateHeaders = standing.headers;
  if (!standing.allowed) throw rateLimited(standing);
  const matched = matchGatewayRoute(trace.method, trace.path);
  if (matched === undefined)
    throw new Refusal(404, "not_found", `The Cloud API has no ${trace.method} ${trace.path.slice(0, 200)}.`);
  const { route, parameters } = matched;
  requireScope(installation, route);
  const query = new URLSearchParams(trace.rawQuery);
  requireInstance(installation, route, query);
  const { method, path, rawQuery } = trace;
  return route.handle({ installation, method, path, rawQuery, query, parameters, request }, parts);
}

function authenticate(request: Request, trace: Trace, installations: Installations): Installation {
  const header = request.headers.get("authorization") ?? "";
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
  const installation = key === undefined ? undefined : installations.byKey(key);
  // A key that waits for the app's answer is not active yet, as in the real Cloud.
  if (installation === undefined || installation.status === "installing")
    throw new Refusal(
      401,
      "unauthorized",
      "The API key is missing or unknown. Send it as Authorization: Bearer <key>.",
    );
  trace.installation = installation;
  if (installation.status !== "active")
    throw new Refusal(
      401,
      "key_revoked",
      "The API key was revoked, because the app was uninstalled. Install it again.",
    );
  return installation;
}

function requireScope(installation: Installation, { scope }: GatewayRoute): void {
  if (installation.grantedPermissions.includes(scope)) return;
  const sentence = `This needs the permission ${scope}, which was not granted. Uninstall the app and install it again with it.`;
  throw new Refusal(403, "missing_scope", sentence, { required_scope: scope });
}

function requireInstance(installation: Installation, route: GatewayRoute, query: URLSearchParams): void {
  const wanted = query.getAll("instance_id");
  if (wanted.length === 0 && !route.instanceRequired) return;
  if (wanted.length === 0 || wanted[0] === "")
    throw new Refusal(400, "instance_id_required", "Name the instance in the query: instance_id=inst_….", {
      field: "instance_id",
    });
  if (wanted.some((instanceId) => instanceId !== installation.instanceId))
    throw new Refusal(
      403,
      "instance_mismatch",
      "The API key belongs to another instance than the one named.",
    );
}

async function record(
  parts: Parts,
  trace: Trace,
  status: number,
  duration: number,
  code?: string,
): Promise<void> {
  const { installation } = trace;
  const instanceId =
    installation?.instanceId ?? new URLSearchParams(trace.rawQuery).get("instance_id") ?? undefined;
  await parts.audit.record({
    category: categoryOf(trace.path),
    organizationId: installation?.organizationId ?? parts.instances.find(instanceId ?? "")?.organizationId,
    instanceId: instanceId?.slice(0, 128),
    installedAppId: installation?.installedAppId,
    appId: installation?.appId,
    apiKeyPrefix: installation?.apiKeyPrefix,
    method: trace.method,
    path: trace.path,
    status,
    durationMilliseconds: duration,
    requestId: trace.requestId,
    code,
  });
}

function bytes(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? Buffer.from(body) : body;
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
