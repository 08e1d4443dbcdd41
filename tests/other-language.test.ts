/** Any program in any language can drive the product by the run file and the admin API. Skipped where there is no Python. */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RunningCloud } from "./support/running-cloud.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;
let cloud: RunningCloud | undefined;

beforeAll(async () => {
  if (hasPython) cloud = await RunningCloud.start();
}, 90_000);

afterAll(() => cloud?.stopAndForget());

test.skipIf(!hasPython)(
  "a Python script lives the life of an app by the admin API",
  { timeout: 120_000 },
  async () => {
    const script = spawn("python3", [
      join(import.meta.dirname, "other-language/journey.py"),
      cloud?.dataDirectory ?? "",
    ]);
    let output = "";
    script.stdout.on("data", (chunk) => {
      output += String(chunk);
    });
    script.stderr.on("data", (chunk) => {
      output += String(chunk);
    });
    const code = await new Promise((done) => script.once("exit", done));
    expect(output).toBe("ok\n");
    expect(code).toBe(0);
  },
);
