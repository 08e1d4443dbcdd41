/** As strict as the real Cloud, at the very address that is announced: faults that an app would meet in production only. */
import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { answering, startTestApp, type TestApp } from "../testing/test-app.ts";
import { call, startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";
import { startTestCore, type TestCore } from "../testing/test-core.ts";
import { logIn } from "../testing/test-dashboard.ts";

let cloud: TestCloud;
let app: TestApp;
let core: TestCore;
let appId: string;
let installedAppId: string;
let key: string;

beforeAll(async () => {
  core = await startTestCore();
  cloud = await startTestCloud({
    ...withoutLedger,
    core: { url: core.url, databaseUrl: withoutLedger.core.databaseUrl },
  });
  app = await startTestApp();
  appId = (await cloud.registerApp({ manifest: app.manifest(), url: app.url })).app_id;
  await install();
});
afterEach(() => {
  core.seen.length = 0;
  app.onCallback = answering(200);
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
  await core.close();
});

async function install(): Promise<void> {
  const place = { app_id: appId, instance_id: cloud.instanceIds[0] };
  const answer = await cloud.admin("POST", "/admin/installations", place);
  installedAppId = String(answer.body["installed_app_id"]);
  key = String(app.received.at(-1)?.body["api_key"]);
}

const here = (path: string) => `${path}?instance_id=${cloud.instanceIds[0]}`;
const lastAudit = async (query = "") =>
  ((await cloud.admin("GET", `/admin/audit?pageSize=1${query}`)).body["data"] as unknown as object[])[0];

/** A GET of a target just as it is written: `fetch` would put it straight first. */
function askRaw(path: string, token: string): Promise<{ status: number; body: unknown }> {
  const { hostname, port } = new URL(cloud.url);
  const sent = request({ hostname, port, path, headers: { authorization: `Bearer ${token}` } });
  return new Promise((resolve, reject) => {
    sent.once("error", reject).once("response", async (response) => {
      const parts = await Array.fromAsync(response as AsyncIterable<Buffer>);
      const body: unknown = JSON.parse(Buffer.concat(parts).toString());
      resolve({ status: response.statusCode ?? 0, body });
    });
    sent.end();
  });
}

/** A call whose body is held back until `finish`. */
function slowPost(path: string, method = "POST") {
  const sent = request(`${cloud.url}${here(path)}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "content-length": "15" },
  });
  const answered = new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    sent.once("error", reject).once("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () => {
        const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
  });
  const begun = new Promise((written) => sent.write('{"name":', written));
  return { answered, begun, finish: () => sent.end('"Main"}'), breakOff: () => sent.destroy() };
}

describe("unknown paths", () => {
  test("are 404 not_found in JSON and in the audit log, a forgotten /proxy too", async () => {
    for (const path of ["/ledgers", "/balances/bln_1", "/transactions", "/v1/ledgers", "/data"]) {
      const answer = await cloud.api(key, "GET", here(path));
      expect(answer, path).toMatchObject({ status: 404, body: { code: "not_found" } });
      expect(await lastAudit(), path).toMatchObject({ path, status: 404, code: "not_found" });
    }
  });

  test("with a name that every object has are 404 like any other, and an id of that name is nothing's", async () => {
    for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
      for (const path of [`/${name}`, `/proxy/${name}`, `/admin/${name}`, `/api/${name}_1`])
        expect((await call(cloud.url, "GET", path)).body["code"], path).toBe("not_found");
      const path = `/proxy/${name}/metadata`;
      const answer = await cloud.api(key, "POST", here(path), { meta_data: { a: 1 } });
      expect(answer.status, path).toBe(
        (await cloud.api(key, "POST", here("/proxy/x/metadata"), { meta_data: { a: 1 } })).status,
      );
      const flagged = await cloud.api(key, "POST", here(`/alerts/flag/${name}_1`), { title: "x" });
      expect(flagged, name).toMatchObject({
        status: (await cloud.api(key, "POST", here("/alerts/flag/x_1"), { title: "x" })).status,
      });
    }
  });

  test("under /admin and /api are 404 in JSON and in the audit log", async () => {
    expect((await cloud.admin("GET", "/admin/nothing")).body["code"]).toBe("not_found");
    expect(await lastAudit()).toMatchObject({ path: "/admin/nothing", status: 404 });
    expect((await call(cloud.url, "GET", "/api/nothing")).body["code"]).toBe("not_found");
    expect(await lastAudit()).toMatchObject({ path: "/api/nothing", status: 404 });
  });

  test("the dashboard's page is at its own addresses, and where a browser asks for a page", async () => {
    const html = { accept: "text/html" };
    for (const [path, headers] of [
      ["/", {}],
      ["/login", {}],
      ["/i/inst_1/apps", {}],
      ["/anything", html],
      // A proxy in front of it asks for a password, and each request of the page carries it.
      ["/", { authorization: "Basic dXNlcjpwYXNzd29yZA==" }],
    ] as const) {
      expect((await call(cloud.url, "GET", path, headers)).headers.get("content-type"), path).toContain(
        "text/html",
      );
    }
    for (const path of ["/ledgers", "/", "/login", "/i/inst_1/apps", "/index.html", "/assets/main.js"]) {
      const answer = await call(cloud.url, "GET", path, { ...html, authorization: `Bearer ${key}` });
      expect(answer, path).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });

  test("do not exist whoever asks, at every door; what does exist asks first who it is", async () => {
    const revoked = key;
    await cloud.admin("DELETE", `/admin/installations/${installedAppId}`);
    await install();
    const tokens = { none: "", unknown: "Bearer blnk_unknown", revoked: `Bearer ${revoked}` };
    for (const [name, authorization] of Object.entries(tokens)) {
      for (const [method, path, status] of [
        ["GET", "/ledgers", 404],
        ["POST", "/proxy/nothing", 404],
        ["DELETE", "/data/ledgers", 404],
        ["GET", "/data/ledgers", 401],
        ["GET", "/admin/nothing", 404],
        ["GET", "/admin/state", 401],
        ["GET", "/api/nothing", 404],
        ["GET", "/api/audit", 401],
      ] as const) {
        const headers = authorization === "" ? undefined : { authorization };
        const answer = await call(cloud.url, method, path, headers);
        expect(answer.status, `${path}, key: ${name}`).toBe(status);
        if (status === 404) expect(answer.body["code"], path).toBe("not_found");
        expect(await lastAudit(), path).toMatchObject({ method, path, status });
      }
    }
  });

  test.each([
    "/x/../admin/state",
    "/x/%2e%2E/admin/state",
    "/x/.%2e/admin/state",
    "/%61dmin/state",
    "/admin/st%61te",
    "/admin/./state",
    "/x\\..\\admin/state",
    "/admin/state%00",
    "/admin/state#x",
    "http://api.example/x/../admin/state",
    "*",
  ])("%s leads through no other door than the one it names", async (path) => {
    expect(await askRaw(path, cloud.adminToken)).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
    expect(await lastAudit()).toMatchObject({ status: 404, code: "not_found" });
  });
});

describe("a key", () => {
  test("that is revoked while the body comes is dead when the body is there, at every route", async () => {
    const taking = cloud.routes.filter(
      ({ method, path }) =>
        method !== "GET" &&
        !/^\/(?:admin|api)\//.test(path) &&
        // What no app may do is refused before its body is read.
        !path.startsWith("/alerts/statuses"),
    );
    expect(taking.length).toBeGreaterThan(20);
    const sent = taking.map(({ method, path }) => slowPost(path.replace(/:[a-z]+/g, "txn_1"), method));
    await Promise.all(sent.map(({ begun }) => begun));
    await cloud.admin("DELETE", `/admin/installations/${installedAppId}`);
    for (const { finish } of sent) finish();
    const answers = await Promise.all(sent.map(({ answered }) => answered));
    for (const [index, answer] of answers.entries())
      expect(answer, taking[index]?.path).toMatchObject({ status: 401, body: { code: "key_revoked" } });
    expect(core.seen).toEqual([]);
    await install();
  });
});

test("a mistyped list of permissions grants nothing, least of all everything", async () => {
  const place = { app_id: appId, instance_id: cloud.instanceIds[0] };
  for (const name of ["granted_permission", "grantedPermissions", "permissions", "grant"])
    expect(await cloud.admin("POST", "/admin/installations", { ...place, [name]: [] }), name).toMatchObject({
      status: 422,
      body: { code: "invalid_request", field: name },
    });
});

test("a key in a path stands in no log", async () => {
  for (const shown of [key, key.replace("_", "%5F")]) {
    await cloud.api(key, "GET", `/proxy/ledgers/${shown}?instance_id=inst_1`);
    const entry = JSON.stringify(await lastAudit());
    expect(entry).toContain("/proxy/ledgers/");
    expect(entry).not.toContain(key.slice(-20));
  }
});

describe("a call", () => {
  test("that breaks off in the middle of its body is recorded as that, and not as a fault of the Cloud", async () => {
    const { answered, begun, breakOff } = slowPost("/proxy/ledgers");
    const ended = answered.catch(() => undefined);
    await begun;
    breakOff();
    await ended;
    await expect
      .poll(() => lastAudit("&method=POST&category=Ledgers"), { timeout: 30_000 })
      .toMatchObject({ status: 400, code: "body_incomplete" });
    expect(core.seen).toEqual([]);
  });

  test("may name the whole URL in its first line, as through a proxy", async () => {
    const { hostname, port } = new URL(cloud.url);
    const path = `http://api.example${here("/proxy/ledgers")}`;
    const sent = request({ hostname, port, path, headers: { authorization: `Bearer ${key}` } });
    const status = await new Promise((resolve, reject) => {
      sent.once("error", reject).once("response", (response) => resolve(response.resume().statusCode));
      sent.end();
    });
    expect(status).toBe(201);
    expect(core.seen).toHaveLength(1);
  });
});

describe("a body", () => {
  /** A request whose body breaks off in the middle, at any door. */
  function breakOff(path: string, headers: Record<string, string>): Promise<void> {
    const sent = request(`${cloud.url}${path}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "content-length": "90" },
    });
    return new Promise((resolve) => {
      sent.once("close", resolve).once("error", () => resolve());
      sent.write('{"a":', () => sent.destroy());
    });
  }

  test.each([
    ["/admin/apps", () => ({ authorization: `Bearer ${cloud.adminToken}` })],
    ["/api/login", () => ({ "x-annex-dashboard": "1" })],
  ])("that breaks off at %s is on record as that", async (path, headers) => {
    await breakOff(path, headers());
    await expect
      .poll(() => lastAudit("&method=POST"), { timeout: 30_000 })
      .toMatchObject({ path, status: 400, code: "body_incomplete" });
  });

  test("that is compressed is refused as that at every door, and not called malformed", async () => {
    for (const [path, headers] of [
      ["/admin/apps", { authorization: `Bearer ${cloud.adminToken}` }],
      ["/api/login", { "x-annex-dashboard": "1" }],
      [here("/proxy/ledgers"), { authorization: `Bearer ${key}` }],
    ] as const) {
      const encoded = { ...headers, "content-encoding": "gzip" };
      const answer = await call(cloud.url, "POST", path, encoded, new Uint8Array(gzipSync("{}")));
      expect(answer, path).toMatchObject({ status: 415, body: { code: "unsupported_encoding" } });
    }
    expect(core.seen).toEqual([]);
    const asItIs = { authorization: `Bearer ${key}`, "content-encoding": "identity" };
    expect((await call(cloud.url, "POST", here("/proxy/ledgers"), asItIs, {})).status).toBe(201);
  });
});

describe("an instance", () => {
  test("that stops while the body comes is 503", async () => {
    const { answered, finish } = slowPost("/proxy/ledgers");
    const path = `/admin/instances/${cloud.instanceIds[0]}`;
    await cloud.admin("PATCH", path, { state: "stopped" });
    finish();
    expect(await answered).toMatchObject({ status: 503, body: { code: "instance_unavailable" } });
    await cloud.admin("PATCH", path, { state: "running" });
  });
});

test.each([
  "/proxy/balances/x%2Flineage",
  "/proxy/balances/x%2flineage",
  "/proxy/balances/x%5Clineage",
  "/proxy/balances/x%252Flineage",
  "/proxy/balances/x%3Fy",
  "/proxy/balances/x%23y",
  "/proxy/balances/%E0%A4%A",
  "/proxy/balances/x%2F..%2F..%2Fledgers",
  "/proxy/%6cedgers",
  "/proxy//ledgers",
])("%s reaches no route of the Core", async (path) => {
  expect(await cloud.api(key, "GET", here(path))).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(core.seen).toEqual([]);
});

describe("an uninstall that the app refused", () => {
  test("is complete when it is sent again and accepted", async () => {
    app.onCallback = answering(500);
    const failed = await cloud.admin("DELETE", `/admin/installations/${installedAppId}`);
    expect(failed).toMatchObject({ status: 502, body: { code: "uninstall_failed" } });
    expect((await cloud.api(key, "GET", "/alerts")).status).toBe(200);
    app.onCallback = answering(200);
    const path = `/admin/deliveries/${String(failed.body["delivery_id"])}/redeliver`;
    await cloud.admin("POST", path, { times: 3, parallel: true });
    expect(await cloud.api(key, "GET", "/alerts")).toMatchObject({ body: { code: "key_revoked" } });
    const { data } = (await cloud.admin("GET", "/admin/installations?status=active")).body as unknown as {
      data: unknown[];
    };
    expect(data).toEqual([]);
    await install();
  });

  test("an install that is sent again and accepted brings nothing back", async () => {
    await cloud.admin("DELETE", `/admin/installations/${installedAppId}`);
    app.onCallback = answering(500);
    const failed = await cloud.admin("POST", "/admin/installations", {
      app_id: appId,
      instance_id: cloud.instanceIds[0],
    });
    const dead = String(app.received.at(-1)?.body["api_key"]);
    app.onCallback = answering(200);
    await cloud.admin("POST", `/admin/deliveries/${String(failed.body["delivery_id"])}/redeliver`, {});
    expect(await cloud.api(dead, "GET", "/alerts")).toMatchObject({ body: { code: "key_revoked" } });
    await install();
  });
});

describe("the dashboard", () => {
  test("is announced on 127.0.0.1, and under no other name of this machine", async () => {
    expect(new URL(cloud.url).hostname).toBe("127.0.0.1");
    const other = cloud.url.replace("127.0.0.1", "localhost");
    const page = await call(other, "GET", "/i/inst_1/apps?x=1");
    expect(page.status).toBe(308);
    expect(page.headers.get("location")).toBe(`${cloud.url}/i/inst_1/apps?x=1`);
    const member = await logIn(cloud, "Admin");
    const answer = await call(other, "GET", "/api/session", member.headers);
    expect(answer).toMatchObject({ status: 421, body: { code: "wrong_host" } });
    expect(await lastAudit()).toMatchObject({ path: "/api/session", status: 421, code: "wrong_host" });
    expect((await call(other, "GET", "/alerts", { authorization: `Bearer ${key}` })).status).toBe(200);
  });

  /** A GET that came under some name. */
  function askUnder(host: string, path: string, headers: Record<string, string> = {}): Promise<number> {
    const { hostname, port } = new URL(cloud.url);
    const sent = request({ hostname, port, path, headers: { host, ...headers } });
    return new Promise((resolve, reject) => {
      sent.once("error", reject).once("response", (response) => resolve(response.resume().statusCode ?? 0));
      sent.end();
    });
  }

  test.each([
    "rebound.example",
    "rebound.example:4400",
    "127.0.0.1.rebound.example",
    "localhost.rebound.example:4400",
    "notlocalhost",
    "evil.internal",
  ])("answers nothing to a page whose own name, %s, was made to point here", async (host) => {
    const token = { authorization: `Bearer ${cloud.adminToken}` };
    for (const path of ["/", "/login", "/i/inst_1/apps", "/theme.js", "/api/session", "/api/openapi.json"])
      expect(await askUnder(host, path, { accept: "text/html" }), path).toBe(421);
    for (const path of ["/admin/state", "/admin/openapi.json"])
      expect(await askUnder(host, path, token), path).toBe(421);
    expect(await lastAudit()).toMatchObject({ path: "/admin/openapi.json", status: 421, code: "wrong_host" });
    // An app shows its key, which no page of another site has.
    expect(await askUnder(host, "/alerts", { authorization: `Bearer ${key}` })).toBe(200);
  });

  test.each([
    "127.0.0.1",
    "localhost:1",
    "localhost.",
    "app.localhost",
    "[::1]:4400",
    "0.0.0.0",
    "192.168.1.5:80",
  ])("the admin API answers under %s, which is this machine", async (host) => {
    expect(await askUnder(host, "/admin/state", { authorization: `Bearer ${cloud.adminToken}` })).toBe(200);
  });

  test("the admin API answers to a container, by the name that it has for this machine", async () => {
    const token = { authorization: `bearer ${cloud.adminToken}` };
    expect(await askUnder("host.docker.internal:4400", "/admin/state", token)).toBe(200);
    expect(await askUnder("192.168.1.5", "/login")).toBe(200);
  });

  test("puts on record what it refuses, also to somebody who is not logged in", async () => {
    for (const [method, path, headers, status] of [
      ["GET", "/api/audit", {}, 401],
      ["GET", `/api/apps/${appId}/urls`, {}, 401],
      ["POST", "/api/login", {}, 403],
      ["POST", "/api/login", { "x-annex-dashboard": "1" }, 422],
    ] as const) {
      const answer = await call(cloud.url, method, path, headers, method === "GET" ? undefined : {});
      expect(answer.status, path).toBe(status);
      expect(await lastAudit(), path).toMatchObject({ method, path, status });
    }
  });

  test("asks for password and second factor before an uninstall, as before an install", async () => {
    const member = await logIn(cloud, "Admin");
    const path = `/api/installations/${installedAppId}`;
    expect((await member.call("DELETE", path)).status).toBe(422);
    const wrong = { password: "wrong", code: member.code() };
    expect(await member.call("DELETE", path, wrong)).toMatchObject({
      status: 401,
      body: { code: "authentication_failed" },
    });
    expect((await cloud.api(key, "GET", "/alerts")).status).toBe(200);
    const right = { password: member.password, code: member.code() };
    expect((await member.call("DELETE", path, right)).status).toBe(200);
    await install();
  });

  test("shows the two URLs whole to whoever manages apps, on record, and to nobody else", async () => {
    const path = `/api/apps/${appId}/urls`;
    const operator = await logIn(cloud, "Operator");
    const { registration_callback_url, portal_generator_url } = app.manifest();
    expect((await operator.call("GET", path)).body).toEqual({
      registration_callback_url,
      portal_generator_url,
    });
    expect(await lastAudit()).toMatchObject({ path, actor: { user_id: operator.userId } });
    const analyst = await logIn(cloud, "Analyst");
    expect(await analyst.call("GET", path)).toMatchObject({
      status: 403,
      body: { code: "role_not_allowed" },
    });
  });
});
