/**
 * `annex new` as a newcomer meets it: an empty folder outside the repository, tarballs, an ordinary Node. The first
 * template goes word for word by the guide; the others stand in one folder whose packages are installed once.
 *
 * Next.js is half a gigabyte, so what runs inside it is tried by command only:
 * `ANNEX_TRY_NEXTJS=1 npm test -- tests/new-app`. Its app is tested and checked with the others.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readTemplate, templateNames } from "../packages/cli/src/new/index.ts";
import { startAnnex } from "../packages/cli/src/testing/run-annex.ts";
import { build, faultsOf, readContainerFile } from "./support/container.ts";
import { nameOf, packTarballs, run, runBeside, tarballFolder, tarballs } from "./support/tarballs.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 900_000 });

const annex = resolve(import.meta.dirname, "../packages/cli/bin/annex.mjs");
const withNextjs = process.env["ANNEX_TRY_NEXTJS"] !== undefined;
const usual = "minimal";
const others = templateNames().filter((name) => name !== usual);
/** Needed to run, not to test. */
const leftOut = withNextjs ? [] : ["next"];
let directory: string;

beforeAll(() => {
  packTarballs();
  directory = mkdtempSync(join(tmpdir(), "annex-newcomer-"));
  // The app's own scripts run on the Node that runs this, as they would on a newcomer's.
  process.env["PATH"] = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;
  process.env["NEXT_TELEMETRY_DISABLED"] = "1";
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function writeApp(template: string, parent: string): string {
  const app = join(parent, `my-${template}`);
  const args = ["new", app, "--template", template, "--packages", tarballFolder, "--yes"];
  run(process.execPath, [annex, ...args], directory);
  return app;
}

function install(folder: string): void {
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], folder);
}

test("by the guide: written, installed, tested, checked, and run beside a Cloud", async () => {
  const app = writeApp(usual, directory);
  install(app);
  run("npm", ["run", "check"], app);
  run("npm", ["test"], app);
  await expectReady(["dev", "--port", "0"], app, app);
  await expectContainer(app);
});

test("each other template passes its tests and its check, and all run beside one Cloud", async () => {
  const home = join(directory, "home");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, dependencies: everything() }));
  install(home);
  // The packages are those of the folder above. Two at a time: each waits for an engine, a compiler or a job in turn.
  const apps = others.map((template) => ({ template, app: writeApp(template, home) }));
  const tried = apps.values();
  await Promise.all([1, 2].map(() => tryEach(tried)));
  const started = others.filter((name) => name !== "nextjs" || withNextjs);
  const configured = started.map((template) => ({ directory: `my-${template}` }));
  writeFileSync(join(home, "annex.config.mjs"), `export default ${JSON.stringify({ apps: configured })};`);
  await expectReady(["dev", "--port", "0", "--config", "annex.config.mjs"], home, home);
});

type WrittenApp = { readonly template: string; readonly app: string };

/** Takes the next one until there is none. */
async function tryEach(apps: Iterable<WrittenApp>): Promise<void> {
  for (const { template, app } of apps) {
    expect([template, faultsOf(app, readContainerFile(app))]).toEqual([template, []]);
    if (template !== "nextjs" || withNextjs) await runBeside("npm", ["run", "check"], app);
    await runBeside("npm", ["test"], app);
  }
}

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
  const lines = createInterface({ input: running.stdout });
  const ready = await new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => line.startsWith("ready ") && resolve(line.slice("ready ".length)));
    running.once("exit", (code) => reject(new Error(`It ended with ${code} before it was ready.`)));
  });
  expect((await fetch(`${ready}/health`)).status).toBe(200);
  running.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
}

/** What any of the templates depends on; our own packages as tarballs. */
function everything(): Readonly<Record<string, string>> {
  const named = others.map((name) => readTemplate(name).find(({ path }) => path === "package.json")?.text);
  const wanted = named.map(
    (text = "{}") => JSON.parse(text) as Record<string, Readonly<Record<string, string>> | undefined>,
  );
  const all = Object.assign({}, ...wanted.flatMap((one) => [one["dependencies"], one["devDependencies"]]));
  const ours = tarballs().map((file) => [nameOf(file), `file:${join(tarballFolder, file)}`]);
  const theirs = Object.entries(all as Record<string, string>).filter(
    ([name]) => !name.startsWith("@annex/") && !leftOut.includes(name),
  );
  return Object.fromEntries([...theirs, ...ours]) as Record<string, string>;
}

async function expectReady(args: readonly string[], app: string, installedIn: string): Promise<void> {
  const command = join(installedIn, "node_modules", "@annex", "cli", "bin", "annex.mjs");
  const dev = await startAnnex(args, { directory: app, command });
  expect(dev.ready).toMatch(/^http:\/\//);
  expect((await fetch(dev.ready)).status).toBe(200);
  const { apps } = JSON.parse(readFileSync(join(app, ".annex", "annex.json"), "utf8")) as {
    apps: readonly { readonly url: string }[];
  };
  for (const { url } of apps) expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await dev.stop()).code).toBe(0);
}
