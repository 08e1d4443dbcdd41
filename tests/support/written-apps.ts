/** Apps as `annex new` writes them, and `annex dev` beside them. */
import { readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { expect } from "vitest";
import { startAnnex } from "../../packages/cli/src/testing/run-annex.ts";
import { run, tarballFolder } from "./tarballs.ts";

const annex = resolve(import.meta.dirname, "../../packages/cli/bin/annex.mjs");

/** What their scripts run in: that Node, as they would on a newcomer's. */
export function prepareEnvironment(node: string): void {
  process.env["PATH"] = `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}`;
  process.env["NEXT_TELEMETRY_DISABLED"] = "1";
}

/** Writes one into a folder, on the packed packages; returns its own folder. */
export function writeApp(template: string, parent: string): string {
  const app = join(parent, `my-${template}`);
  const args = ["new", app, "--template", template, "--packages", tarballFolder, "--yes"];
  run(process.execPath, [annex, ...args], parent);
  return app;
}

/** Starts `annex dev` as it is installed in a folder, looks at the Cloud and each app, and ends it. */
export async function expectReady(args: readonly string[], folder: string, node: string): Promise<void> {
  const command = join(folder, "node_modules", "@annex", "cli", "bin", "annex.mjs");
  const dev = await startAnnex(args, { directory: folder, command, node });
  expect(dev.ready).toMatch(/^http:\/\//);
  expect((await fetch(dev.ready)).status).toBe(200);
  const { apps } = JSON.parse(readFileSync(join(folder, ".annex", "annex.json"), "utf8")) as {
    apps: readonly { readonly url: string }[];
  };
  for (const { url } of apps) expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await dev.stop()).code).toBe(0);
}
