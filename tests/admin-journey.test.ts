/**
 * The whole life of a Custom App by the admin API alone, without a browser: two
 * installations, money that ties to the last minor unit, a killed process, a
 * provider and an instance that are down, duplicates, and an uninstall that
 * leaves nothing behind.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../apps/stripe-sync/simulator/index.ts";
import { Books } from "./support/books.ts";
import { Portal } from "./support/portal.ts";
import { type Recorder, startRecorder } from "./support/recorder.ts";
import { eventually, RunningCloud, request } from "./support/running-cloud.ts";

type Run = {
  run_id: string;
  status: string;
  attempt: number;
  waits_until?: string;
  counts: { posted: number; already_posted: number; failed: number; difference: number; all: number };
  error?: { code: string; error: string; next: string };
};
type Installed = { installed_app_id: string; status: string; api_key_prefix: string; delivery_id: string };
type Totals = { data: { currency: string; net: number; fee: number }[] };

const ended = new Set(["completed", "failed", "cancelled"]);
const everyScope = ["data:read", "data:write", "alerts:write"];

let simulator: Simulator;
let cloud: RunningCloud;
let recorder: Recorder;
let app: string;
let books: Books;
let production: string;
let staging: string;
const installed: Record<string, Installed> = {};

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 7 });
  cloud = await RunningCloud.start({ STRIPE_SIMULATOR_URL: simulator.url });
  recorder = await startRecorder(() => cloud.app);
  books = await Books.open(cloud);
  production = cloud.instance(0);
  staging = cloud.instance(1);
}, 90_000);

afterAll(async () => {
  await cloud?.stopAndForget();
  await recorder?.close();
  await simulator?.close();
});

test("an app is registered by its manifest; a wrong field is named", async () => {
  const manifest = {
    name: "Stripe Sync, recorded",
    registration_callback_url: recorder.registrationCallbackUrl,
    portal_generator_url: recorder.portalGeneratorUrl,
    permissions: everyScope,
  };
  const { organization_id } = cloud.organization;
  const wrong = await cloud.admin("POST", "/admin/apps", {
    organization_id,
    manifest: { ...manifest, permissions: ["data:delete"] },
  });
  expect(wrong.status).toBe(422);
  expect(JSON.stringify(wrong.body)).toContain("permissions");
  const registered = await cloud.admin<{ app_id: string }>("POST", "/admin/apps", {
    organization_id,
    manifest,
  });
  expect(registered.status).toBe(201);
  app = registered.body.app_id;
});

test("installed without data:write, it explains what is missing and posts nothing", async () => {
  const { installed_app_id } = await install(production, ["data:read"]);
  const portal = await Portal.launch(cloud, installed_app_id);
  const overview = await portal.call<{ actions: { start: { allowed: boolean; required_scope?: string } } }>(
    "GET",
    "/overview",
  );
  expect(overview.body.actions.start).toMatchObject({ allowed: false, required_scope: "data:write" });
  const refused = await portal.call("POST", "/runs", {});
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ code: "missing_permission", required_scope: "data:write" });
  expect(String(refused.body["next"])).toContain("data:write");
  expect(await books.transactionCount(production)).toBe(0);
  const uninstalled = await cloud.admin("DELETE", `/admin/installations/${installed_app_id}`);
  expect(uninstalled).toMatchObject({ status: 200, body: { status: "uninstalled" } });
});

test("a sync ties to Stripe in every currency, and a second one posts nothing", {
  timeout: 120_000,
}, async () => {
  installed["production"] = await install(production, everyScope);
  const portal = await Portal.launch(cloud, installed["production"].installed_app_id);
  const first = await finished(portal, await firstRun(portal));
  expect(first).toMatchObject({ status: "completed", counts: { failed: 0, difference: 0 } });
  expect(first.counts.posted).toBeGreaterThan(100);
  await expectTied(production);
  const posted = await books.transactionCount(production);
  const second = await finished(portal, await start(portal));
  expect(second).toMatchObject({ status: "completed", counts: { posted: 0 } });
  expect(await books.transactionCount(production)).toBe(posted);
});

test("the other instance has neither the app nor its data, until it is installed there", async () => {
  const state = await cloud.admin<{ installations: { instance_id: string; status: string }[] }>(
    "GET",
    "/admin/state",
  );
  const active = state.body.installations.filter((each) => each.status === "active");
  expect(active.map((each) => each.instance_id)).toEqual([production]);
  expect(await books.transactionCount(staging)).toBe(0);
  await slowStripe(60);
  installed["staging"] = await install(staging, everyScope);
  const portal = await Portal.launch(cloud, installed["staging"].installed_app_id);
  await firstRun(portal);
  const { data } = (await portal.call<{ data: { reason: string }[] }>("GET", "/runs")).body;
  expect(data.map(({ reason }) => reason)).toEqual(["install"]);
});

test("a process killed in the middle of a run goes on, and the totals are equal", {
  timeout: 120_000,
}, async () => {
  const portal = await Portal.launch(cloud, installation("staging"));
  const started = await firstRun(portal);
  await eventually(
    "some posting",
    () => run(portal, started.run_id),
    (seen) => seen.counts.posted > 20,
  );
  const victim = cloud.app.pid;
  process.kill(victim, "SIGKILL");
  await eventually(
    "a new process",
    async () => cloud.app.pid,
    (pid) => pid !== victim,
  );
  await request("DELETE", `${simulator.url}/simulator/faults`, undefined);
  const completed = await finished(await Portal.launch(cloud, installation("staging")), started);
  expect(completed).toMatchObject({ status: "completed", counts: { failed: 0, difference: 0 } });
  await expectTied(staging);
});

test("Stripe out of reach: the run says so and what to do, and goes on by itself", {
  timeout: 120_000,
}, async () => {
  const portal = await Portal.launch(cloud, installation("production"));
  await request("POST", `${simulator.url}/simulator/faults`, undefined, { kind: "unreachable" });
  const started = await start(portal);
  const waiting = await eventually(
    "a run that waits",
    () => run(portal, started.run_id),
    (seen) => seen.waits_until !== undefined && seen.error !== undefined,
    90_000,
  );
  expect(waiting).toMatchObject({ status: "queued", error: { code: "provider_unreachable" } });
  expect(waiting.error?.error).toContain("Stripe");
  expect(waiting.error?.next).not.toBe("");
  await request("DELETE", `${simulator.url}/simulator/faults`, undefined);
  expect(await finished(portal, started)).toMatchObject({ run_id: started.run_id, status: "completed" });
});

test("a stopped instance: the page says so; started again, it works", { timeout: 120_000 }, async () => {
  const portal = await Portal.launch(cloud, installation("production"));
  expect((await cloud.admin("PATCH", `/admin/instances/${production}`, { state: "stopped" })).status).toBe(
    200,
  );
  const totals = await portal.call<{ ledger: { ok: boolean; failure?: { code: string } } }>("GET", "/totals");
  expect(totals.body.ledger).toMatchObject({ ok: false, failure: { code: "instance_unavailable" } });
  const refused = await request(
    "GET",
    `${cloud.url}/data/ledgers?instance_id=${production}`,
    key("production"),
  );
  expect(refused).toMatchObject({ status: 503, body: { code: "instance_unavailable" } });
  expect((await cloud.admin("PATCH", `/admin/instances/${production}`, { state: "running" })).status).toBe(
    200,
  );
  expect(
    (await request("GET", `${cloud.url}/data/ledgers?instance_id=${production}`, key("production"))).status,
  ).toBe(200);
});

test("each callback again, a hundred times in parallel: one record, every answer 2xx", async () => {
  const again = await cloud.admin<{ data: { status: number }[] }>(
    "POST",
    `/admin/deliveries/${installed["production"]?.delivery_id}/redeliver`,
    { times: 100, parallel: true },
  );
  expect(again.body.data.map((answer) => answer.status)).toEqual(Array(100).fill(200));
  const state = await cloud.admin<{ installations: { installed_app_id: string }[] }>("GET", "/admin/state");
  expect(
    state.body.installations.filter((each) => each.installed_app_id === installation("production")),
  ).toHaveLength(1);
  expect(
    (await (await Portal.launch(cloud, installation("production"))).call("GET", "/session")).status,
  ).toBe(200);
});

test("an uninstall ends sessions and jobs, the key is gone and refused, and a late duplicate changes nothing", async () => {
  const portal = await Portal.launch(cloud, installation("production"));
  await slowStripe(200);
  const running = await start(portal);
  const uninstalled = await cloud.admin("DELETE", `/admin/installations/${installation("production")}`);
  expect(uninstalled.status).toBe(200);
  await request("DELETE", `${simulator.url}/simulator/faults`, undefined);

  const session = await portal.call("GET", "/session");
  expect(session).toMatchObject({ status: 403, body: { code: "app_uninstalled" } });
  expect((await portal.call("GET", `/runs/${running.run_id}`)).status).toBe(403);
  const before = await books.transactionCount(production);
  const call = await request("GET", `${cloud.url}/data/ledgers?instance_id=${production}`, key("production"));
  expect(call).toMatchObject({ status: 401, body: { code: "key_revoked" } });

  const late = await cloud.admin<{ data: { status: number }[] }>(
    "POST",
    `/admin/deliveries/${installed["production"]?.delivery_id}/redeliver`,
    { times: 100, parallel: true },
  );
  expect(new Set(late.body.data.map((answer) => answer.status))).toEqual(new Set([200]));
  const launch = await cloud.admin("POST", `/admin/installations/${installation("production")}/launch`, {
    user_id: cloud.member("Admin").user_id,
  });
  expect(launch.status).toBeGreaterThanOrEqual(400);
  expect(launch.body).not.toHaveProperty("portal_url");
  expect(await books.transactionCount(production)).toBe(before);
});

test("no key is in clear in any file, log or output", { timeout: 60_000 }, () => {
  const keys = recorder.installs.map((event) => event.api_key);
  expect(keys.length).toBeGreaterThanOrEqual(3);
  const found = filesBelow(cloud.dataDirectory).flatMap((file) => {
    const bytes = readFileSync(file);
    return keys.filter((each) => bytes.includes(each)).map((each) => `${each.slice(0, 8)}… in ${file}`);
  });
  expect(found).toEqual([]);
  for (const each of keys) expect(cloud.output).not.toContain(each);
});

test("the other installation still works, and all state survives a restart", {
  timeout: 120_000,
}, async () => {
  const before = await books.transactionCount(staging);
  expect(await cloud.stop()).toBe(0);
  await cloud.resume();
  books = await Books.open(cloud);
  expect(await books.transactionCount(staging)).toBe(before);
  expect(
    (await request("GET", `${cloud.url}/data/ledgers?instance_id=${staging}`, key("staging"))).status,
  ).toBe(200);
});

test("killed, it leaves no app behind that holds a port, and loses nothing", {
  timeout: 120_000,
}, async () => {
  const before = await books.transactionCount(staging);
  const app = cloud.app.pid;
  await cloud.kill();
  await eventually(
    "the app's end",
    async () => isRunning(app),
    (running) => !running,
  );
  await cloud.resume();
  books = await Books.open(cloud);
  expect(await books.transactionCount(staging)).toBe(before);
  const portal = await Portal.launch(cloud, installation("staging"));
  expect((await portal.call<{ equal: boolean }>("GET", "/totals")).body.equal).toBe(true);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function install(instance: string, scopes: readonly string[]): Promise<Installed> {
  const answer = await cloud.admin<Installed>("POST", "/admin/installations", {
    app_id: app,
    instance_id: instance,
    granted_permissions: scopes,
    user_id: cloud.member("Admin").user_id,
  });
  expect(answer).toMatchObject({ status: 201, body: { status: "active" } });
  return answer.body;
}

function installation(name: string): string {
  const found = installed[name];
  if (found === undefined) throw new Error(`Nothing was installed in ${name}.`);
  return found.installed_app_id;
}

function key(name: string): string {
  const found = recorder.installs.find((event) => event.installed_app_id === installation(name));
  if (found === undefined) throw new Error(`No install event of ${name} was seen.`);
  return found.api_key;
}

async function start(portal: Portal): Promise<Run> {
  const started = await portal.call<Run>("POST", "/runs", {});
  expect(started.status).toBe(202);
  return started.body;
}

/** The run that the installation started. */
async function firstRun(portal: Portal): Promise<Run> {
  const { data } = await eventually(
    "the first run",
    async () => (await portal.call<{ data: Run[] }>("GET", "/runs?limit=100")).body,
    (seen) => seen.data.length > 0,
  );
  const first = data.at(-1);
  if (first === undefined) throw new Error("There is no run.");
  return first;
}

async function run(portal: Portal, id: string): Promise<Run> {
  const answer = await portal.call<Run>("GET", `/runs/${id}`);
  if (answer.status !== 200)
    throw new Error(`The run answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

function finished(portal: Portal, started: Run): Promise<Run> {
  return eventually(
    "the end of the run",
    () => run(portal, started.run_id),
    (seen) => ended.has(seen.status),
    90_000,
  );
}

async function slowStripe(milliseconds: number): Promise<void> {
  await request("POST", `${simulator.url}/simulator/faults`, undefined, {
    kind: "slow",
    delay_ms: milliseconds,
  });
}

/** For each currency, what the ledger holds for Stripe is what Stripe says it holds, and the fees are its fees. */
async function expectTied(instance: string): Promise<void> {
  const { body } = await request<Totals>("GET", `${simulator.url}/simulator/totals`, undefined);
  const balances = await books.balances(instance);
  const sumOf = (currency: string, purpose: string) =>
    balances
      .filter(
        (balance) => balance.currency === currency.toUpperCase() && JSON.stringify(balance).includes(purpose),
      )
      .reduce((total, balance) => total + balance.balance, 0);
  expect(body.data.length).toBeGreaterThanOrEqual(4);
  for (const { currency, net } of body.data)
    expect([currency, sumOf(currency, '"clearing"')]).toEqual([currency, net]);
}
