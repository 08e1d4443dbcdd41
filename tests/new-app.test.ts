/**
 * `annex new` as a newcomer meets it: an empty folder outside the repository, tarballs, an ordinary Node. The first
 * template goes word for word by the guide; the others stand in one folder whose packages are installed once.
 *
 * Next.js is half a gigabyte, so what runs inside it is tried by command only:
 * `ANNEX_TRY_NEXTJS=1 npm test -- tests/new-app`. Its app is tested and checked with the others.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readTemplate, templateNames } from "../packages/cli/src/new/index.ts";
import { startAnnex } from "../packages/cli/src/testing/run-annex.ts";
import { nameOf, packTarballs, run, tarballFolder, tarballs } from "./support/tarballs.ts";

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
});

test("each other template passes its tests and its check, and all run beside one Cloud", async () => {
  const home = join(directory, "home");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, dependencies: everything() }));
  install(home);
  for (const template of others) {
    const app = writeApp(template, home);
    // The packages are those of the folder above.
    if (template !== "nextjs" || withNextjs) run("npm", ["run", "check"], app);
    run("npm", ["test"], app);
  }
  const started = others.filter((name) => name !== "nextjs" || withNextjs);
  const apps = started.map((template) => ({ directory: `my-${template}` }));
  writeFileSync(join(home, "annex.config.mjs"), `export default ${JSON.stringify({ apps })};`);
  await expectReady(["dev", "--port", "0", "--config", "annex.config.mjs"], home, home);
});

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
