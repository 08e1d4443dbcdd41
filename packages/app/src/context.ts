/**
 * What the app's own code gets into its hands: contexts that are already bound
 * to one installation. There is no way from here to another installation.
 */
import type { Scope } from "@annex/protocol";
import type { z } from "zod";
import type { InstallationContext } from "./installation-context.ts";
import type { InstallationJobs } from "./jobs/interface.ts";

/** The member who launched the app. The later edition of the payloads names nobody. Contract section 7. */
export type PortalUser = { readonly userId?: string };

/** What a portal route's handler gets, after the guard has passed the call. Contract section 7. */
export type PortalContext = InstallationContext & {
  readonly user: PortalUser;
  readonly jobs: InstallationJobs;
  /** The request in web-standard form. Its body can be read here or through `body`, not both. */
  readonly request: Request;
  /** A segment of the path: `c.param("runId")` of `/api/runs/:runId`. */
  param(name: string): string;
  /** A query parameter, the first of its name. */
  query(name: string): string | undefined;
  /**
   * The JSON body, checked by a schema; integers too big for a double arrive as `bigint`.
   * @throws AppError 400 (not JSON), 413 (over 1 MiB) or 422 (names the field).
   */
  body<Value>(schema: z.ZodType<Value>): Promise<Value>;
  /** Answers JSON; a `bigint` keeps all its digits. Status 200 unless said otherwise. */
  json(value: unknown, status?: number): PortalAnswer;
};

/** What a portal route answers: made with `c.json`, or a web-standard `Response`. */
export type PortalAnswer = Response | JsonAnswer;

/** A JSON answer that has not become a `Response` yet; most never have to. */
export type JsonAnswer = { readonly status: number; readonly json: unknown };

/** What a portal route wants before its handler runs. */
export type PortalRouteOptions = {
  /** Permissions without which the call is refused with `missing_permission`. */
  readonly requires?: readonly Scope[];
};

export type PortalHandler = (c: PortalContext) => PortalAnswer | Promise<PortalAnswer>;

/** Registers one route below `/portal`; `:name` in the path is a parameter. */
export type RegisterRoute = (path: string, options: PortalRouteOptions, handler: PortalHandler) => Portal;

/** The app's portal routes. Registration is chainable. */
export type Portal = {
  readonly get: RegisterRoute;
  readonly post: RegisterRoute;
  readonly put: RegisterRoute;
  readonly delete: RegisterRoute;
};
