/** One app beside the local Cloud: its process, its registration, its line in the run file. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AppManifest, ConfiguredApp } from "./config.ts";
import { type AppDescription, readDescription } from "./description.ts";
import type { DevCloud } from "./dev-cloud.ts";
import { freePort } from "./free-port.ts";
import { superviseProcess } from "./supervised-process.ts";
import type { PublicAddress } from "./tunnel.ts";
import { watchSources } from "./watch.ts";

export type WorkspaceApp = { readonly name: string; readonly url: string; stop(): Promise<void> };

type StartOptions = {
  readonly app: ConfiguredApp;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the app's own files go. */
  readonly home: string;
  readonly cloud: DevCloud;
  readonly watch: boolean;
  /** Where it is reached from outside this machine; by a port of it unless given. */
  readonly reachAt?: (port: number) => Promise<PublicAddress>;
};

const capabilityBytes = 24;

/**
 * Starts an app with the environment of the doors, waits until it answers, and
 * registers it with the Cloud by what it says of itself. When its process dies it is
 * started again with the same environment, and the run file follows; when its sources
 * change too, and the registration follows.
 */
export async function startWorkspaceApp(options: StartOptions): Promise<WorkspaceApp> {
  const port = await freePort(options.port);
  const address = await (options.reachAt ?? thisMachine)(port);
  try {
    return await startAt(options, port, address);
  } catch (error) {
    await address.close();
    throw error;
  }
}

async function thisMachine(port: number): Promise<PublicAddress> {
  return { url: `http://localhost:${port}`, close: async () => {} };
}

async function startAt(options: StartOptions, port: number, address: PublicAddress): Promise<WorkspaceApp> {
  const { app, home, cloud } = options;
  const { url } = address;
  const { makeDirectory } = await import("@annex/ledger/directory");
  makeDirectory(home, 0o700);
  const files = { database: join(home, `${app.name}.db`), log: join(home, `${app.name}.log`) };
  const secret = callbackSecret(join(home, "callback-secret"));
  const descriptionFile = join(home, "description.json");
  let name = app.name;
  const process = await superviseProcess({
    app,
    port,
    environment: {
      ANNEX_PUBLIC_URL: url,
      ANNEX_DATABASE: files.database,
      ANNEX_LOG: files.log,
      ANNEX_CALLBACK_SECRET: secret,
      ANNEX_DESCRIPTION_FILE: descriptionFile,
      ...cloud.environment,
    },
    onReady: async (pid) => {
      const description = await describe(app, { port, url }, secret, descriptionFile);
      name = description.name;
      await cloud.register(description, app.directory, { url, pid, ...files });
    },
  });
  const unwatch =
    options.watch && app.watch
      ? await watchSources(app.directory, () => {
          console.log(`${name} changed; starting it again.`);
          void process.restart();
        })
      : async () => {};
  return {
    get name() {
      return name;
    },
    url,
    stop: async () => {
      await unwatch();
      await process.stop();
      await address.close();
    },
  };
}

/** What the configuration says goes before what the app says. */
async function describe(
  app: ConfiguredApp,
  { port, url }: { readonly port: number; readonly url: string },
  secret: string,
  file: string,
): Promise<AppDescription> {
  if (app.manifest !== undefined) return described(app.manifest, url, secret);
  // A server that opens its app with the first request has described nothing before it.
  await fetch(`http://localhost:${port}/health`).catch(() => undefined);
  const description = readDescription(file, app.directory);
  // The next start describes anew: an app that says nothing any more must not be taken by its old word.
  rmSync(file);
  return description;
}

function described(manifest: AppManifest, url: string, secret: string): AppDescription {
  return {
    name: manifest.name,
    description: manifest.description ?? "",
    developer: manifest.developer ?? "",
    logo_url: manifest.logoUrl === undefined ? "" : new URL(manifest.logoUrl, url).href,
    permissions: manifest.permissions,
    launch_access: manifest.launchAccess ?? [],
    registration_callback_url: `${url}/cloud/${secret}/callback`,
    portal_generator_url: `${url}/cloud/${secret}/portal`,
  };
}

/** The secret in the app's two URLs, made once and kept, so that a restart keeps them. Contract section 6. */
function callbackSecret(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  const secret = randomBytes(capabilityBytes).toString("base64url");
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}
