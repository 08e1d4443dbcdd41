/** `annex new` as a newcomer meets it: an empty folder outside the repository, tarballs, an ordinary Node. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startAnnex } from "../packages/cli/src/testing/run-annex.ts";
import { packTarballs, run, tarballFolder } from "./support/tarballs.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 900_000 });

const annex = resolve(import.meta.dirname, "../packages/cli/bin/annex.mjs");
let directory: string;

beforeAll(() => {
  packTarballs();
  directory = mkdtempSync(join(tmpdir(), "annex-newcomer-"));
  // The app's own scripts run on the Node that runs this, as they would on a newcomer's.
  process.env["PATH"] = `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`;
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each(["minimal", "worker"])(
  "%s installs, passes its tests and its check, and runs beside a Cloud",
  async (template) => {
    const app = join(directory, `my-${template}`);
    run(
      process.execPath,
      [annex, "new", app, "--template", template, "--packages", tarballFolder, "--yes"],
      directory,
    );
    run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], app);
    run("npm", ["run", "check"], app);
    run("npm", ["test"], app);
    const installed = join(app, "node_modules", "@annex", "cli", "bin", "annex.mjs");
    const dev = await startAnnex(["dev", "--port", "0"], { directory: app, command: installed });
    expect(dev.ready).toMatch(/^http:\/\//);
    expect((await fetch(dev.ready)).status).toBe(200);
    expect((await dev.stop()).code).toBe(0);
  },
);
