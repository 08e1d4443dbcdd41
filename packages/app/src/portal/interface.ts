/**
 * What the app's own code gets into its hands: contexts that are already bound
 * to one installation. There is no way from here to another installation.
 */
import type { Scope } from "@annex/protocol";
import type {
  ClientErrorStatusCode,
  RedirectStatusCode,
  ServerErrorStatusCode,
  SuccessStatusCode,
} from "hono/utils/http-status";
import type { z } from "zod";
import type { InstallationContext } from "../context/index.ts";
import type { Installation } from "../installations/installation.ts";
import type { InstallationJobs, JobOptions, JobRun } from "../jobs/interface.ts";

/**
 * The member who launched the app. The later edition of the payloads names nobody: what has to be somebody's asks
 * `memberOf`. Contract section 7.
 */
export type PortalUser = { readonly userId?: string };

/** The names in a path: `"runId"` of `/api/runs/:runId`; any text where the path is not known. */
export type PathParameter<Path extends string> = string extends Path
  ? string
  : Path extends `${infer Segment}/${infer Rest}`
    ? ParameterName<Segment> | PathParameter<Rest>
    : ParameterName<Path>;

/** The name in one segment of a path, without the pattern it may have: `:id{[0-9]+}`. */
type ParameterName<Segment extends string> = Segment extends `:${infer Name}`
  ? Name extends `${infer Plain}{${string}`
    ? Plain
    : Name
  : never;

/** A status that comes with a body. */
export type AnswerStatus = Exclude<
  SuccessStatusCode | RedirectStatusCode | ClientErrorStatusCode | ServerErrorStatusCode,
  204 | 205 | 304
>;

/** What JSON can be made of: anything but `undefined`. */
export type JsonBody = NonNullable<unknown> | null;

/**
 * What of a value JSON can hold: texts, numbers, bigints, booleans, null, lists and fields of these, and what says
 * itself how it is written (`toJSON`, such as a date). A field that is undefined is left out. A function, a `Map`, a
 * promise that nobody awaited, an error and an object with methods are not: they become `never`, which nothing fits.
 * Looked at down to five levels, since some values refer to themselves. Code that answers a value of a type it does
 * not know takes `Value & JsonHeld<Value>` and names `Value` when it hands it on.
 *
 * @example
 * ```ts
 * const created = <Value extends JsonBody>(c: PortalContext, value: Value & JsonHeld<Value>) => c.json<Value>(value, 201);
 * ```
 */
export type JsonHeld<Value, Depth extends readonly 0[] = []> = unknown extends Value
  ? Value
  : Value extends string | number | bigint | boolean | null | undefined | { toJSON(): unknown }
    ? Value
    : Value extends ((...given: never[]) => unknown) | symbol | ErrorAmong<Value>
      ? never
      : Depth["length"] extends 5
        ? Value
        : { readonly [Field in keyof Value]: JsonHeld<Value[Field], [...Depth, 0]> };

/** By name and message alone, each row with these two fields would be an error: one may have a stack besides. */
type ErrorAmong<Value> = "stack" extends keyof Value
  ? Value extends { readonly stack: unknown }
    ? never
    : Error
  : never;

/**
 * What a portal route's handler gets, after the guard has passed the call. Contract section 7.
 *
 * A call that changes something (all but `get`) may come with an `Idempotency-Key`, as the portal kit and the forms of
 * `html` send one for each press: then all that a member sends under one key is one call, carried out once, and whoever
 * repeats it gets its answer. Its `cloud` does each write once and its `jobs` start each run once, also where the
 * process dies in the middle and the page asks again. Without a key each request is a call of its own.
 */
export type PortalContext<Parameter extends string = string> = InstallationContext & {
  readonly user: PortalUser;
  readonly jobs: InstallationJobs;
  /**
   * The call's own: the same for whatever repeats its press. Give it to a provider as its idempotency key.
   *
   * @example
   * ```ts
   * await stripe.refunds.create({ charge }, { idempotencyKey: c.effectKey });
   * ```
   */
  readonly effectKey: string;
  /**
   * Aborted when the call takes longer than it may (`deadlineSeconds`); what the handler still does then, nobody waits
   * for. Hand it on: `fetch(url, { signal: c.signal })`.
   */
  readonly signal: AbortSignal;
  /** The request in web-standard form. Its body can be read here or through `body`, not both. */
  readonly request: Request;
  /** A segment of the path: `c.param("runId")` of `/api/runs/:runId`. */
  param(name: Parameter): string;
  /** A query parameter, the first of its name. */
  query(name: string): string | undefined;
  /**
   * The JSON body, checked by a schema. Integers too big for a double arrive as `bigint`, and so does every integer
   * where the schema wants one.
   * No body at all is `undefined`, for a schema that takes it. What comes otherwise is checked by `checkInput`.
   * @throws AppError 400 (not JSON), 413 (over 1 MiB), 415 (compressed) or 422 (names the field).
   */
  body<Value>(schema: z.ZodType<Value>): Promise<Value>;
  /** Answers JSON; a `bigint` keeps all its digits. Status 200 unless said otherwise. What JSON cannot hold does not compile. */
  json<Value extends JsonBody>(value: Value & JsonHeld<Value>, status?: AnswerStatus): PortalAnswer;
  /** The fields of a form that the member sent from a page of `html`; empty when the page is merely loaded. */
  form(): URLSearchParams;
  /**
   * Answers a page of the app's own making: any HTML, whose values you escape (`html` of `hono/html` does). It is
   * reached in the frame without a cookie: its links below the portal and its forms carry the session, its scripts may
   * run, and a reload finds the session again. A route of `get("/", …)` is the page that a launch shows.
   *
   * @example
   * ```ts
   * app.portal
   *   .get("/", async (c) => c.html(html`<form method="post" action="/portal/notes"><input name="text"><button>Keep</button></form>`.toString()))
   *   .post("/notes", async (c) => {
   *     await c.data.collection("notes").put("last", c.form().get("text"));
   *     return c.html("<p>Kept. <a href='/portal'>Back</a>");
   *   });
   * ```
   */
  html(page: string, status?: AnswerStatus): PortalAnswer;
  /** Answers 204, which has no body. */
  noContent(): PortalAnswer;
};

/** What a portal route answers: made with `c.json`, `c.html` or `c.noContent`, or a web-standard `Response`. */
export type PortalAnswer = Response | JsonAnswer | HtmlAnswer;

/** A page that has not been given its headers and the tab's session yet. */
export type HtmlAnswer = { readonly status: number; readonly html: string };

/** A JSON answer that has not become a `Response` yet; most never have to. */
export type JsonAnswer = { readonly status: number; readonly json: unknown };

/** What a portal route wants before its handler runs. */
export type PortalRouteOptions = {
  /** Permissions without which the call is refused with `missing_permission`. */
  readonly requires?: readonly Scope[];
  /** How long the handler may take, in seconds; the app's `portalDeadlineSeconds` unless given. */
  readonly deadlineSeconds?: number;
};

/** Answers the calls of one route. */
export type PortalHandler<Parameter extends string = string> = (
  c: PortalContext<Parameter>,
) => PortalAnswer | Promise<PortalAnswer>;

/**
 * Registers one route below `/portal`; `:name` in the path is a parameter.
 *
 * @example
 * ```ts
 * app.portal.get("/api/runs/:runId", async (c) => c.json((await c.jobs.get(c.param("runId"))) ?? null));
 * app.portal.post("/api/runs", { requires: ["data:write"] }, async (c) => c.json(await c.jobs.start(importPayIns), 202));
 * ```
 */
export type RegisterRoute = {
  <const Path extends string>(path: Path, handler: PortalHandler<PathParameter<Path>>): Portal;
  <const Path extends string>(
    path: Path,
    options: PortalRouteOptions,
    handler: PortalHandler<PathParameter<Path>>,
  ): Portal;
};

/** The app's portal routes. Registration is chainable. A route of `get` answers HEAD too. */
export type Portal = {
  readonly get: RegisterRoute;
  readonly post: RegisterRoute;
  readonly put: RegisterRoute;
  readonly patch: RegisterRoute;
  readonly delete: RegisterRoute;
  /**
   * The framework's own routes for background work, which the parts of `@annex/portal` show: jobs with their counts,
   * schedules and the run under way, runs by status in pages, one run, starting, retrying, cancelling. The shapes of
   * their answers stand in `@annex/protocol` (`RunAnswer`).
   *
   * @example
   * ```ts
   * app.portal.runs({ jobs: [importPayIns], start: [importPayIns] });
   * ```
   */
  runs<About extends object>(options: RunRoutesOptions<About>): Portal;
};

/** What a member may ask for on a page of runs. */
export type RunAction = "start" | "retry" | "cancel";

/** A job as the routes for runs need it; `app.job` makes one. */
export type ShownJob = {
  readonly name: string;
  readonly options: Pick<JobOptions<unknown>, "title" | "requires" | "overlap" | "input">;
};

/** Which jobs the routes for runs show, and who may do what to them. */
export type RunRoutesOptions<About> = {
  /** Jobs whose runs are shown, in this order. */
  readonly jobs: readonly ShownJob[];
  /** Those of them that a member may start; none unless named. */
  readonly start?: readonly ShownJob[];
  /**
   * What the app itself says of a run, such as counts: stands in the answers beside what the framework says, whose names
   * go first. On the page of a run it may be more than in a list.
   */
  readonly about?: (run: JobRun, c: PortalContext, shown: "list" | "page") => About | Promise<About>;
  /**
   * Whether the member may do this here; every member unless said otherwise, since Cloud tells an app who launched it
   * and nothing of what that member may do in the workspace. The installation's permissions are asked for besides: a
   * job's `requires`, to start and to retry it.
   */
  readonly mayAct?: (request: {
    readonly action: RunAction;
    readonly job: string;
    readonly user: PortalUser;
    readonly installation: Installation;
  }) => boolean | Promise<boolean>;
};
