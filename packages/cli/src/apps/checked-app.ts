/**
 * The app of a folder as `annex check` starts it, with files of its own and secrets of its own. What this process's
 * environment says to an app of Annex of a real database, keys or addresses is not heard; what else the app reads it
 * reads as ever.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../failures/index.ts";
import { readAppPackage } from "./app-package.ts";
import { checkedLives, checkedLivesVariables } from "./checked-lives.ts";
import { searchPath } from "./child.ts";
import type { AppDescription } from "./description.ts";
import { freePort } from "./free-port.ts";
import { pathOfPublicUrl, tryApp } from "./trial-run.ts";

/** What the checker has to be told of it. */
export type CheckedApp = {
  readonly description: AppDescription;
  /** A line for the shell, in the app's folder and with this process's environment. */
  readonly start: string;
  readonly database: string;
  readonly log: string;
  readonly lives: typeof checkedLives;
};

const secretBytes = 24;
const ringKeyBytes = 32;

/**
 * Changes this process's environment to what the app is to be told, and hears what the app says of itself. What it
 * stores goes with this process.
 *
 * @throws CommandError when there is no app, or when it does not start.
 */
export async function prepareCheckedApp(): Promise<CheckedApp> {
  if (!existsSync(join(process.cwd(), "package.json")))
    throw new CommandError(
      `There is no package.json in ${process.cwd()}, so no app to check.`,
      "Go into the app's folder, or name any app by its two URLs: --callback and --portal.",
    );
  const app = readAppPackage(process.cwd(), "check");
  const folder = mkdtempSync(join(tmpdir(), "annex-check-"));
  process.once("exit", () => forget(folder));
  const files = { database: join(folder, "app.db"), log: join(folder, "app.log") };
  await changeEnvironment(files);
  return { description: await tryApp(app), start: app.line, ...files, lives: checkedLives };
}

/** How the check ended is said already: a file that is held still changes nothing of that. */
function forget(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    console.error(`${folder} could not be removed.`);
  }
}

async function changeEnvironment(files: { readonly database: string; readonly log: string }): Promise<void> {
  const { variableNames } = await import("@annex/app/operating");
  const port = await freePort(0);
  const publicUrl = `http://localhost:${port}${pathOfPublicUrl()}`;
  // Empty, not absent: what reads a file such as .env fills in what is absent.
  const unsaid = Object.fromEntries(variableNames.map((name) => [name, ""]));
  Object.assign(process.env, unsaid, {
    PATH: searchPath(process.cwd()),
    PORT: String(port),
    ANNEX_PUBLIC_URL: publicUrl,
    ANNEX_DATABASE: files.database,
    ANNEX_LOG: files.log,
    ANNEX_KEY_RING: `k1:${randomBytes(ringKeyBytes).toString("base64")}`,
    ANNEX_CALLBACK_SECRET: randomBytes(secretBytes).toString("base64url"),
    ...checkedLivesVariables,
  });
}
