/** What the tests of the framework share: an app on a database of its own, and Cloud's requests to it. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type App, type AppOptions, createApp } from "../src/index.ts";
import { openApp } from "../src/runtime/openers.ts";
import { nodeListener } from "../src/server/node.ts";

export const callbackSecret = "the-callback-secret-of-the-tests";
export const olderSecret = "an-older-callback-secret-of-tests";
export const keyRing = `test:${Buffer.alloc(32, 7).toString("base64")}`;
export const publicUrl = "https://app.example.com";

export type TestApp = {
  readonly app: App;
  readonly directory: string;
  /** Everything in the log so far. */
  log(): string;
  /** All bytes of the database's files, log included. */
  files(): Buffer;
  /** Sends a callback body: an object as JSON, a text as it is. */
  callback(body: unknown, headers?: Record<string, string>): Promise<Answered>;
  launch(body?: Record<string, unknown>): Promise<Answered>;
  /** Launches, enters, and gives the session's token. */
  enter(body?: Record<string, unknown>): Promise<string>;
  get(path: string, headers?: Record<string, string>): Promise<Answered>;
  call(method: string, path: string, session?: string, body?: unknown): Promise<Answered>;
  /** Closes it and opens it again on the same files. */
  reopened(): Promise<TestApp>;
};

export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
};

export type TestOptions = Partial<AppOptions> & {
  readonly directory?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Registers routes, jobs and hooks before the first request. */
  readonly define?: (app: App) => void;
};

/** What an app is told when its files are in a directory of its own. */
export function environmentIn(directory: string) {
  return {
    NODE_ENV: "development",
    ANNEX_DATABASE: join(directory, "app.db"),
    ANNEX_LOG: join(directory, "app.log"),
    ANNEX_PUBLIC_URL: publicUrl,
    ANNEX_CALLBACK_SECRET: `${callbackSecret},${olderSecret}`,
    ANNEX_KEY_RING: keyRing,
  };
}

/** A directory for the length of a test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-app-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An app on a fresh database; closed and removed with the test. */
export function testApp(options: TestOptions = {}): TestApp {
  // Taken away also where the app is refused at its start.
  const directory = options.directory ?? temporaryDirectory();
  const { variables, define, directory: _given, ...rest } = options;
  const app = createApp({
    name: "test-app",
    manifest: {
      name: "Test App",
      description: "An app of the tests.",
      developer: "Acme",
      logoUrl: "",
      permissions: ["data:read", "data:write"],
    },
    permissionPurposes: { "data:write": "to post what it imports" },
    environment: { ...environmentIn(directory), ...variables },
    ...rest,
  });
  define?.(app);
  onTestFinished(() => app.close());
  return { app, directory, ...doors(app, directory), reopened: () => reopen(app, directory, options) };
}

async function reopen(app: App, directory: string, options: TestOptions): Promise<TestApp> {
  await app.close();
  return testApp({ ...options, directory });
}

function doors(app: App, directory: string) {
  const send = async (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    answered(
      await app.fetch(
        new Request(`${publicUrl}${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        }),
      ),
    );
  const json = { "content-type": "application/json" };
  const launch = (body: Record<string, unknown> = {}) =>
    send("POST", `/cloud/${callbackSecret}/portal`, json, portalRequest(body));
  return {
    log: () => readFileSync(join(directory, "app.log"), "utf8"),
    files: () => databaseFiles(directory),
    callback: (body: unknown, headers: Record<string, string> = json) =>
      send("POST", `/cloud/${callbackSecret}/callback`, headers, body),
    launch,
    enter: async (body: Record<string, unknown> = {}) => {
      const { json: launched } = await launch(body);
      const page = await send("GET", pathOf(String(launched["portal_url"])), { accept: "text/html" });
      return sessionIn(page.text);
    },
    get: (path: string, headers: Record<string, string> = {}) => send("GET", path, headers),
    call: (method: string, path: string, session?: string, body?: unknown) =>
      send(
        method,
        path,
        session === undefined ? json : { ...json, authorization: `Bearer ${session}` },
        body,
      ),
  };
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsedOrEmpty(text) };
}

function parsedOrEmpty(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The app on a port of its own, over Node's HTTP. Gives its address, on `127.0.0.1`. */
export async function served({ app }: Pick<TestApp, "app">): Promise<string> {
  const { handle, log } = await openApp(app);
  return `http://127.0.0.1:${await listening(nodeListener(handle, log))}`;
}

/** A server for the length of a test. Gives its port. */
export async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The path and query of an address. */
export function pathOf(address: string): string {
  const url = new URL(address);
  return `${url.pathname}${url.search}`;
}

/** The session that an entered page carries. */
export function sessionIn(html: string): string {
  const block = /<script[^>]*id="annex-session"[^>]*>([^<]*)<\/script>/.exec(html)?.[1];
  if (block === undefined) throw new Error(`The page carries no session: ${html.slice(0, 200)}`);
  return String((JSON.parse(block) as Record<string, unknown>)["session"]);
}

function databaseFiles(directory: string): Buffer {
  const files = readdirSync(directory).filter(
    (name) => name.startsWith("app.db") && !name.endsWith(".key-ring"),
  );
  return Buffer.concat(files.map((name) => readFileSync(join(directory, name))));
}

/** An install event's body; the numbered installation of the numbered instance. */
export function installBody(number = 1, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const id = `instapp_${number}`;
  return {
    installed_app_id: id,
    app_id: "app_1",
    organization_id: "org_1",
    instance_id: `inst_${number}`,
    api_key: `blnk_abc_planted_key_number_${number}`,
    api_key_prefix: "blnk_abc",
    granted_permissions: ["data:read", "data:write"],
    idempotency_key: `install:${id}`,
    ...changes,
  };
}

/** An uninstall event's body. */
export function uninstallBody(number = 1, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const id = `instapp_${number}`;
  return {
    installed_app_id: id,
    app_id: "app_1",
    organization_id: "org_1",
    instance_id: `inst_${number}`,
    uninstalled_at: "2026-04-21T12:00:00Z",
    idempotency_key: `uninstall:${id}`,
    ...changes,
  };
}

/** A portal request's body. */
export function portalRequest(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    installed_app_id: "instapp_1",
    app_id: "app_1",
    organization_id: "org_1",
    instance_id: "inst_1",
    user_id: "user_1",
    ...changes,
  };
}
