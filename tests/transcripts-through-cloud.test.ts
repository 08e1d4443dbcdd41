/** The recordings of the real Core, replayed through the local Cloud's Proxy: what an app sees must be what Core says. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Recorder, startRecorder } from "./support/recorder.ts";
import { RunningCloud } from "./support/running-cloud.ts";

const folder = resolve(import.meta.dirname, "../packages/ledger/test");
const recordings = join(folder, "transcripts");

/** Played straight at a Core only: it asks for routes that the Proxy does not list, and leaves out what the Proxy fills in. */
const straightOnly = new Set(["60-core-direct.json"]);

type Replayed = { name: string; ok: boolean; steps: number; differences: unknown[] };

let cloud: RunningCloud;
let recorder: Recorder;

beforeAll(async () => {
  cloud = await RunningCloud.start();
  recorder = await startRecorder(cloud.app);
}, 90_000);

afterAll(async () => {
  await cloud?.stopAndForget();
  await recorder?.close();
});

test("every recording that the Proxy lists replays equal through it", { timeout: 240_000 }, async () => {
  const { organization_id } = cloud.organization;
  const permissions = ["data:read", "data:write"];
  const urls = {
    registration_callback_url: recorder.registrationCallbackUrl,
    portal_generator_url: recorder.portalGeneratorUrl,
  };
  const manifest = { name: "Replay", ...urls, permissions };
  const { body } = await cloud.admin<{ app_id: string }>("POST", "/admin/apps", {
    organization_id,
    manifest,
  });
  const installed = await cloud.admin("POST", "/admin/installations", {
    app_id: body.app_id,
    instance_id: cloud.instance(1),
  });
  expect(installed.status).toBe(201);
  const key = recorder.installs[0]?.api_key ?? "";

  const files = readdirSync(recordings)
    .filter((file) => !straightOnly.has(file))
    .sort();
  const report = await replay(files, key);
  expect(files.length).toBeGreaterThanOrEqual(59);
  expect(report.length).toBe(files.length);
  for (const replayed of report) expect([replayed.name, replayed.differences]).toEqual([replayed.name, []]);
});

async function replay(files: readonly string[], key: string): Promise<readonly Replayed[]> {
  const options = [
    "--base",
    cloud.url,
    "--prefix",
    "/proxy",
    "--query",
    `instance_id=${cloud.instance(1)}`,
    "--auth-header",
    "Authorization",
    "--key",
    key,
  ];
  const player = spawn(
    process.execPath,
    [
      join(folder, "transcripts.mjs"),
      "replay",
      ...options,
      "--json",
      ...files.map((file) => join(recordings, file)),
    ],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  for await (const chunk of player.stdout) output += String(chunk);
  return JSON.parse(output.slice(0, output.lastIndexOf("]") + 1)) as Replayed[];
}
