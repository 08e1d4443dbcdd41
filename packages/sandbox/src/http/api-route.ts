/** Routes of the admin and the Dashboard API as data: method, path, schemas and what to do. */
import type { z } from "zod";
import type { TraceContext } from "../trace-context.ts";
import { jsonAnswer } from "./answers.ts";
import { checked, jsonOf, ordinaryBodyLimit, readBytes } from "./bodies.ts";

/** What a call is about, for the audit log: told by the handler as soon as it knows, also when it refuses then. */
export type Subject = {
  readonly organizationId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly installedAppId?: string | undefined;
  readonly appId?: string | undefined;
  readonly userId?: string | undefined;
  readonly faults?: readonly string[] | undefined;
};

/** A call whose query and body have been checked. */
export type ApiCall<Caller, Body, Query> = {
  readonly caller: Caller;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  readonly request: Request;
  /** The step that this call is; what it causes is a child of it. */
  readonly trace: TraceContext;
  /** Adds to what the audit log says of this call. */
  about(subject: Subject): void;
};

/** A call as it comes in: the caller is known, the rest is not checked yet. */
export type IncomingCall<Caller> = {
  readonly caller: Caller;
  readonly parameters: Readonly<Record<string, string>>;
  readonly request: Request;
  readonly trace: TraceContext;
  about(subject: Subject): void;
};

export type ApiRoute<Caller> = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `:name` stands for one segment. */
  readonly path: string;
  readonly summary: string;
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly answer: z.ZodType;
  readonly status: number;
  /** Runs the call. Throws a Refusal for whatever is wrong with it. */
  run(call: IncomingCall<Caller>): Promise<Response>;
};

type Definition<Caller, Body, Query> = {
  readonly method: ApiRoute<Caller>["method"];
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  readonly answer: z.ZodType;
  readonly status?: number;
  /** Gives the answer's JSON value, or a whole response where there is more to say. */
  handle(call: ApiCall<Caller, Body, Query>): Promise<unknown>;
};

/**
 * A route whose handler sees checked values only.
 *
 * @example
 * ```ts
 * apiRoute({ method: "POST", path: "/admin/apps", summary: "Register an app", body: schema, answer, status: 201,
 *   handle: async ({ body }) => ({ app_id: (await registry.register(body.organization_id, body.manifest)).appId }) });
 * ```
 */
export function apiRoute<Caller, Body = undefined, Query = undefined>(
  definition: Definition<Caller, Body, Query>,
): ApiRoute<Caller> {
  const { method, path, summary, body, query, answer, status = 200 } = definition;
  return {
    method,
    path,
    summary,
    body,
    query,
    answer,
    status,
    run: async (call) => {
      const checkedQuery = query === undefined ? undefined : checked(query, queryOf(call.request), 400);
      const checkedBody = await readBody(call.request, method, body);
      const value = await definition.handle({
        ...call,
        query: checkedQuery as Query,
        body: checkedBody as Body,
      });
      return value instanceof Response ? value : jsonAnswer(value, status);
    },
  };
}

/** A body that no schema asks for is read all the same, so that one too large is refused everywhere. */
async function readBody(request: Request, method: string, schema: z.ZodType | undefined): Promise<unknown> {
  if (method === "GET") return undefined;
  const bytes = await readBytes(request, ordinaryBodyLimit);
  if (schema === undefined) return undefined;
  return checked(schema, bytes.length === 0 ? {} : jsonOf(bytes));
}

function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}
