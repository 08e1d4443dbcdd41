/** Inside a Hono app, at /apps/hello, in any runtime that Hono runs in. */
import { Hono } from "hono";
import type { App } from "../src/index.ts";

export function honoServer(app: App): Hono {
  const server = new Hono();
  server.get("/", (c) => c.text("The server's own page."));
  server.all("/apps/hello/*", (c) => app.fetch(c.req.raw));
  return server;
}
