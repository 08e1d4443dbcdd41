/** Inside a Fastify 5 server, at /apps/hello. Fastify reads no body there: the app does. */
import type { Server } from "node:http";
import fastify from "fastify";
import { type App, toNodeListener } from "../src/index.ts";

export async function fastifyServer(app: App): Promise<Server> {
  const server = fastify();
  server.get("/", () => "The server's own page.");
  server.register(
    (scope, _options, done) => {
      const listener = toNodeListener(app);
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
      scope.all("/*", (request, reply) => {
        reply.hijack();
        listener(request.raw, reply.raw);
      });
      done();
    },
    { prefix: "/apps/hello" },
  );
  await server.ready();
  return server.server;
}
