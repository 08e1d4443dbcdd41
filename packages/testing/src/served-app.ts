/**
 * An app of `@annex/app` in this process, on a port of its own. It reads its environment
 * when it opens, which is at its first request: that request is made here, with the
 * variables of this Cloud in place, and they are taken away again afterwards.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";

/** What is needed of an app; the `App` of `@annex/app` is one. */
export type TestedApp = {
  readonly name: string;
  readonly manifest: {
    readonly name: string;
    readonly logoUrl: string;
    readonly permissions: readonly string[];
  };
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
};

export type ServedApp = {
  readonly url: string;
  /** The manifest with its two URLs. */
  readonly manifest: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
};

export function isApp(value: object): value is TestedApp {
  return "manifest" in value && "fetch" in value && typeof value.fetch === "function";
}

/** Serves an app, opened for the given Cloud with its files in a folder. */
export async function serveApp(app: TestedApp, cloudUrl: string, directory: string): Promise<ServedApp> {
  const server = createServer(
    getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secret = randomBytes(24).toString("base64url");
  mkdirSync(directory, { recursive: true });
  const environment = {
    NODE_ENV: "development",
    ANNEX_PUBLIC_URL: url,
    ANNEX_CLOUD_URL: cloudUrl,
    ANNEX_DATABASE: join(directory, `${app.name}.db`),
    ANNEX_LOG: join(directory, `${app.name}.log`),
    ANNEX_CALLBACK_SECRET: secret,
    ANNEX_KEY_RING: `test:${randomBytes(32).toString("base64")}`,
  };
  const stop = async () => {
    await app.close();
    await closeServer(server);
  };
  try {
    await withEnvironment(environment, () => openApp(app, url));
  } catch (error) {
    await stop();
    throw error;
  }
  const manifest = {
    ...app.manifest,
    logoUrl: app.manifest.logoUrl === "" ? "" : new URL(app.manifest.logoUrl, url).href,
    registrationCallbackUrl: `${url}/cloud/${secret}/callback`,
    portalGeneratorUrl: `${url}/cloud/${secret}/portal`,
  };
  return { url, manifest, stop };
}

/** Two apps that open at once would read each other's variables. */
let opening: Promise<unknown> = Promise.resolve();

function withEnvironment<Result>(
  variables: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const mine = opening.then(async () => {
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, variables);
    try {
      return await work();
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
  opening = mine.catch(() => undefined);
  return mine;
}

async function openApp(app: TestedApp, url: string): Promise<void> {
  const response = await app.fetch(new Request(`${url}/health`));
  if (!response.ok) throw new Error(`${app.name} answers ${response.status} to GET /health.`);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
