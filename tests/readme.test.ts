/** The README's app is compiled and started as it stands there: an example that does not work is worse than none. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
/** Inside the repository, so that the packages resolve; ignored by git. */
const scratch = join(root, ".cache", "readme");
let directory: string;

beforeAll(() => {
  mkdirSync(scratch, { recursive: true });
  directory = mkdtempSync(join(scratch, "app-"));
  const example = /```ts\n(import \{ createApp.*?)```/s.exec(
    readFileSync(join(root, "README.md"), "utf8"),
  )?.[1];
  if (example === undefined) throw new Error("The README has no example.");
  writeFileSync(join(directory, "main.ts"), example);
  const settings = { extends: "../../../tsconfig.json", include: ["main.ts"], exclude: [] };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(settings));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the README's app compiles", () => {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [compiler, "-p", directory], { encoding: "utf8" });
  expect(result.stdout).toBe("");
  expect(result.status).toBe(0);
});

test("the README's app starts, answers and ends", async () => {
  const app = spawn(process.execPath, ["main.ts"], {
    cwd: directory,
    env: { ...process.env, PORT: "0", NODE_ENV: "development" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done) => app.once("exit", done));
  const url = await new Promise<string>((done) => {
    createInterface({ input: app.stdout }).on("line", (line) => {
      const found = /^ready .*?(https?:\/\/\S+)/.exec(line)?.[1];
      if (found !== undefined) done(found);
    });
  });
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/portal`)).status).toBe(401);
  app.kill("SIGTERM");
  expect(await ended).toBe(0);
});
