/** Each fault of the Cloud API, by what an app's call gets and what reached the ledger. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";
import { startTestCore, type TestCore } from "../testing/test-core.ts";

let cloud: TestCloud;
let app: TestApp;
let core: TestCore;
let installedAppId: string;
let key: string;
let otherKey: string;

beforeAll(async () => {
  core = await startTestCore();
  cloud = await startTestCloud({
    ...withoutLedger,
    core: { url: core.url, databaseUrl: withoutLedger.core.databaseUrl },
  });
  app = await startTestApp();
  const installed = await install("One");
  installedAppId = String(installed.body["installed_app_id"]);
  await install("Other");
  [key = "", otherKey = ""] = app.received.map(({ body }) => String(body["api_key"]));
});
afterEach(async () => {
  core.seen.length = 0;
  await cloud.faults.clear();
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
  await core.close();
});

async function install(name: string, how: object = {}) {
  const { app_id } = await cloud.registerApp({ manifest: app.manifest({ name }), url: app.url });
  return cloud.admin("POST", "/admin/installations", { app_id, instance_id: cloud.instanceIds[0], ...how });
}

const set = (fault: string, values: object = {}) =>
  cloud.admin("POST", "/admin/faults", { fault, installed_app_id: installedAppId, ...values });
const post = (by = key) =>
  cloud.api(by, "POST", `/proxy/ledgers?instance_id=${cloud.instanceIds[0]}`, { name: "Main" });
const struck = () => cloud.faults.list().map((fault) => fault.struck);

test("key-revoked: refused as revoked while it is on, and only that installation", async () => {
  await set("key-revoked");
  expect(await post()).toMatchObject({ status: 401, body: { code: "key_revoked" } });
  expect((await post(otherKey)).status).toBe(201);
  expect(struck()).toEqual([1]);
  await cloud.faults.clear();
  expect((await post()).status).toBe(201);
});

test("gateway-401: HTML, as from a proxy in between", async () => {
  await set("gateway-401");
  const answer = await post();
  expect(answer.status).toBe(401);
  expect(answer.headers.get("content-type")).toContain("text/html");
  expect(answer.text).toContain("<html>");
  expect(core.seen).toEqual([]);
});

test("gateway-status: for the part of the calls that was asked for, nothing carried out", async () => {
  await set("gateway-status", { status: 502, rate: 0.5 });
  const statuses = [];
  for (let call = 0; call < 6; call += 1) statuses.push((await post()).status);
  expect(statuses).toEqual([502, 201, 502, 201, 502, 201]);
  expect(core.seen).toHaveLength(3);
  expect(struck()).toEqual([3]);
});

test("gateway-rate-limited: 429 with the headers", async () => {
  await set("gateway-rate-limited", { retry_after: 7 });
  const answer = await post();
  expect(answer).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(answer.headers.get("retry-after")).toBe("7");
  expect(answer.headers.get("ratelimit-remaining")).toBe("0");
  expect(answer.headers.get("ratelimit-reset")).toBe("7");
  expect(Number(answer.headers.get("ratelimit-limit"))).toBeGreaterThan(0);
});

test("gateway-latency: later by the Cloud's clock, and carried out", async () => {
  await set("gateway-latency", { milliseconds: 60_000, jitter: 1000 });
  const answering = post();
  await expect.poll(struck).toEqual([1]);
  expect(core.seen).toEqual([]);
  await cloud.clock.advance(61);
  expect((await answering).status).toBe(201);
  expect(core.seen).toHaveLength(1);
});

test("gateway-latency ended by hand lets go at once whoever waits on it, and only on it", async () => {
  const { body } = await set("gateway-latency", { milliseconds: 600_000 });
  const answering = post();
  await expect.poll(struck).toEqual([1]);
  await set("gateway-latency", { milliseconds: 60_000 });
  const waitingOnBoth = post();
  await expect.poll(struck).toEqual([1, 2]);
  await cloud.admin("DELETE", `/admin/faults/${String(body["fault_id"])}`);
  expect((await answering).status).toBe(201);
  expect(core.seen).toHaveLength(1);
  await cloud.clock.advance(60);
  expect((await waitingOnBoth).status).toBe(201);
});

test.each([
  ["commit", 1],
  ["request", 0],
  ["half", 1],
])("gateway-cut after %s: no whole answer, and the ledger saw %i", async (after, seen) => {
  await set("gateway-cut", { after, times: 1 });
  await expect(post()).rejects.toThrow();
  expect(core.seen).toHaveLength(seen);
  const { data } = (await cloud.admin("GET", "/admin/audit?pageSize=1&method=POST&category=Ledgers"))
    .body as unknown as { data: unknown[] };
  expect(data).toMatchObject([{ path: "/proxy/ledgers", code: "connection_cut", faults: ["gateway-cut"] }]);
  expect((await post()).status).toBe(201);
});

test("gateway-cut after half: the head comes, the body ends in the middle", async () => {
  await set("gateway-cut", { after: "half" });
  const answer = await fetch(`${cloud.url}/proxy/ledgers?instance_id=${cloud.instanceIds[0]}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: "{}",
  });
  expect(answer.status).toBe(201);
  await expect(answer.text()).rejects.toThrow();
});

test("instance-stopped: away for whom it is set", async () => {
  await set("instance-stopped");
  const answer = await post();
  expect(answer).toMatchObject({ status: 503, body: { code: "instance_unavailable" } });
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await post(otherKey)).status).toBe(201);
});

describe("a call that the Cloud refuses", () => {
  // What stands in between does not know whose key it is, and answers before the Cloud can.
  const paths = { scope: "/alerts", route: "/nothing", instance: "/data/ledgers?instance_id=inst_other" };
  let narrowKey: string;
  let endedKey: string;
  beforeAll(async () => {
    const narrow = await install("Narrow", { granted_permissions: ["data:read"] });
    narrowKey = String(app.received.at(-1)?.body["api_key"]);
    expect(narrow.status).toBe(201);
    const ended = await install("Ended");
    endedKey = String(app.received.at(-1)?.body["api_key"]);
    await cloud.admin("DELETE", `/admin/installations/${String(ended.body["installed_app_id"])}`);
  });
  const refused = async () => {
    const calls = Object.values(paths).map((path) => cloud.api(narrowKey, "GET", path));
    const answers = await Promise.all([...calls, cloud.api(endedKey, "GET", "/alerts")]);
    return answers.map(({ status, body }) => `${status} ${String(body["code"])}`);
  };

  test("is refused so on an ordinary day", async () => {
    expect(await refused()).toEqual([
      "403 missing_scope",
      "404 not_found",
      "403 instance_mismatch",
      "401 key_revoked",
    ]);
  });

  test.each([
    ["gateway-401", {}, "401 undefined"],
    ["gateway-status", { status: 502 }, "502 bad_gateway"],
    ["gateway-rate-limited", {}, "429 rate_limited"],
    ["key-revoked", {}, "401 key_revoked"],
  ])("%s %o: strikes it all the same", async (fault, values, outcome) => {
    await cloud.faults.set({ fault, ...values });
    expect(await refused()).toEqual(Array(4).fill(outcome));
    expect(struck()).toEqual([4]);
  });

  test.each(["commit", "request", "half"])("gateway-cut after %s: no whole answer", async (after) => {
    await cloud.faults.set({ fault: "gateway-cut", after });
    for (const path of Object.values(paths))
      await expect(cloud.api(narrowKey, "GET", path), path).rejects.toThrow();
    await expect(cloud.api(endedKey, "GET", "/alerts")).rejects.toThrow();
  });

  test("gateway-cut: nor of what is refused when it is carried out", async () => {
    await cloud.faults.set({ fault: "gateway-cut" });
    await expect(cloud.api(key, "GET", "/alerts/ano_unknown")).rejects.toThrow();
  });

  test("instance-stopped: never gets that far", async () => {
    await cloud.faults.set({ fault: "instance-stopped" });
    expect(await refused()).toEqual([
      "403 missing_scope",
      "404 not_found",
      "403 instance_mismatch",
      "401 key_revoked",
    ]);
    expect(struck()).toEqual([0]);
  });
});

test("several at once: late, then decided by the first that decides", async () => {
  await set("gateway-latency", { milliseconds: 1 });
  await set("gateway-status", { status: 500 });
  await set("gateway-401");
  expect((await post()).status).toBe(500);
  const [unauthorized, status, latency] = cloud.faults.list();
  expect([latency?.struck, status?.struck, unauthorized?.struck]).toEqual([1, 1, 0]);
});
