/** Inside an Express 5 server that has routes of its own, at /apps/hello, behind its parser of JSON. */
import { createServer, type Server } from "node:http";
import express from "express";
import { type App, toNodeListener } from "../src/index.ts";

export function expressServer(app: App): Server {
  const server = express();
  server.use(express.json());
  server.get("/", (_request, response) => {
    response.send("The server's own page.");
  });
  server.use("/apps/hello", toNodeListener(app));
  return createServer(server);
}
