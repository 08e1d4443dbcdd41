/** One of the framework's examples as a process: `node packages/app/examples/start.ts express`, told by the environment. */
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { toNodeListener } from "../src/index.ts";
import { expressServer } from "./express.ts";
import { fastifyServer } from "./fastify.ts";
import { createHello } from "./hello.ts";
import { honoServer } from "./hono.ts";
import { nextHandlers } from "./nextjs.ts";

const app = createHello();
const handlers = nextHandlers(app);
const routed = (request: Request) =>
  handlers[request.method as keyof typeof handlers]?.(request) ?? new Response(null, { status: 405 });
await app.start();
const servers = {
  node: async () => createServer(toNodeListener(app)),
  express: async () => expressServer(app),
  fastify: () => fastifyServer(app),
  hono: async () => createServer(getRequestListener(honoServer(app).fetch)),
  // The route's handlers without Next.js itself.
  nextjs: async () => createServer(getRequestListener(routed)),
};
const name = process.argv[2] ?? "";
if (!(name in servers)) throw new Error(`There is no example "${name}".`);
const server = await servers[name as keyof typeof servers]();
server.listen(Number(process.env["PORT"]), () => process.stdout.write("ready\n"));
