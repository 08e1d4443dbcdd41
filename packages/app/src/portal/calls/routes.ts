/** The app's own portal routes: registration, and finding the one a call means. */
import { TrieRouter } from "hono/router/trie-router";
import { checkTexts, type OptionNames, refuseUnknown } from "../../options/index.ts";
import type { Portal, PortalHandler, PortalRouteOptions, RegisterRoute } from "../interface.ts";
import { type RunRoutesParts, registerRunRoutes } from "../runs/index.ts";
import { deadlineOf } from "./deadline.ts";

export type Route = {
  /** As it was registered, parameters by name. */
  readonly path: string;
  readonly requires: NonNullable<PortalRouteOptions["requires"]>;
  /** How long the handler may take. */
  readonly deadlineMilliseconds: number;
  readonly handler: PortalHandler;
};

export type RouteMatch = { readonly route: Route; readonly parameters: Readonly<Record<string, string>> };

export type Routes = {
  readonly portal: Portal;
  /** The route of a method and a path below `/portal`. */
  match(method: string, path: string): RouteMatch | undefined;
  /** Methods a path has a route for; empty when it has none. */
  methodsOf(path: string): readonly string[];
};

const routeOptions: OptionNames<PortalRouteOptions> = { requires: true, deadlineSeconds: true };

/** What these answer to GET is the framework's; an app's route that matches them among others is not asked there. */
const ownPaths: readonly string[] = ["/enter", "/api/session"];

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** @param usualDeadline in milliseconds. */
export function createRoutes(usualDeadline: number, runs: RunRoutesParts): Routes {
  const router = new TrieRouter<Route>();
  const register =
    (method: (typeof methods)[number]): RegisterRoute =>
    (path: string, ...given: [PortalHandler] | [PortalRouteOptions, PortalHandler]) => {
      const [options, handler] = given.length === 1 ? [{}, given[0]] : given;
      if (typeof handler !== "function") throw new TypeError(`The route ${method} ${path} has no handler.`);
      const of = `The route ${method} ${path}`;
      if (method === "GET" && ownPaths.includes(path.startsWith("/") ? path : `/${path}`))
        throw new TypeError(`${of} would never be asked: the framework answers there.`);
      // A handler that asks for it would find none half of the time, and the types say that there is one.
      if (/:[^/]*\?(?:\/|$)/.test(path))
        throw new TypeError(`${of} has an optional parameter; register two routes instead.`);
      refuseUnknown(options, routeOptions, of);
      checkTexts(options.requires, `requires of ${method} ${path}`);
      const seconds = options.deadlineSeconds;
      const deadlineMilliseconds =
        seconds === undefined ? usualDeadline : deadlineOf(seconds, `deadlineSeconds of ${method} ${path}`);
      router.add(method, path, { path, requires: options.requires ?? [], deadlineMilliseconds, handler });
      return portal;
    };
  const portal: Portal = {
    get: register("GET"),
    post: register("POST"),
    put: register("PUT"),
    patch: register("PATCH"),
    delete: register("DELETE"),
    runs: (options) => registerRunRoutes(portal, options, runs),
  };
  const match = (method: string, path: string): RouteMatch | undefined => {
    const [found] = router.match(method, path)[0];
    if (found === undefined) return undefined;
    // This router gives parameters as a record, never as indexes into a list.
    return { route: found[0], parameters: found[1] as Readonly<Record<string, string>> };
  };
  return {
    portal,
    match,
    methodsOf: (path) => methods.filter((method) => match(method, path) !== undefined),
  };
}
