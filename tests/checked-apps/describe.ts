/** What an app of the repository says of itself: its registration form, which is its manifest. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readDescription } from "../../packages/cli/src/apps/description.ts";

/** An app that compiles its pages as they are asked for takes that long before it says anything. */
const longestStart = 60_000;
const interval = 100;

/**
 * Starts an app for a moment and reads what it says.
 *
 * @param command a shell's, which becomes the app's process.
 * @param url where it answers.
 * @throws Error when it ends, or says nothing in a minute.
 */
export async function describeApp(
  command: string,
  url: string,
  directory: string,
): Promise<Readonly<Record<string, unknown>>> {
  const file = join(directory, "description.json");
  const app = spawn("/bin/sh", ["-c", command], {
    env: { ...process.env, ANNEX_DESCRIPTION_FILE: file },
    stdio: "ignore",
  });
  try {
    const ends = performance.now() + longestStart;
    while (!existsSync(file) && app.exitCode === null && performance.now() < ends) {
      // Behind some servers an app is there once somebody asks it something.
      await fetch(`${url}/health`, { signal: AbortSignal.timeout(longestStart) }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
    return readDescription(file, directory);
  } finally {
    await ended(app);
  }
}

function ended(app: ChildProcess): Promise<void> {
  if (app.exitCode !== null || app.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    app.once("exit", () => resolve());
    app.kill("SIGTERM");
  });
}
