/** `annex check` without URLs: the app of the folder, whatever its environment says of where it is deployed. */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
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

test.for(["0x10", "1e1", "", "-1", "0"])("%j is no number of seconds", async (seconds) => {
  const { code, errors } = await runAnnex([...somewhere, `--link-ttl=${seconds}`]);
  expect([code, errors]).toEqual([2, expect.stringContaining("Give a number of seconds above 0.")]);
});

test("a further file whose ending names no form is no usage, nor one that can't be written", async () => {
  const unnamed = await runAnnex([...somewhere, "--also", "report.pdf"]);
  expect([unnamed.code, unnamed.errors]).toEqual([2, expect.stringContaining(".sarif")]);
  const nowhere = await runAnnex([...somewhere, "--also", join(temporary, "not-there", "report.md")]);
  expect([nowhere.code, nowhere.errors]).toEqual([2, expect.stringContaining("Give --also")]);
});

/** What the action of a pipeline does in its one step of its own, as a runner does it. */
function runAction(port: number, rule: string) {
  const folder = resolve(import.meta.dirname, "../../../check");
  const [, script = ""] =
    /\n {6}run: \|\n((?: {8}.*\n|\n)+)/.exec(readFileSync(join(folder, "action.yml"), "utf8")) ?? [];
  const place = mkdtempSync(join(temporary, "runner-"));
  const files = { output: join(place, "outputs"), summary: join(place, "summary") };
  // Where the registry is asked, this answers in its place.
  writeFileSync(join(place, "npx"), "#!/bin/sh\nexit 97\n", { mode: 0o755 });
  const run = promisify(execFile)("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    env: {
      ...process.env,
      PATH: `${place}:${process.env["PATH"]}`,
      GITHUB_ACTION_PATH: folder,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: place,
      CALLBACK: `http://localhost:${port}/c`,
      PORTAL: `http://localhost:${port}/p`,
      START: "",
      ARGUMENTS: `--fast --only ${rule}`,
      VERSION: "latest",
    },
  });
  return run.then(
    ({ stderr }) => ({ ...files, place, code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ ...files, place, code, stderr }),
  );
}

test("the action of a pipeline runs the checker that is installed beside it, and asks no registry", async () => {
  const { code, stderr, output, summary } = await runAction(9, "duplicate-install");
  expect(stderr).toContain("http://localhost:9");
  expect(code).toBe(2);
  // A step that uploads a report asks whether there is one.
  expect(existsSync(output)).toBe(false);
  expect(readFileSync(summary, "utf8")).toContain("nothing could be judged");
});

test("the action fails with the app, writes the summary, and gives the report in each form", async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(500).end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "localhost", listening));
  onTestFinished(() => void server.close());
  const { code, output, summary } = await runAction(
    (server.address() as AddressInfo).port,
    "install-accepted",
  );
  expect(code).toBe(1);
  expect(readFileSync(summary, "utf8")).toMatch(/^### annex check: .*\n[\s\S]*install-accepted/);
  const paths = Object.fromEntries(
    readFileSync(output, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("=")),
  ) as Record<string, string>;
  const text = (kind: string) => readFileSync(paths[kind] ?? "", "utf8");
  expect(text("report")).toContain("<!doctype html>");
  expect(text("markdown")).toBe(readFileSync(summary, "utf8"));
  expect(JSON.parse(text("sarif"))).toMatchObject({ version: "2.1.0" });
  expect(text("junit")).toContain("<testsuites");
});
