/** The span and the duration of each request, named by its route and never by its path. */
import type { Exchange, Handle } from "../http/exchange.ts";
import { isTold, measure, secondsSince, spanned } from "./index.ts";

const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const routes = new WeakMap<Exchange, string>();

/** Says which of the app's own routes a request means, parameters by name. */
export function noteRoute(exchange: Exchange, route: string): void {
  if (isTold()) routes.set(exchange, route);
}

/** The same handler with a span around each request; the same itself where nobody listens. */
export function traced(handle: Handle, scheme: string): Handle {
  if (!isTold()) return handle;
  return (exchange) => {
    const method = knownMethods.has(exchange.method) ? exchange.method : "_OTHER";
    const route = routeOf(exchange.path);
    const attributes = { "http.request.method": method, "url.scheme": scheme, ...routeAttribute(route) };
    const parent = exchange.header("traceparent");
    const began = performance.now();
    return spanned({ name: nameOf(method, route), kind: "server", attributes, parent }, async (span) => {
      const answer = await handle(exchange);
      const found = routes.get(exchange) ?? route;
      const { status } = answer;
      const outcome = { ...routeAttribute(found), "http.response.status_code": status };
      span.rename(nameOf(method, found));
      span.note(outcome);
      if (status >= 500) span.fail(String(status));
      const failure = status >= 500 ? { "error.type": String(status) } : {};
      measure("http.server.request.duration", secondsSince(began), { ...attributes, ...outcome, ...failure });
      return answer;
    });
  };
}

function nameOf(method: string, route: string | undefined): string {
  return route === undefined ? method : `${method} ${route}`;
}

function routeAttribute(route: string | undefined) {
  return route === undefined ? {} : { "http.route": route };
}

/** Of the framework's own paths; the secret in the two that Cloud knocks at is left out. */
function routeOf(path: string): string | undefined {
  if (path.startsWith("/cloud/")) {
    const door = /^\/cloud\/[^/]*\/(callback|portal)$/.exec(path)?.[1];
    return door === undefined ? undefined : `/cloud/:secret/${door}`;
  }
  if (path === "/portal" || path === "/portal/enter" || path === "/portal/api/session") return path;
  if (path === "/health" || path === "/ready") return path;
  return path.startsWith("/portal/") ? "/portal/*" : undefined;
}
