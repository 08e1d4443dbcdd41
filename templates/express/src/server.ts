/** The team's own Express server, with the app in it. */
import { type App, toNodeListener } from "@annex/app";
import express, { type Express } from "express";

/** The app's doors are `/cloud`, `/portal` and `/health`; every other route stays the server's own. */
export function createServer(app: App): Express {
  const server = express();
  // Before the parser: so the app sees big integers with all their digits.
  server.use(ownPathsOf(app));
  server.use(express.json());
  server.get("/", (_request, response) => {
    response.type("text").send("The server's own page.");
  });
  server.post("/echo", (request, response) => {
    response.json(request.body);
  });
  return server;
}

function ownPathsOf(app: App): express.RequestHandler {
  const listener = toNodeListener(app);
  return (request, response, next) =>
    /^\/(cloud|portal|health)(\/|$)/.test(request.path) ? listener(request, response) : next();
}
