/** Puts a list of API routes onto the server: who calls, what is recorded, how a refusal looks. */
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { type AuditCategory, type AuditLog, categoryOf } from "../audit/index.ts";
import { Refusal } from "../errors.ts";
import { newRequestId, type Surroundings } from "../surroundings.ts";
import { newTrace, traceHeader, traceOf } from "../trace-context.ts";
import { asRefusal, jsonAnswer, refusalBody, refusalHeaders } from "./answers.ts";
import type { ApiRoute, Subject } from "./api-route.ts";

export type Door<Caller> = {
  /** The first segment, such as `/admin`. */
  readonly prefix: string;
  readonly routes: readonly ApiRoute<Caller>[];
  /** Finds out who calls. @throws Refusal 401 or 403. */
  identify(request: Request, route: ApiRoute<Caller>): Promise<Caller>;
  actor(caller: Caller): Subject;
  /** Which calls stand in the audit log. @param refused the code of the refusal, where it was refused. */
  recorded(route: ApiRoute<Caller>, refused: string | undefined): boolean;
};

type Tools = Pick<Surroundings, "clock" | "random" | "log">;

/** Mounts a door. Unknown paths under its prefix answer 404, known ones with another method 405. */
export function mountDoor<Caller>(
  server: Hono<{ Bindings: HttpBindings }>,
  door: Door<Caller>,
  audit: AuditLog,
  tools: Tools,
): void {
  for (const route of door.routes) {
    server.on(route.method, route.path, (context) => answer(context, door, route, audit, tools));
  }
  for (const path of new Set(door.routes.map((route) => route.path))) {
    const allow = door.routes.filter((route) => route.path === path).map(({ method }) => method);
    server.all(path, (context) => refuseOnRecord(context, methodNotAllowed(context, allow), audit, tools));
  }
  const unknown = (context: Context) => refuseOnRecord(context, noRoute(context), audit, tools);
  server.all(door.prefix, unknown);
  server.all(`${door.prefix}/*`, unknown);
}

async function answer<Caller>(
  context: Context,
  door: Door<Caller>,
  route: ApiRoute<Caller>,
  audit: AuditLog,
  tools: Tools,
): Promise<Response> {
  const started = performance.now();
  const requestId = newRequestId(tools);
  const { raw } = context.req;
  const trace = traceOf(raw.headers.get(traceHeader), tools) ?? newTrace(tools);
  let subject: Subject = {};
  let refusal: Refusal | undefined;
  const response = await attempt().catch((error: unknown) => {
    refusal = asRefusal(error, requestId, tools.log);
    return refusalAnswer(refusal, requestId);
  });
  if (door.recorded(route, refusal?.code)) {
    await audit.record({
      ...subject,
      category: categoryOfDoor(route.path),
      method: raw.method,
      path: context.req.path,
      status: response.status,
      durationMilliseconds: performance.now() - started,
      requestId,
      code: refusal?.code,
      faults: refusal?.details.faults ?? subject.faults,
      trace,
    });
  }
  response.headers.set("x-request-id", requestId);
  // The head is answered alone: a live view that nobody reads would go on.
  if (raw.method === "HEAD") await response.body?.cancel();
  return response;

  async function attempt(): Promise<Response> {
    const caller = await door.identify(raw, route);
    const about = (more: Subject) => {
      subject = { ...subject, ...more };
    };
    about(door.actor(caller));
    const parameters = context.req.param() as Record<string, string>;
    return route.run({ caller, parameters, request: raw, trace, about });
  }
}

/** Whatever is done about an instance's records is filed under them, everything else under Apps. */
function categoryOfDoor(path: string): AuditCategory {
  return categoryOf(path.replace(/^\/(?:api|admin)\/instances\/:[a-z]+/, ""));
}

/** Refuses a call that reaches no route, and records it. */
export async function refuseOnRecord(
  context: Context,
  refusal: Refusal,
  audit: AuditLog,
  tools: Tools,
): Promise<Response> {
  const requestId = newRequestId(tools);
  await audit.record({
    category: categoryOfDoor(context.req.path),
    method: context.req.method,
    path: context.req.path,
    status: refusal.status,
    durationMilliseconds: 0,
    requestId,
    code: refusal.code,
  });
  return refusalAnswer(refusal, requestId);
}

/** A refusal as a response; `reference` is what to look for in the log and the audit. */
export function refusalAnswer(refusal: Refusal, reference: string): Response {
  return jsonAnswer({ ...refusalBody(refusal), reference }, refusal.status, refusalHeaders(refusal));
}

function methodNotAllowed(context: Context, allow: readonly string[]): Refusal {
  const sentence = `${context.req.path} takes ${allow.join(", ")} only.`;
  return new Refusal(405, "method_not_allowed", sentence, { allow: allow.join(", ") });
}

function noRoute(context: Context): Refusal {
  return new Refusal(
    404,
    "not_found",
    `There is no ${context.req.method} ${context.req.path.slice(0, 200)}.`,
  );
}
