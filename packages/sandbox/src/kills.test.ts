/**
 * The Cloud killed at random under 24-way load: what it acknowledged is there afterwards. Two rounds here; more with
 * `ANNEX_CLOUD_KILLS=100 npm test -- packages/sandbox/src/kills`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "./testing/test-app.ts";
import { type Answer, call } from "./testing/test-cloud.ts";

const rounds = Number(process.env["ANNEX_CLOUD_KILLS"] ?? "2");
const ways = 24;
const longestMore = 500;
const entry = fileURLToPath(new URL("./testing/run-cloud.ts", import.meta.url));

let directory: string;
let app: TestApp;
let apps: readonly string[] = [];
let instanceId: string;
let child: ChildProcess;

/** What was acknowledged: for each installation what became of it last, each delivery, each recorded call. */
const installations = new Map<string, "active" | "uninstalled">();
const deliveries = new Set<string>();
const calls = new Set<string>();

type RunFile = { readonly cloud: { readonly url: string; readonly admin_token: string } };
const runFile = () => (JSON.parse(readFileSync(join(directory, "annex.json"), "utf8")) as RunFile).cloud;
const admin = (method: string, path: string, body?: unknown): Promise<Answer> => {
  const { url, admin_token } = runFile();
  return call(url, method, path, { authorization: `Bearer ${admin_token}` }, body);
};

async function start(): Promise<void> {
  child = spawn(process.execPath, [entry, directory], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout as NodeJS.ReadableStream, "data");
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "annex-kills-"));
  app = await startTestApp();
  await start();
  const { organizations } = (await admin("GET", "/admin/state")).body as unknown as {
    organizations: [{ organization_id: string; instances: [{ instance_id: string }] }];
  };
  const [{ organization_id, instances }] = organizations;
  instanceId = instances[0].instance_id;
  apps = await Promise.all(
    Array.from({ length: ways }, async (_, place) => {
      const manifest = app.manifest({ name: `App ${place}` });
      const { body } = await admin("POST", "/admin/apps", { organization_id, manifest });
      return String(body["app_id"]);
    }),
  );
}, 120_000);
afterAll(async () => {
  child.kill("SIGKILL");
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Installs, calls and uninstalls, over and over, until the Cloud is gone; notes what was acknowledged. */
async function work(appId: string): Promise<void> {
  for (;;) {
    const open = await admin("GET", `/admin/installations?app_id=${appId}&status=active`);
    const [active] = open.body["data"] as unknown as { installed_app_id: string }[];
    const id = active?.installed_app_id ?? (await install(appId));
    if (id === undefined) continue;
    const key = app.received.findLast(({ body }) => body["installed_app_id"] === id)?.body["api_key"];
    const { url } = runFile();
    const asked = await call(url, "GET", "/alerts", { authorization: `Bearer ${String(key)}` });
    calls.add(asked.headers.get("x-request-id") ?? "");
    const ended = await admin("DELETE", `/admin/installations/${id}`);
    if (ended.status !== 200) continue;
    installations.set(id, "uninstalled");
    deliveries.add(String(ended.body["delivery_id"]));
  }
}

async function install(appId: string): Promise<string | undefined> {
  const { status, body } = await admin("POST", "/admin/installations", {
    app_id: appId,
    instance_id: instanceId,
  });
  deliveries.add(String(body["delivery_id"]));
  if (status !== 201) return undefined;
  const id = String(body["installed_app_id"]);
  installations.set(id, "active");
  return id;
}

async function found(): Promise<void> {
  const statuses = new Map<string, string>();
  for (let page = 1; statuses.size < page * 200; page += 1) {
    const { data } = (await admin("GET", `/admin/installations?pageSize=200&page=${page}`))
      .body as unknown as {
      data: { installed_app_id: string; status: string }[];
    };
    for (const { installed_app_id, status } of data) statuses.set(installed_app_id, status);
    if (data.length < 200) break;
  }
  // An uninstall that was asked for when the Cloud died may be complete without its having said so, and no more.
  for (const [id, last] of installations) {
    const may = last === "uninstalled" ? ["uninstalled"] : ["active", "uninstalled"];
    expect(may, `${id} was ${last}`).toContain(statuses.get(id));
  }
  expect([...statuses.values()]).not.toContain("installing");
  const known = new Set<string>();
  for (let page = 1; ; page += 1) {
    const { data } = (await admin("GET", `/admin/deliveries?pageSize=200&page=${page}`)).body as unknown as {
      data: { delivery_id: string }[];
    };
    for (const { delivery_id } of data) known.add(delivery_id);
    if (data.length < 200) break;
  }
  for (const id of deliveries) if (id !== "undefined") expect(known.has(id), id).toBe(true);
  for (const id of [...calls].slice(-100)) {
    expect((await admin("GET", `/admin/audit?request_id=${id}`)).body["total"], id).toBe(1);
  }
}

test("nothing acknowledged is lost", { timeout: 120_000 + rounds * 60_000 }, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const working = apps.map((id) => work(id).catch(() => undefined));
    // However busy the machine is: under way first, then at any moment.
    const before = installations.size;
    await expect.poll(() => installations.size, { timeout: 90_000 }).toBeGreaterThan(before + ways);
    await pause(Math.random() * longestMore);
    child.kill("SIGKILL");
    await Promise.all([once(child, "exit"), ...working]);
    await start();
    await found();
  }
  expect(calls.size).toBeGreaterThan(0);
});
