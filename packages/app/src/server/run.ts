/** The process of an app; see index.ts. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "../application.ts";
import { openApp } from "../create-app.ts";
import { EnvironmentError } from "../environment/environment-error.ts";
import type { Runtime } from "../runtime.ts";
import type { Served } from "./index.ts";
import { nodeListener } from "./node.ts";

const defaultPort = 5002;
/** How long an open request may still take when the process is asked to end. */
const graceMilliseconds = 5000;

/** The jobs begin so much after the first event can be taken: loading them must not make Cloud wait. */
const jobsAfterMilliseconds = 25;

/** Opens, listens and says so. */
export async function run(app: App, ownPort: number | undefined): Promise<Served> {
  const runtime = await openOrEnd(app);
  const server = createServer(nodeListener(runtime.handle));
  const port = await listen(server, runtime.settings.port ?? ownPort ?? defaultPort);
  const url = `http://localhost:${port}`;
  runtime.listensAt(url);
  const close = closing(app, server);
  endOnSignals(close);
  process.stdout.write(`ready ${url}\n`);
  await new Promise((resolve) => setTimeout(resolve, jobsAfterMilliseconds));
  await runtime.startJobs();
  return { url, close };
}

async function openOrEnd(app: App): Promise<Runtime> {
  try {
    return await openApp(app);
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
