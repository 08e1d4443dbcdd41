/** Inside an Express 5 server that has routes of its own, at /apps/hello. */
import { createServer, type Server } from "node:http";
import express from "express";
import { type App, toNodeListener } from "../src/index.ts";

export function expressServer(app: App): Server {
  const server = express();
  // Before the parser: Express logs what that cannot read, and it may hold the key of an install.
  server.use("/apps/hello", toNodeListener(app));
  server.use(express.json());
  server.get("/", (_request, response) => {
    response.send("The server's own page.");
  });
  return createServer(server);
}
