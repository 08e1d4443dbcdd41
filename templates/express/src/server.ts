/** The team's own Express server, with the app in it. */
import { type App, toNodeListener } from "@annex/app";
import express, { type Express } from "express";

/** The app's are its two doors, its portal, its health, and whatever no route here answers. */
export function createServer(app: App): Express {
  const server = express();
  server.get("/", (_request, response) => {
    response.type("text").send("The server's own page.");
  });
  // Its parser stands with the route: the app reads bodies itself, big integers with all their digits.
  server.post("/echo", express.json(), (request, response) => {
    response.json(request.body);
  });
  // Last, so that an address that there is not is answered as a wrong secret is: nobody learns where the doors are.
  server.use(toNodeListener(app));
  return server;
}
