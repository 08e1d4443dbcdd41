/** `annex dev` for an app anywhere: what it says of itself, a Cloud that runs already, changes, and what goes wrong. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { startSandbox } from "@annex/sandbox";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { runAnnex, startAnnex } from "../testing/run-annex.ts";
import { runHere } from "../testing/run-here.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const modules = resolve(import.meta.dirname, "../../../../node_modules");
let directory: string;
let runFile: string;
let close: () => Promise<void>;

/** An app's folder outside the repository, without any file name of ours. */
function makeApp(folder: string, name: string, start = "node --no-warnings anything.ts"): string {
  const home = join(directory, folder);
  mkdirSync(home, { recursive: true });
  symlinkSync(modules, join(home, "node_modules"));
  writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module", scripts: { start } }));
  writeFileSync(
    join(home, "anything.ts"),
    `import { createApp, serve } from "@annex/app";
     await serve(createApp({
       name: "tried",
       manifest: { name: "${name}", description: "Is tried.", developer: "Acme", logoUrl: "", permissions: ["data:read"] },
       permissionPurposes: { "data:read": "to read" },
     }));`,
  );
  return home;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "annex-dev-"));
  // One Cloud for all tests, as somebody has it running; its ledgers would be started for nothing.
  const sandbox = await startSandbox({
    port: 0,
    dataDirectory: join(directory, "cloud"),
    ledgers: "in-memory",
  });
  runFile = sandbox.runFile;
  close = () => sandbox.close();
});

afterAll(async () => {
  await close();
  rmSync(directory, { recursive: true, force: true });
});

async function joinFrom(home: string) {
  return startAnnex(["dev", "--join", runFile], { directory: home });
}

test("an app is registered by what it says of itself, and again when its sources change", async () => {
  const home = makeApp("watched", "First Name");
  const dev = await joinFrom(home);
  onTestFinished(() => void dev.stop());
  const { apps } = JSON.parse(readFileSync(runFile, "utf8")) as { apps: readonly Record<string, unknown>[] };
  expect(apps.find(({ name }) => name === "First Name")).toMatchObject({
    url: dev.ready,
    pid: expect.any(Number),
    database: expect.stringContaining("watched.db"),
    log: expect.stringContaining("watched.log"),
  });
  const source = join(home, "anything.ts");
  writeFileSync(source, readFileSync(source, "utf8").replace("First Name", "Second Name"));
  await vi.waitFor(() => expect(readFileSync(runFile, "utf8")).toContain('"Second Name"'), 60_000);
  expect((await dev.stop()).code).toBe(0);
});

test.each([
  [
    "nothing.ts",
    "node nothing.ts",
    /^(.*\n)*broken ended \(code 1\) before it was ready\.\nWhat it said stands above; start it alone with: cd .*\n$/,
  ],
  [
    "an app at a path of the author's server",
    `node --input-type=commonjs -e "require('http').createServer((_, r) => r.end()).listen(0, function () { console.log('ready http://localhost:' + this.address().port) })"`,
    /says nothing of itself\.\nAn app of @annex\/app that stands below a path .* ANNEX_PUBLIC_URL=http.*\n$/,
  ],
  ["a shell", "exit 3", /^broken ended \(code 3\) before it was ready\.\n.*exit 3\n$/],
])("an app that never gets ready is two lines: %s", async (_, start, said) => {
  rmSync(join(directory, "broken"), { recursive: true, force: true });
  const home = makeApp("broken", "Broken", start);
  const { code, errors } = await runAnnex(["dev", "--join", runFile], { directory: home });
  expect([code, errors]).toEqual([1, expect.stringMatching(said)]);
});

/** A program that behaves as cloudflared does: says its address among other words, and goes on until it is ended. */
function installTunnelProgram(says: string): string {
  const folder = mkdtempSync(join(directory, "programs-"));
  const file = join(folder, "cloudflared");
  writeFileSync(file, `#!/bin/sh\necho "$@" >&2\n${says}\n`);
  chmodSync(file, 0o755);
  return [folder, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
}

test("with a tunnel the app alone is reached by its address, and the form is printed", async () => {
  const home = makeApp("reached", "Reached");
  const path = installTunnelProgram(
    'echo "INF |  https://three-plain-words.trycloudflare.com  |" >&2; exec sleep 600',
  );
  const dev = await startAnnex(["dev", "--tunnel", "--port", "0"], {
    directory: home,
    environment: { PATH: path },
  });
  onTestFinished(() => void dev.stop());
  expect(dev.ready).toBe("https://three-plain-words.trycloudflare.com");
  const { code, output } = await dev.stop();
  expect(code).toBe(0);
  expect(output).toMatch(
    /registration_callback_url +https:\/\/three-plain-words\.trycloudflare\.com\/cloud\/[\w-]+\/callback/,
  );
});

test.each([
  [
    "no program for it",
    undefined,
    [],
    /^No tunnel program is installed; looked for cloudflared, .*\nInstall one/,
  ],
  [
    "a program that fails",
    'echo "no route to the edge" >&2; exit 1',
    [],
    /^cloudflared ended \(code 1\) before it said its address: no route to the edge\.\nTry it alone/,
  ],
  [
    "a local Cloud too",
    undefined,
    ["--join", "x.json"],
    /^--tunnel is for the real Cloud, and --join for a local/,
  ],
])("a tunnel that cannot be opened is two lines: %s", async (_, says, further, said) => {
  const home = makeApp(`unreached-${further.length}-${says?.length}`, "Unreached");
  const path =
    says === undefined ? `${dirname(process.execPath)}${delimiter}/nowhere` : installTunnelProgram(says);
  const args = ["dev", "--tunnel", "--port", "0", ...further];
  const { failure } = await runHere(args, { directory: home, environment: { PATH: path } });
  expect(failure.join("\n")).toMatch(said);
});

test("an app that a config names twice is two lines", async () => {
  const home = makeApp("named-twice", "Named Twice");
  const config = join(directory, "twice.config.ts");
  writeFileSync(
    config,
    `export default { apps: [{ directory: "named-twice" }, { directory: "./named-twice" }] };`,
  );
  const { failure } = await runHere(["dev", "--join", runFile, "--config", config], { directory });
  expect(failure).toEqual([
    `${config} names the app in ${home} twice.`,
    "Leave one of the two, then start again.",
  ]);
});

test("two apps of one name are two lines", async () => {
  makeApp("one", "Same");
  makeApp("two", "Same");
  const config = join(directory, "annex.config.ts");
  writeFileSync(config, `export default { apps: [{ directory: "one" }, { directory: "two" }] };`);
  const { code, errors } = await runAnnex(["dev", "--join", runFile, "--config", config], { directory });
  expect(code).toBe(1);
  expect(errors).toMatch(
    /^Two apps are named "Same": .*one and .*two\.\nGive one of them another name in its manifest\.\n$/,
  );
});

test.each([
  [["dev"], /^There is no package\.json in .*\nRun `annex dev` in an app's folder.*$/],
  [["dev", "--config", "none.ts"], /^There is no file .*none\.ts\.\nCheck the path given with --config\.$/],
  [["dev", "--join", "none.json"], /^There is no package\.json/],
  [["urls"], /^There is no app here, and no environment of one\.\nGo into the app's folder/],
])("in an empty folder %j is two lines", async (args, said) => {
  const empty = mkdtempSync(join(directory, "empty-"));
  const { failure } = await runHere(args, { directory: empty });
  expect(failure.join("\n")).toMatch(said);
});

const environment = {
  ANNEX_PUBLIC_URL: "https://app.example.com",
  ANNEX_CALLBACK_SECRET: "0123456789abcdef0123456789abcdef",
  ANNEX_KEY_RING: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
};

test("annex urls says what the registration form asks for", async () => {
  const home = makeApp("urls", "Tried");
  const { code, output } = await runAnnex(["urls", "--json"], { directory: home, environment });
  expect(code).toBe(0);
  expect(JSON.parse(output)).toEqual({
    name: "Tried",
    description: "Is tried.",
    developer: "Acme",
    logo_url: "",
    permissions: ["data:read"],
    launch_access: [],
    registration_callback_url: "https://app.example.com/cloud/0123456789abcdef0123456789abcdef/callback",
    portal_generator_url: "https://app.example.com/cloud/0123456789abcdef0123456789abcdef/portal",
  });
});

test("annex urls with an app's environment alone knows its two URLs", async () => {
  const empty = mkdtempSync(join(directory, "empty-"));
  const { output } = await runHere(["urls", "--json"], { directory: empty, environment });
  expect(Object.keys(JSON.parse(output) as object)).toEqual([
    "registration_callback_url",
    "portal_generator_url",
  ]);
});

test("annex doctor names what is wrong, and ends with 1", async () => {
  const home = makeApp("ill", "Ill");
  const { code, output } = await runAnnex(["doctor", "--json"], {
    directory: home,
    environment: {
      ANNEX_PUBLIC_URL: "http://localhost:9",
      ANNEX_CLOUD_URL: "http://127.0.0.1:9",
      NODE_ENV: "development",
    },
  });
  const { findings } = JSON.parse(output) as { findings: { check: string; verdict: string; next: string }[] };
  expect(code).toBe(1);
  expect(Object.fromEntries(findings.map(({ check, verdict }) => [check, verdict]))).toEqual({
    configuration: "ok",
    database: "ok",
    keys: "ok",
    "public URL": "wrong",
    clock: "not tested",
  });
});
