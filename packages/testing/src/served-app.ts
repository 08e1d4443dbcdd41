/**
 * An app of `@annex/app` in this process, on a port of its own and with its own server, the one it has in production. It
 * reads its environment when it opens: the variables of this Cloud are put in place for that, and taken away again.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** What is needed of an app; the `App` of `@annex/app` is one. */
export type TestedApp = {
  readonly name: string;
  readonly manifest: {
    readonly name: string;
    readonly logoUrl: string;
    readonly permissions: readonly string[];
  };
  /** `clock` is the Cloud's: an app that begins by it has its schedules and waits come due when that is put ahead. */
  listen(where: { readonly port: number; readonly host: string; readonly clock: () => number }): Promise<{
    readonly url: string;
    close(): Promise<void>;
  }>;
  close(): Promise<void>;
};

/** What an app needs to know of the Cloud it is served for. */
export type ServingCloud = { readonly url: string; readonly clock: { now(): Date } };

export type ServedApp = {
  readonly url: string;
  /** The manifest with its two URLs. */
  readonly manifest: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
};

export function isApp(value: object): value is TestedApp {
  return "manifest" in value && "listen" in value && typeof value.listen === "function";
}

/** Serves an app, opened for the given Cloud, by its clock, with its files in a folder. */
export async function serveApp(app: TestedApp, cloud: ServingCloud, directory: string): Promise<ServedApp> {
  const secret = randomBytes(24).toString("base64url");
  mkdirSync(directory, { recursive: true });
  const environment = {
    NODE_ENV: "development",
    PORT: "0",
    // It is where it listens.
    ANNEX_PUBLIC_URL: undefined,
    ANNEX_CLOUD_URL: cloud.url,
    ANNEX_DATABASE: join(directory, `${app.name}.db`),
    ANNEX_LOG: join(directory, `${app.name}.log`),
    ANNEX_CALLBACK_SECRET: secret,
    ANNEX_KEY_RING: `test:${randomBytes(32).toString("base64")}`,
  };
  const { url, close } = await withEnvironment(environment, () => open(app, cloud));
  const manifest = {
    ...app.manifest,
    logoUrl: app.manifest.logoUrl === "" ? "" : new URL(app.manifest.logoUrl, url).href,
    registrationCallbackUrl: `${url}/cloud/${secret}/callback`,
    portalGeneratorUrl: `${url}/cloud/${secret}/portal`,
  };
  return { url, manifest, stop: close };
}

async function open(app: TestedApp, { clock }: ServingCloud) {
  try {
    return await app.listen({ port: 0, host: "127.0.0.1", clock: () => clock.now().getTime() });
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Two apps that open at once would read each other's variables. */
let opening: Promise<unknown> = Promise.resolve();

function withEnvironment<Result>(
  variables: Readonly<Record<string, string | undefined>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const mine = opening.then(async () => {
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    setVariables(Object.entries(variables));
    try {
      return await work();
    } finally {
      setVariables(before);
    }
  });
  opening = mine.catch(() => undefined);
  return mine;
}

function setVariables(variables: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of variables) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
