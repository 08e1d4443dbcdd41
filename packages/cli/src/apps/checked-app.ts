/**
 * The app of a folder as `annex check` drives it: built, then started by the command that it is deployed with, its files
 * in a folder of their own. Whatever this process's environment says of a real database, keys or addresses is not heard.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../failures/index.ts";
import { readDeployedApp } from "./app-package.ts";
import { searchPath } from "./child.ts";
import type { AppDescription } from "./description.ts";
import { freePort } from "./free-port.ts";
import { tryApp } from "./trial-run.ts";

/** What the checker has to be told of it. */
export type CheckedApp = {
  readonly description: AppDescription;
  /** A line for the shell, in the app's folder and with this process's environment. */
  readonly start: string;
  readonly database: string;
  readonly log: string;
  readonly lives: typeof lives;
  /** Takes away what it stored. */
  forget(): void;
};

/** In seconds: short, so that the checker sees them end without waiting for minutes. */
const lives = { link: 20, session: 20, grace: 8 } as const;
const secretBytes = 24;
const ringKeyBytes = 32;

/** Said of a deployment, and not of one on this machine; the Cloud is the checker's. */
const notHeard = [
  "ANNEX_ALLOWED_SOURCES",
  "ANNEX_TRUSTED_PROXIES",
  "ANNEX_EMBED_ORIGINS",
  "ANNEX_CLOUD_URL",
  "ANNEX_CRASH_AT",
  "NODE_ENV",
];

/**
 * Builds the app of this process's folder, changes this process's environment to what the app is to be told, and hears
 * what the app says of itself.
 *
 * @throws CommandError when there is no app, when it can't be built or when it does not start.
 */
export async function prepareCheckedApp(): Promise<CheckedApp> {
  const directory = process.cwd();
  const app = readDeployedApp(directory);
  const folder = mkdtempSync(join(tmpdir(), "annex-check-"));
  const forget = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const files = { database: join(folder, "app.db"), log: join(folder, "app.log") };
  try {
    await changeEnvironment(directory, files);
    if (app.build !== undefined) runBuild(app.build, directory);
    return { description: await tryApp(app), start: app.startLine, ...files, lives, forget };
  } catch (error) {
    forget();
    throw error;
  }
}

async function changeEnvironment(
  directory: string,
  files: { readonly database: string; readonly log: string },
): Promise<void> {
  const port = await freePort(0);
  const publicUrl = `http://localhost:${port}${pathOfDeployment()}`;
  for (const name of notHeard) delete process.env[name];
  Object.assign(process.env, {
    PATH: searchPath(directory),
    PORT: String(port),
    ANNEX_PUBLIC_URL: publicUrl,
    ANNEX_DATABASE: files.database,
    ANNEX_LOG: files.log,
    ANNEX_KEY_RING: `k1:${randomBytes(ringKeyBytes).toString("base64")}`,
    ANNEX_CALLBACK_SECRET: randomBytes(secretBytes).toString("base64url"),
    ANNEX_LINK_SECONDS: String(lives.link),
    ANNEX_SESSION_SECONDS: String(lives.session),
    ANNEX_KEY_GRACE_SECONDS: String(lives.grace),
  });
}

/** Below a path of its host, where the deployment is: its server mounts the app there. */
function pathOfDeployment(): string {
  const url = process.env["ANNEX_PUBLIC_URL"] ?? "";
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, "") : "";
}

function runBuild(line: string, directory: string): void {
  console.error(`Building the app: ${line}`);
  // What it prints goes beside the report, not into it.
  const { status } = spawnSync(line, { cwd: directory, shell: true, stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  throw new CommandError(
    `The app in ${directory} can't be built: its build script ended with ${status ?? "a signal"}.`,
    "What it said is above; npm run build says the same.",
  );
}
