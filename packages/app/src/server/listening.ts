/** An app's own server on `node:http`: how it listens, how long it waits for a request, and how it ends. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "../application.ts";
import { explainListening } from "../environment/start-failure.ts";
import { limitLines } from "../log/limited-lines.ts";
import type { Served, ServeOptions } from "../process/served.ts";
import type { Runtime } from "../runtime/index.ts";
import { type Connections, watchConnections } from "./connections.ts";
import { nodeListener } from "./node.ts";
import { refuseUnreadable } from "./unreadable.ts";

// Imported by its name, the module brings all of `fetch` along: 16 MB for the life of the process, and half of a start.
const { createServer } = process.getBuiltinModule("node:http");

const defaultPort = 5002;
/** Headers, then a whole request, that take longer are given up: a connection costs who holds it open something. */
const headersMilliseconds = 20_000;
const requestMilliseconds = 120_000;

/** Listens for an open app. @throws EnvironmentError when the port cannot be had. */
export async function listenFor(app: App, runtime: Runtime, own: ServeOptions): Promise<Served> {
  const server = createServer(nodeListener(runtime.handle, runtime.log));
  server.keepAliveTimeout = runtime.settings.keepAliveMilliseconds;
  server.headersTimeout = headersMilliseconds;
  server.requestTimeout = requestMilliseconds;
  answerHalfClosed(server);
  refuseUnreadable(server, limitLines(runtime.log, "Further requests could not be read.", Date.now));
  const connections = watchConnections(server);
  const port = await listen(server, runtime.settings.port ?? own.port ?? defaultPort, own.host);
  const url = `http://${hostOf(own.host)}:${port}`;
  runtime.listensAt(url);
  return { url, close: closing(app, connections) };
}

/** Who has said all he has to say, and closed his side, waits for the answer; Node alone hangs up on him. */
function answerHalfClosed(server: Server): void {
  // Node reads it, and its types do not say so.
  Object.assign(server, { httpAllowHalfOpen: true });
}

/** As it stands in an address; one that stands for all addresses is none to be called by. */
function hostOf(host = "localhost"): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(explainListening(error, port, host)));
    server.listen({ port, host }, () => {
      server.removeAllListeners("error");
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closing(app: App, connections: Connections): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= connections.end().then(() => app.close());
    return closed;
  };
}
