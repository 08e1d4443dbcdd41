/**
 * `annex new` as a newcomer meets it: an empty folder outside the repository, tarballs, the newest Node, word for word
 * by the guide. The other templates are tried on packages that are installed once for all, on the oldest Node
 * (`packages.test.ts`).
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { build, faultsOf, readContainerFile } from "./support/container.ts";
import { readyUrl } from "./support/ready-url.ts";
import { install, packTarballs, run } from "./support/tarballs.ts";
import { expectReady, prepareEnvironment, writeApp } from "./support/written-apps.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 900_000 });

let directory: string;

beforeAll(() => {
  packTarballs();
  directory = mkdtempSync(join(tmpdir(), "annex-newcomer-"));
  prepareEnvironment(process.execPath);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("by the guide: written, installed, tested, checked, and run beside a Cloud", async () => {
  const app = writeApp("minimal", directory);
  install(app);
  run("npm", ["run", "check", "--", "--fast"], app);
  run("npm", ["test"], app);
  await expectReady(["dev", "--port", "0"], app, process.execPath);
  await expectContainer(app);
});

/** What its container would do, done without one: installed without what only development needs, started, ended. */
async function expectContainer(app: string): Promise<void> {
  const instructions = readContainerFile(app);
  expect(faultsOf(app, instructions)).toEqual([]);
  const folder = join(directory, "container");
  const [program = "", ...args] = build(app, instructions, folder);
  expect(existsSync(join(folder, "node_modules", "@annex", "cli"))).toBe(false);
  const running = spawn(program, args, {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      NODE_ENV: "production",
      ANNEX_PUBLIC_URL: "https://low-balance.example.com",
      ANNEX_DATABASE: "data/low-balance.db",
      ANNEX_KEY_RING: `k1:${randomBytes(32).toString("base64")}`,
      ANNEX_CALLBACK_SECRET: randomBytes(32).toString("base64url"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(running, "exit");
  const ready = await readyUrl(running);
  expect((await fetch(`${ready}/health`)).status).toBe(200);
  running.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
}
