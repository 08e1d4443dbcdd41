/** The process of an app; see index.ts. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { inspect } from "node:util";
import type { App } from "../application.ts";
import { EnvironmentError } from "../environment/environment-error.ts";
import { explainListening } from "../environment/start-failure.ts";
import { whoseCode } from "../process/whose-code.ts";
import type { Runtime } from "../runtime/index.ts";
import { openApp } from "../runtime/openers.ts";
import { type Connections, watchConnections } from "./connections.ts";
import { nodeListener } from "./node.ts";
import type { Served, ServeOptions } from "./served.ts";

// Imported by its name, the module brings all of `fetch` along: 16 MB for the life of the process, and half of a start.
const { createServer } = process.getBuiltinModule("node:http");

const defaultPort = 5002;
/** Headers, then a whole request, that take longer are given up: a connection costs who holds it open something. */
const headersMilliseconds = 20_000;
const requestMilliseconds = 120_000;

/** Connections have five of these seconds; what is left of the app's own work gets no more than the rest. */
const orderlyMilliseconds = 8000;

/** The jobs begin so much after the first event can be taken: loading them must not make Cloud wait. */
const jobsAfterMilliseconds = 25;
const jobsAgainMilliseconds = 1000;

/** Opens, listens and says so. */
export async function run(app: App, own: ServeOptions): Promise<Served> {
  try {
    return await start(app, own);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${app.name} cannot start: ${error.happened}.\n${error.message}.\n`);
    process.exit(1);
  }
}

async function start(app: App, own: ServeOptions): Promise<Served> {
  const runtime = await openApp(app);
  sayWhatItDiesOf(runtime);
  const server = createServer(nodeListener(runtime.handle, runtime.log));
  server.keepAliveTimeout = runtime.settings.keepAliveMilliseconds;
  server.headersTimeout = headersMilliseconds;
  server.requestTimeout = requestMilliseconds;
  server.on("connect", (_request, socket) => refuseTunnel(socket));
  const connections = watchConnections(server);
  const port = await listen(server, runtime.settings.port ?? own.port ?? defaultPort, own.host);
  const url = `http://${hostOf(own.host)}:${port}`;
  runtime.listensAt(url);
  const close = closing(app, connections);
  endOnSignals(close);
  endOnForgottenPromises(runtime, close);
  // Whoever reads it may be gone by now, which is no reason to end.
  process.stdout.on("error", () => undefined);
  process.stdout.write(`ready ${url}\n`);
  await new Promise((resolve) => setTimeout(resolve, jobsAfterMilliseconds));
  await beginWork(runtime);
  return { url, close };
}

/** Where the work cannot begin, as on a locked database, events are taken all the same, and it is tried again. */
async function beginWork(runtime: Runtime): Promise<void> {
  try {
    await runtime.startJobs();
  } catch (error) {
    runtime.log.error("The jobs could not begin; they are tried again.", { error });
    // Unless the process ends first; `beginWork` itself does not fail.
    setTimeout(() => void beginWork(runtime), jobsAgainMilliseconds).unref();
  }
}

/** What nobody caught ends the process as ever in Node; the log says first what it was. */
function sayWhatItDiesOf(runtime: Runtime): void {
  process.on("uncaughtExceptionMonitor", (error) => {
    runtime.log.error("Nobody caught an error; the app ends.", { ...whoseCode(), error });
    runtime.flushLog();
  });
}

/**
 * A promise that a handler forgot ends the process as ever in Node, since nobody knows what it left undone, and what
 * was under way goes on after the restart. But it ends in order: others have asked meanwhile, with an install perhaps,
 * and get their answers. An author who listens for such promises decides by himself.
 */
function endOnForgottenPromises(runtime: Runtime, close: () => Promise<void>): void {
  process.on("unhandledRejection", (error: unknown) => {
    const decidedElsewhere = process.listenerCount("unhandledRejection") > 1;
    const next = decidedElsewhere ? "" : "; the app ends";
    runtime.log.error(`A promise that nobody awaited was rejected${next}.`, { ...whoseCode(), error });
    if (decidedElsewhere) return;
    process.stderr.write(`${inspect(error)}\n`);
    const end = () => {
      runtime.flushLog();
      process.exit(1);
    };
    setTimeout(end, orderlyMilliseconds).unref();
    close().then(end, end);
  });
}

/** Node hangs up on who takes the app for a proxy (`CONNECT`), unless somebody answers. */
function refuseTunnel(socket: Duplex): void {
  // Who has hung up meanwhile is nothing to end for.
  socket.on("error", () => undefined);
  socket.end("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
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

/** However often it is asked: one Ctrl-C reaches a process more than once when npm is in front of it. */
function endOnSignals(close: () => Promise<void>): void {
  const end = () => {
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`The app did not close: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}
