/** `annex dev` for an app anywhere: what it says of itself, a Cloud that runs already, changes, and what goes wrong. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startSandbox } from "@annex/sandbox";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { runAnnex, startAnnex } from "../testing/run-annex.ts";

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
  expect(readFileSync(runFile, "utf8")).toContain('"First Name"');
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
  ["a shell", "exit 3", /^broken ended \(code 3\) before it was ready\.\n.*exit 3\n$/],
])("an app that never gets ready is two lines: %s", async (_, start, said) => {
  rmSync(join(directory, "broken"), { recursive: true, force: true });
  const home = makeApp("broken", "Broken", start);
  const { code, errors } = await runAnnex(["dev", "--join", runFile], { directory: home });
  expect([code, errors]).toEqual([1, expect.stringMatching(said)]);
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
  [["dev"], /^There is no package\.json in .*\nRun `annex dev` in an app's folder.*\n$/],
  [["dev", "--config", "none.ts"], /^There is no file .*none\.ts\.\nCheck the path given with --config\.\n$/],
  [["dev", "--join", "none.json"], /^There is no package\.json/],
  [["urls"], /^There is no app here, and no environment of one\.\nGo into the app's folder/],
])("in an empty folder %j is two lines", async (args, said) => {
  const empty = mkdtempSync(join(directory, "empty-"));
  const { code, errors } = await runAnnex(args, { directory: empty });
  expect([code, errors]).toEqual([1, expect.stringMatching(said)]);
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
  const { output } = await runAnnex(["urls", "--json"], { directory: empty, environment });
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
      ANNEX_PUBLIC_URL: "http://app.example.com",
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
