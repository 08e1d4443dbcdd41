/**
 * Routes of the admin and the Dashboard API as data: method, path, schemas and what to do. The same definition checks
 * what comes in, holds the handler to what it says it answers, makes the OpenAPI document, and types the page's calls.
 */
import type { z } from "zod";
import type { TraceContext } from "../trace-context.ts";
import { jsonAnswer, type ResponseOf } from "./answers.ts";
import { checked, jsonOf, ordinaryBodyLimit, readBytes } from "./bodies.ts";
import { readQuery } from "./queries.ts";

/** What a call is about, for the audit log: told by the handler as soon as it knows, also when it refuses then. */
export type Subject = {
  readonly organizationId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly installedAppId?: string | undefined;
  readonly appId?: string | undefined;
  readonly userId?: string | undefined;
  readonly faults?: readonly string[] | undefined;
};

/** A call as it comes in: the caller is known, the rest is not checked yet. */
export type IncomingCall<Caller> = {
  readonly caller: Caller;
  readonly parameters: Readonly<Record<string, string>>;
  readonly request: Request;
  /** The step that this call is; what it causes is a child of it. */
  readonly trace: TraceContext;
  /** Adds to what the audit log says of this call. */
  about(subject: Subject): void;
};

/** A call whose query and body have been checked. */
export type ApiCall<Caller, Path extends string, Body, Query> = Omit<IncomingCall<Caller>, "parameters"> & {
  readonly parameters: Readonly<Record<ParameterOf<Path>, string>>;
  readonly body: Body;
  readonly query: Query;
};

/** The names of a path's open segments: of `/api/apps/:id` it is `"id"`. */
export type ParameterOf<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | ParameterOf<Tail>
    : Rest
  : never;

export type ApiMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Schema = z.ZodType | undefined;

export type ApiRoute<
  Caller,
  Method extends ApiMethod = ApiMethod,
  Path extends string = string,
  Answer extends z.ZodType = z.ZodType,
  Body extends Schema = Schema,
  Query extends Schema = Schema,
> = {
  readonly method: Method;
  /** `:name` stands for one segment. */
  readonly path: Path;
  readonly summary: string;
  readonly body: Body;
  readonly query: Query;
  readonly answer: Answer;
  readonly status: number;
  /** Runs the call. Throws a Refusal for whatever is wrong with it. */
  run(call: IncomingCall<Caller>): Promise<Response>;
};

type Definition<
  Caller,
  Method extends ApiMethod,
  Path extends string,
  Answer extends z.ZodType,
  Body extends Schema,
  Query extends Schema,
> = {
  readonly method: Method;
  readonly path: Path;
  readonly summary: string;
  readonly body?: Body;
  readonly query?: Query;
  readonly answer: Answer;
  readonly status?: number;
  /** Gives the answer's JSON value, or a whole response where there is more to say. */
  handle(
    call: ApiCall<Caller, Path, Checked<Body>, Checked<Query>>,
  ): Promise<z.output<Answer> | ResponseOf<z.output<Answer>>>;
};

type Checked<Of extends Schema> = Of extends z.ZodType ? z.output<Of> : undefined;

/**
 * Gives what defines the routes of a door. A handler sees checked values only.
 *
 * @example
 * ```ts
 * const adminRoute = routesFor<AdminCaller>();
 * adminRoute({ method: "POST", path: "/admin/apps", summary: "Register an app", body: schema, answer, status: 201,
 *   handle: async ({ body }) => ({ app_id: (await registry.register(body.organization_id, body.manifest)).appId }) });
 * ```
 */
export function routesFor<Caller>() {
  return <
    const Method extends ApiMethod,
    const Path extends string,
    Answer extends z.ZodType,
    Body extends Schema = undefined,
    Query extends Schema = undefined,
  >(
    definition: Definition<Caller, Method, Path, Answer, Body, Query>,
  ): ApiRoute<Caller, Method, Path, Answer, Body, Query> => {
    const { method, path, summary, body, query, answer, status = 200 } = definition;
    return {
      method,
      path,
      summary,
      body: body as Body,
      query: query as Query,
      answer,
      status,
      run: async (call) => {
        const checkedQuery = readQuery(query, new URL(call.request.url).searchParams);
        const checkedBody = await readBody(call.request, method, body);
        const value = await definition.handle({
          ...call,
          query: checkedQuery as Checked<Query>,
          body: checkedBody as Checked<Body>,
        });
        return value instanceof Response ? value : jsonAnswer(value, status);
      },
    };
  };
}

/** A body that no schema asks for is read all the same, so that one too large is refused everywhere. */
async function readBody(request: Request, method: ApiMethod, schema: Schema): Promise<unknown> {
  if (method === "GET") return undefined;
  const bytes = await readBytes(request, ordinaryBodyLimit);
  if (schema === undefined) return undefined;
  return checked(schema, bytes.length === 0 ? {} : jsonOf(bytes));
}
