/** One app of the workspace beside the local Cloud: its process, its registration, its line in the run file. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Sandbox } from "@annex/sandbox";
import type { ConfiguredApp } from "../config.ts";
import { superviseProcess } from "./supervised-process.ts";

export type WorkspaceApp = { readonly name: string; readonly url: string; stop(): Promise<void> };

type StartOptions = {
  readonly app: ConfiguredApp;
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataDirectory: string;
  readonly sandbox: Sandbox;
};

const capabilityBytes = 24;

/**
 * Starts an app with the environment of the doors, waits until it answers, and
 * registers it with the local Cloud. When its process dies it is started again
 * with the same environment, and the run file follows.
 */
export async function startWorkspaceApp({
  app,
  port,
  dataDirectory,
  sandbox,
}: StartOptions): Promise<WorkspaceApp> {
  const folder = basename(app.directory);
  const home = join(dataDirectory, "apps", folder);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const files = { database: join(home, `${folder}.db`), log: join(home, `${folder}.log`) };
  const secret = callbackSecret(join(home, "callback-secret"));
  const environment = {
    ANNEX_CLOUD_URL: sandbox.url,
    ANNEX_EMBED_ORIGINS: framingOrigins(sandbox.url).join(","),
    ANNEX_DATABASE: files.database,
    ANNEX_LOG: files.log,
    ANNEX_CALLBACK_SECRET: secret,
  };
  const register = (url: string, pid: number) =>
    sandbox.registerApp({
      manifest: {
        ...app.manifest,
        logoUrl: absoluteLogo(app.manifest.logoUrl, url),
        registrationCallbackUrl: `${url}/cloud/${secret}/callback`,
        portalGeneratorUrl: `${url}/cloud/${secret}/portal`,
      },
      url,
      pid,
      ...files,
    });
  const process = await superviseProcess({
    name: app.manifest.name,
    directory: app.directory,
    entry: "src/main.ts",
    port,
    environment,
    onReady: async (url, pid) => {
      await register(url, pid);
    },
  });
  return { name: app.manifest.name, url: process.url, stop: process.stop };
}

/** The secret in the app's two URLs, made once and kept, so that a restart keeps them. Contract section 6. */
function callbackSecret(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  const secret = randomBytes(capabilityBytes).toString("base64url");
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}

/** The dashboard is reached by both names of this machine, and a frame is checked by the name in use. */
function framingOrigins(url: string): readonly string[] {
  const { protocol, port } = new URL(url);
  return ["localhost", "127.0.0.1"].map((host) => `${protocol}//${host}:${port}`);
}

function absoluteLogo(logo: string | undefined, url: string): string {
  return logo === undefined ? "" : new URL(logo, url).href;
}
