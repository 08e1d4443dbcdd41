/** `annex check` without URLs: the app of the folder, whatever its environment says of where it is deployed. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runAnnex, spawnAnnex } from "../testing/run-annex.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const modules = resolve(import.meta.dirname, "../../../../node_modules");
let home: string;
/** Where what a check stores goes. */
let temporary: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "annex-checked-here-"));
  temporary = mkdtempSync(join(tmpdir(), "annex-checked-files-"));
  symlinkSync(modules, join(home, "node_modules"));
  const start = "node --no-warnings --env-file=.env app.ts";
  writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module", scripts: { start } }));
  writeFileSync(
    join(home, ".env"),
    "NODE_ENV=production\nANNEX_ALLOWED_SOURCES=203.0.113.1\nANNEX_DATABASE=real.db\nANNEX_SESSION_MAX_SECONDS=900\n",
  );
  writeFileSync(
    join(home, "app.ts"),
    `import { writeFileSync } from "node:fs";
     import { createApp, serve } from "@annex/app";
     writeFileSync("port", process.env.PORT ?? "");
     await serve(createApp({
       name: "checked",
       manifest: { name: "Checked", description: "Is checked.", developer: "Acme", logoUrl: "", permissions: ["data:read"] },
       permissionPurposes: { "data:read": "to read" },
     }));`,
  );
});

afterAll(() => {
  for (const folder of [home, temporary]) rmSync(folder, { recursive: true, force: true });
});

const where = () => ({
  directory: home,
  environment: { TMPDIR: temporary, ANNEX_KEY_RING: "of a deployment" },
});

/** The folders in which a check keeps what the app stores. */
function kept(): readonly string[] {
  return readdirSync(temporary).filter((name) => name.startsWith("annex-check-"));
}

test("the app here is started with files of its own, and nothing of it is left", async () => {
  const args = ["check", "--only", "install-accepted,manifest-scopes", "--format", "json"];
  const { code, output } = await runAnnex(args, where());
  const report = JSON.parse(output.trim().split("\n").at(-1) ?? "") as { summary: Record<string, number> };
  expect([code, report.summary]).toEqual([0, expect.objectContaining({ pass: 2, fail: 0 })]);
  expect(existsSync(join(home, "real.db"))).toBe(false);
  expect(kept()).toEqual([]);
});

test("a check that is ended in the middle leaves no app running and nothing behind", async () => {
  rmSync(join(home, "port"));
  const check = spawnAnnex(["check", "--only", "session-expires"], where());
  const answers = async () => {
    const port = readFileSync(join(home, "port"), "utf8");
    return (await fetch(`http://localhost:${port}/health`)).status;
  };
  await vi.waitFor(async () => expect(await answers()).toBe(200), { timeout: 60_000, interval: 100 });
  expect(await check.stop()).toBe(130);
  // Killed, it may take a moment to be gone.
  await vi.waitFor(() => expect(answers()).rejects.toThrow(), 30_000);
  expect(kept()).toEqual([]);
});

test("where there is no app it says so in two lines", async () => {
  const { code, errors } = await runAnnex(["check"], { directory: temporary });
  expect([code, errors]).toEqual([
    2,
    `There is no package.json in ${temporary}, so no app to check.\nGo into the app's folder, or name any app by its two URLs: --callback and --portal.\n`,
  ]);
});

const somewhere = ["check", "--callback", "http://127.0.0.1:9/c", "--portal", "http://127.0.0.1:9/p"];

test("a report that could not be written is said before anything is checked", async () => {
  const folder = join(temporary, "not-there");
  const { code, errors } = await runAnnex([...somewhere, "--out", join(folder, "report.html")]);
  expect(code).toBe(2);
  expect(errors.split("\n")[0]).toContain(folder);
  expect(errors).toMatch(/\nGive --out .+\n$/);
});

test("to check no rule at all is no usage", async () => {
  const { code, errors } = await runAnnex([...somewhere, "--only", ","]);
  expect([code, errors]).toEqual([2, expect.stringContaining("ids of rules")]);
});

test("the action of a pipeline runs the checker that is installed beside it, and asks no registry", async () => {
  const folder = resolve(import.meta.dirname, "../../../check");
  const [, script = ""] =
    /\n {6}run: \|\n((?: {8}.*\n|\n)+)/.exec(readFileSync(join(folder, "action.yml"), "utf8")) ?? [];
  const output = join(temporary, "outputs");
  // Where the registry is asked, this answers in its place.
  writeFileSync(join(temporary, "npx"), "#!/bin/sh\nexit 97\n", { mode: 0o755 });
  const { status, stderr } = spawnSync("bash", ["-c", script], {
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${temporary}:${process.env["PATH"]}`,
      GITHUB_ACTION_PATH: folder,
      GITHUB_OUTPUT: output,
      RUNNER_TEMP: temporary,
      CALLBACK: "http://localhost:9/c",
      PORTAL: "http://localhost:9/p",
      START: "",
      ARGUMENTS: "--fast --only duplicate-install",
      VERSION: "latest",
    },
  });
  expect(stderr).toContain("http://localhost:9");
  expect(status).toBe(2);
  expect(readFileSync(output, "utf8")).toBe(`report=${join(temporary, "annex-check.html")}\n`);
});
