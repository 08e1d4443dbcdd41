/** One of the framework's examples as a process: `node packages/app/examples/start.ts express`, told by the environment. */
import { createServer } from "node:http";
import { toNodeListener } from "../src/index.ts";
import { expressServer } from "./express.ts";
import { fastifyServer } from "./fastify.ts";
import { createHello } from "./hello.ts";

const app = createHello();
await app.start();
const servers = {
  node: async () => createServer(toNodeListener(app)),
  express: async () => expressServer(app),
  fastify: () => fastifyServer(app),
};
const name = process.argv[2] ?? "";
if (!(name in servers)) throw new Error(`There is no example "${name}".`);
const server = await servers[name as keyof typeof servers]();
server.listen(Number(process.env["PORT"]), () => process.stdout.write("ready\n"));
