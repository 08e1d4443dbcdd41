/**
 * Runs an app on `node:http`: listens, says so, and ends without losing anything.
 * `GET /health` answers 200 when events can be taken. Implements the part of the
 * doors that is about an app's process.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "../application.ts";
import { openApp } from "../create-app.ts";
import { EnvironmentError } from "../environment/environment-error.ts";
import type { Runtime } from "../runtime.ts";
import { nodeListener } from "./node.ts";

/** An app that answers requests. */
export type Served = {
  /** Where it listens, such as `http://localhost:5002`. */
  readonly url: string;
  /** Answers what is under way, commits, stops the jobs, closes. */
  close(): Promise<void>;
};

const defaultPort = 5002;
/** How long an open request may still take when the process is asked to end. */
const graceMilliseconds = 5000;

/**
 * Runs an app: on `PORT`, else on the port given here. Prints one line that begins
 * with `ready ` once it answers, and ends with code 0 on SIGINT and SIGTERM.
 * With a wrong environment it says which variable and ends with code 1.
 *
 * @param options.port port when `PORT` is not set; 0 takes a free one.
 * @example
 * ```ts
 * await serve(app, { port: 5002 }); // ready http://localhost:5002
 * ```
 */
export async function serve(app: App, options: { readonly port?: number } = {}): Promise<Served> {
  const runtime = openOrEnd(app);
  const server = createServer(nodeListener(runtime.handle));
  const port = await listen(server, runtime.settings.port ?? options.port ?? defaultPort);
  const url = `http://localhost:${port}`;
  runtime.listensAt(url);
  const close = closing(app, server);
  endOnSignals(close);
  process.stdout.write(`ready ${url}\n`);
  await runtime.startJobs();
  return { url, close };
}

function openOrEnd(app: App): Runtime {
  try {
    return openApp(app);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${app.name} cannot start: ${error.message}\n`);
    process.exit(1);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closing(app: App, server: Server): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= stop(server).then(() => app.close());
    return closed;
  };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
    server.close(() => {
      clearTimeout(impatient);
      resolve();
    });
    server.closeIdleConnections();
  });
}

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
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}
