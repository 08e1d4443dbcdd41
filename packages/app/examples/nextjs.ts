/**
 * Inside Next.js. `app/apps/hello/[...path]/route.ts` exports these handlers, and
 * `instrumentation.ts` calls `app.start()` in `register`, so that due jobs and
 * schedules do not wait for the first request.
 */
import type { App } from "../src/index.ts";

type RouteHandler = (request: Request) => Promise<Response>;

/** `export const { GET, HEAD, POST, PUT, PATCH, DELETE } = nextHandlers(app);` */
export function nextHandlers(
  app: App,
): Readonly<Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE", RouteHandler>> {
  const handler: RouteHandler = (request) => app.fetch(request);
  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler };
}
