/** An app started for a moment, as its own environment says, to hear what it says of itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answers } from "./answers.ts";
import type { AppPackage } from "./app-package.ts";
import { endChild, startChild } from "./child.ts";
import { type AppDescription, readDescription } from "./description.ts";
import { freePort } from "./free-port.ts";

/**
 * Starts an app on a free port with this process's environment, reads its description, and ends it.
 *
 * @throws CommandError when it does not start, or says nothing.
 */
export async function tryApp(app: AppPackage): Promise<AppDescription> {
  const folder = mkdtempSync(join(tmpdir(), "annex-description-"));
  const file = join(folder, "description.json");
  const port = await freePort(0);
  const url = `http://localhost:${port}`;
  const child = startChild(app, port, { ANNEX_DESCRIPTION_FILE: file });
  try {
    await answers(app, url, child, console.error);
    await fetch(`${url}/health`).catch(() => undefined);
    return readDescription(file, app.directory);
  } finally {
    await endChild(child);
    rmSync(folder, { recursive: true, force: true });
  }
}
