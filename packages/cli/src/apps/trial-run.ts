/** An app started for a moment, as its own environment says, to hear what it says of itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answers } from "./answers.ts";
import type { AppPackage } from "./app-package.ts";
import { endChild, killChild, startChild } from "./child.ts";
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
  const url = `http://localhost:${port}${pathOfPublicUrl()}`;
  const child = startChild(app, port, { ANNEX_DESCRIPTION_FILE: file });
  const kill = () => killChild(child);
  process.prependOnceListener("exit", kill);
  try {
    await answers(app, url, child, console.error);
    await fetch(`${url}/health`).catch(() => undefined);
    return readDescription(file, app.directory);
  } finally {
    await endChild(child);
    process.off("exit", kill);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where below its host the app is, as this process's environment says: a server of somebody else's has the rest. */
export function pathOfPublicUrl(): string {
  const url = process.env["ANNEX_PUBLIC_URL"] ?? "";
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, "") : "";
}
