/**
 * A process for the kill tests: an app on a real database, whose effects go over HTTP to the test. Started as
 * `node jobs-kill-child.ts <database> <effects URL> <installs>`; `ANNEX_CRASH_AT` says where it dies. It is told of so
 * many installs, prints `ready` once it works, and a line of JSON with the runs when each install's run is completed.
 */
import { parseExactJson, stringifyExactJson } from "@annex/protocol";
import { createApp } from "../src/index.ts";

const [, , database = "", effects = "", wanted = "1"] = process.argv;
const secret = "the-callback-secret-of-the-tests";
const publicUrl = "http://localhost:5002";
const stepCount = 3;
// Time stands still, so in a file no lease ever runs out: the dead have to be recognised as dead. A server has its own.
const clock = () => 1_764_000_000_000;

async function effect(step: string, effectKey: string): Promise<bigint> {
  const response = await fetch(effects, { method: "POST", body: JSON.stringify({ step, effectKey }) });
  return BigInt(await response.text());
}

const app = createApp({
  name: "killed",
  manifest: {
    name: "Killed",
    description: "It is killed.",
    developer: "Annex",
    logoUrl: "",
    permissions: ["data:read"],
  },
  permissionPurposes: {},
  clock,
  environment: {
    NODE_ENV: "development",
    ANNEX_DATABASE: database,
    ANNEX_LOG: process.env["ANNEX_LOG"],
    ANNEX_PUBLIC_URL: publicUrl,
    ANNEX_CALLBACK_SECRET: secret,
    ANNEX_KEY_RING: `test:${Buffer.alloc(32, 7).toString("base64")}`,
    ANNEX_CRASH_AT: process.env["ANNEX_CRASH_AT"],
  },
});
const work = app.job("work", {}, async ({ runId, step, progress }) => {
  let sum = 0n;
  for (let index = 0; index < stepCount; index += 1) {
    sum += await step(`step ${index}`, ({ effectKey }) => effect(`${runId} ${index}`, effectKey));
    await progress({ done: index + 1, total: stepCount });
  }
  return sum;
});
app.onInstall(async ({ jobs }) => {
  await jobs.start(work);
});
app.portal.get("/api/runs", {}, async (c) => c.json(await c.jobs.list()));

async function knock(door: "callback" | "portal", body: Record<string, unknown>) {
  const request = new Request(`${publicUrl}/cloud/${secret}/${door}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ app_id: "app_1", organization_id: "org_1", ...body }),
  });
  return (await (await app.fetch(request)).json()) as Record<string, unknown>;
}

async function runsOf(number: number): Promise<readonly Record<string, unknown>[]> {
  const who = { installed_app_id: `instapp_${number}`, instance_id: `inst_${number}`, user_id: "user_1" };
  const { portal_url: portalUrl } = await knock("portal", who);
  const page = await (
    await app.fetch(new Request(String(portalUrl), { headers: { accept: "text/html" } }))
  ).text();
  const session = /"session":"([^"]+)"/.exec(page)?.[1];
  const headers = { authorization: `Bearer ${session}` };
  const answer = await app.fetch(new Request(`${publicUrl}/portal/api/runs`, { headers }));
  return parseExactJson(await answer.text()) as Record<string, unknown>[];
}

const numbers = Array.from({ length: Number(wanted) }, (_none, index) => index + 1);
for (const number of numbers) {
  await knock("callback", {
    installed_app_id: `instapp_${number}`,
    instance_id: `inst_${number}`,
    api_key: `blnk_abc_key_of_number_${number}`,
    api_key_prefix: "blnk_abc",
    granted_permissions: ["data:read"],
    idempotency_key: `install:instapp_${number}`,
  });
}
process.stdout.write("ready\n");
for (;;) {
  const runs = (await Promise.all(numbers.map(runsOf))).flat();
  const done = runs.filter(({ job, status }) => job === "work" && status === "completed");
  if (done.length === numbers.length) {
    process.stdout.write(`${stringifyExactJson(runs.filter(({ job }) => job === "work"))}\n`);
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await app.close();
