/**
 * The recordings of the real Core, played through the Proxy: whatever the Cloud lists answers as Core does.
 * Contract section 8, Proxy API. Recordings that ask for what the Proxy does not list say so and are left out.
 *
 * What an answer says is the ledger's, which plays all of them in tests of its own. The Proxy goes by
 * routes and answers above all, so those are played that have each route with each of its statuses. What it does with a
 * body or a query has tests beside this one; a night plays all of them (`ANNEX_RECORDINGS=all`).
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../../testing/test-app.ts";
import { startTestCloud, type TestCloud, testOrganization } from "../../testing/test-cloud.ts";

const folder = fileURLToPath(new URL("../../../../ledger/test/transcripts/", import.meta.url));
const player = fileURLToPath(new URL("../../../../ledger/test/transcripts.mjs", import.meta.url));

type Replayed = { readonly file: string; readonly steps: number; readonly differences: readonly unknown[] };

let cloud: TestCloud;
let app: TestApp;
let report: readonly Replayed[];
const listed = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map(readRecording)
  .filter(({ needs }) => needs?.includes("direct") !== true);
const files = (process.env["ANNEX_RECORDINGS"] === "all" ? listed : everyKindOf(listed)).map(
  ({ name }) => name,
);

beforeAll(async () => {
  // Two instances take half of the recordings each: most of the time goes by waiting for what Core does later.
  cloud = await startTestCloud({ seed: [{ ...testOrganization, instances: ["First", "Second"] }] });
  app = await startTestApp();
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  const halves = cloud.instanceIds.map(async (instanceId, half) => {
    await cloud.admin("POST", "/admin/installations", { app_id, instance_id: instanceId });
    const event = app.received.find(({ body }) => body["instance_id"] === instanceId);
    const share = files.filter((_, index) => index % cloud.instanceIds.length === half);
    const key = String(event?.body["api_key"]);
    return { instanceId, key, played: await play(instanceId, key, share) };
  });
  const played = await Promise.all(halves);
  const calm: (readonly Replayed[])[] = [];
  for (const half of played) calm.push(await playedCalmly(half));
  report = calm.flat();
}, 300_000);
afterAll(async () => {
  await cloud?.remove();
  await app?.close();
});

type Step = {
  readonly method: string;
  readonly path: string;
  readonly response: { readonly status: number };
};
type Recording = {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly steps: readonly Step[];
};

function readRecording(name: string): Recording {
  return { ...(JSON.parse(readFileSync(`${folder}${name}`, "utf8")) as Omit<Recording, "name">), name };
}

/** A route, with its ids and names left out, and how it was answered. */
function kindOf({ method, path, response }: Step): string {
  const [route = ""] = path.split("?");
  return `${method} ${route.replaceAll(/[^/]*[{@\d][^/]*/g, "*")} ${response.status}`;
}

/** The fewest steps, nearly, that have every kind: time and again the recording that brings most for its length. */
function everyKindOf(recordings: readonly Recording[]): readonly Recording[] {
  const missing = new Set(recordings.flatMap(({ steps }) => steps.map(kindOf)));
  const chosen: Recording[] = [];
  const brings = ({ steps }: Recording) =>
    new Set(steps.map(kindOf).filter((kind) => missing.has(kind))).size / steps.length;
  while (missing.size > 0) {
    const best = recordings.reduce((one, other) => (brings(other) > brings(one) ? other : one));
    for (const step of best.steps) missing.delete(kindOf(step));
    chosen.push(best);
  }
  return chosen;
}

async function play(instanceId: string, key: string, share: readonly string[]): Promise<readonly Replayed[]> {
  const target = ["--base", cloud.url, "--prefix", "/proxy", "--query", `instance_id=${instanceId}`];
  const authorization = ["--auth-header", "authorization", "--key", key];
  const paths = share.map((file) => `${folder}${file}`);
  const child = spawn(process.execPath, [player, "replay", ...target, ...authorization, "--json", ...paths], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const chunk of child.stdout) output += String(chunk);
  return JSON.parse(output.slice(0, output.lastIndexOf("]") + 1)) as readonly Replayed[];
}

type Half = { readonly instanceId: string; readonly key: string; readonly played: readonly Replayed[] };

/**
 * Some recordings look at what Core has not done yet, a moment after it was asked. Where two halves share a busy
 * machine that moment can be over; what differs then is played again with nothing beside it, and must not differ.
 */
async function playedCalmly({ instanceId, key, played }: Half): Promise<readonly Replayed[]> {
  const differing = played.filter(({ differences }) => differences.length > 0);
  if (differing.length === 0) return played;
  const again = await play(
    instanceId,
    key,
    files.filter((name) => differing.some(({ file }) => file.endsWith(name))),
  );
  return [...played.filter((one) => !differing.includes(one)), ...again];
}

test.each(files)("%s", (file) => {
  const replayed = report.find((one) => one.file.endsWith(file));
  expect(replayed?.differences).toEqual([]);
  expect(replayed?.steps).toBeGreaterThan(0);
});

test("leaves no fault in the Cloud's log", async () => {
  const audit = await cloud.admin("GET", "/admin/audit?status=500");
  const rows = audit.body["data"] as unknown as { code?: string }[];
  expect(listed.length).toBeGreaterThanOrEqual(59);
  // A 500 of Core's own is passed on as it was recorded; one of the Cloud's would carry its code.
  expect(rows.filter(({ code }) => code === "internal_error")).toEqual([]);
});
