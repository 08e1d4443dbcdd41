/** Contract sections 3, 4, 5 (what is sent again) and 7, through the admin API and a real app. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answering, type Behaviour, capability, startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";

let cloud: TestCloud;
let app: TestApp;
let appId: string;
let instanceId: string;

beforeAll(async () => {
  cloud = await startTestCloud(withoutLedger);
  instanceId = cloud.instanceIds[0] ?? "";
});
afterAll(() => cloud.remove());

beforeEach(async () => {
  app = await startTestApp();
  const answer = await cloud.admin("POST", "/admin/apps", {
    organization_id: cloud.organizationId,
    manifest: app.manifest(),
  });
  appId = String(answer.body["app_id"]);
  return () => app.close();
});

const install = (changes: object = {}) =>
  cloud.admin("POST", "/admin/installations", { app_id: appId, instance_id: instanceId, ...changes });
const uninstall = (id: unknown) => cloud.admin("DELETE", `/admin/installations/${String(id)}`);
const keyOf = (index = 0) => String(app.received[index]?.body["api_key"]);
const alerts = (key: string) => cloud.api(key, "GET", "/alerts");
const statusOf = async (id: unknown) => {
  const state = (await cloud.admin("GET", "/admin/state")).body as unknown as {
    installations: { installed_app_id: string; status: string }[];
  };
  return state.installations.find((one) => one.installed_app_id === id)?.status;
};

describe("install", () => {
  test("sends the event of the guide edition and activates the key after the 2xx", async () => {
    let early = 0;
    app.onCallback = async (received, response) => {
      early = (await alerts(String(received.body["api_key"]))).status;
      answering(201)(received, response);
    };
    const answer = await install({ granted_permissions: ["alerts:read", "data:read"] });
    expect(answer.status).toBe(201);
    const id = String(answer.body["installed_app_id"]);
    expect(answer.body).toMatchObject({ status: "active", api_key_prefix: keyOf().slice(0, 8) });
    expect(answer.text).not.toContain(keyOf());
    expect(app.received[0]?.body).toEqual({
      installed_app_id: id,
      app_id: appId,
      organization_id: cloud.organizationId,
      instance_id: instanceId,
      api_key: expect.stringMatching(/^blnk_[0-9a-f]{64}$/),
      api_key_prefix: keyOf().slice(0, 8),
      granted_permissions: ["data:read", "alerts:read"],
      idempotency_key: `install:${id}`,
    });
    expect(early).toBe(401);
    expect((await alerts(keyOf())).status).toBe(200);
  });

  // What comes in time must come in time on a busy machine too: short is the limit only where nothing comes.
  const [short, usual] = [0.3, 10];
  const refusals: readonly (readonly [string, Behaviour, number])[] = [
    ["a 4xx", answering(400, { error: "no" }), usual],
    ["a 5xx", answering(503), usual],
    ["a redirect", (_received, response) => void response.writeHead(307, { location: app.url }).end(), usual],
    ["a broken connection", (_received, response) => void response.destroy(), usual],
    ["no answer in time", () => undefined, short],
    [
      "an answer whose body does not end in time",
      (_received, response) => void response.writeHead(200).write("{"),
      short,
    ],
  ];
  test.each(refusals)("is cancelled by %s, and the key is dead", async (_name, behaviour, limit) => {
    app.onCallback = behaviour;
    await cloud.changeSettings({ delivery_timeout_seconds: limit });
    const answer = await install().finally(() => cloud.changeSettings({ delivery_timeout_seconds: usual }));
    expect(answer).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
    expect(answer.body["delivery_id"]).toMatch(/^dlv_/);
    expect(app.received).toHaveLength(1);
    expect(await alerts(keyOf())).toMatchObject({ status: 401, body: { code: "key_revoked" } });
    expect(await statusOf(app.received[0]?.body["installed_app_id"])).toBe("cancelled");
    // The user presses Install again: a new id, a new key, a new idempotency key.
    app.onCallback = answering(200);
    expect((await install()).status).toBe(201);
    expect(keyOf(1)).not.toBe(keyOf(0));
    expect(app.received[1]?.body["idempotency_key"]).not.toBe(app.received[0]?.body["idempotency_key"]);
  });

  test("is cancelled when the app cannot be reached at all", async () => {
    await app.close();
    const answer = await install();
    expect(answer).toMatchObject({ status: 502, body: { code: "install_cancelled" } });
    expect(answer.body["error"]).toContain(
      "no answer: nothing listens there (ECONNREFUSED). It is cancelled",
    );
  });

  test.each<[string, Behaviour]>([
    ["the connection ended before the answer", (_received, response) => void response.destroy()],
    ["what answers there is no HTTP", (_received, { socket }) => void socket?.end("hello\r\n\r\n")],
    [
      "the connection ended in the middle of the answer",
      (_received, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("{", () => response.destroy());
      },
    ],
  ])("says in words that %s", async (words, behaviour) => {
    app.onCallback = behaviour;
    expect((await install()).body["error"]).toContain(`no answer: ${words}`);
  });

  test("happens once per app, organization and instance, in parallel too", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => install()));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(app.received).toHaveLength(1);
    expect(await install()).toMatchObject({ status: 409, body: { code: "already_installed" } });
  });

  test.each([
    ["a scope the app does not ask for", { granted_permissions: ["data:write"] }, 422, "granted_permissions"],
    ["an unknown scope", { granted_permissions: ["data:delete"] }, 422, "granted_permissions.0"],
    ["an unknown app", { app_id: "app_unknown" }, 404, "app_id"],
    ["an unknown instance", { instance_id: "inst_unknown" }, 404, "instance_id"],
    ["an unknown member", { user_id: "user_unknown" }, 422, "user_id"],
  ])("refuses %s and tells the app nothing", async (_name, changes, status, field) => {
    const manifest = app.manifest({ name: "Reader", permissions: ["data:read"] });
    const registered = await cloud.admin("POST", "/admin/apps", {
      organization_id: cloud.organizationId,
      manifest,
    });
    const answer = await install({ app_id: registered.body["app_id"], ...changes });
    expect(answer).toMatchObject({ status, body: { field } });
    expect(app.received).toHaveLength(0);
  });
});

describe("uninstall", () => {
  test("tells the app, then revokes the key", async () => {
    const id = (await install()).body["installed_app_id"];
    let during = 0;
    app.onCallback = async (received, response) => {
      during = (await alerts(keyOf())).status;
      answering(204)(received, response);
    };
    const answer = await uninstall(id);
    expect(answer).toMatchObject({ status: 200, body: { status: "uninstalled" } });
    expect(app.received[1]?.body).toEqual({
      installed_app_id: id,
      app_id: appId,
      organization_id: cloud.organizationId,
      instance_id: instanceId,
      uninstalled_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      idempotency_key: `uninstall:${String(id)}`,
    });
    expect(during).toBe(200);
    expect(await alerts(keyOf())).toMatchObject({ status: 401, body: { code: "key_revoked" } });
    expect(await uninstall(id)).toMatchObject({ status: 200, body: answer.body });
    expect(app.received).toHaveLength(2);
  });

  test("does not complete when the app refuses; the next try carries the same idempotency key", async () => {
    const id = (await install()).body["installed_app_id"];
    app.onCallback = answering(500);
    expect(await uninstall(id)).toMatchObject({ status: 502, body: { code: "uninstall_failed" } });
    expect((await alerts(keyOf())).status).toBe(200);
    expect(await statusOf(id)).toBe("active");
    app.onCallback = answering(200);
    expect((await uninstall(id)).status).toBe(200);
    expect(app.received[2]?.body["idempotency_key"]).toBe(app.received[1]?.body["idempotency_key"]);
  });

  test("asked for many times at once is told once", async () => {
    const id = (await install()).body["installed_app_id"];
    const answers = await Promise.all(Array.from({ length: 10 }, () => uninstall(id)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(app.received).toHaveLength(2);
  });

  test("of a cancelled installation is refused, of an unknown one not found", async () => {
    app.onCallback = answering(500);
    await install();
    const id = app.received[0]?.body["installed_app_id"];
    expect(await uninstall(id)).toMatchObject({ status: 409, body: { code: "not_active" } });
    expect(await uninstall("instapp_unknown")).toMatchObject({ status: 404, body: { code: "not_found" } });
  });
});

describe("launch", () => {
  const member = () => cloud.members[0]?.user_id ?? "";
  const launch = (id: unknown, userId: string = member()) =>
    cloud.admin("POST", `/admin/installations/${String(id)}/launch`, { user_id: userId });

  test("asks the app and hands its portal URL over", async () => {
    const id = (await install()).body["installed_app_id"];
    const first = await launch(id);
    const second = await launch(id);
    expect(first).toMatchObject({
      status: 200,
      body: { portal_url: `${app.url}/portal/enter?token=portal-token-1` },
    });
    expect(second.body["portal_url"]).toBe(`${app.url}/portal/enter?token=portal-token-2`);
    expect(app.received[1]?.body).toEqual({
      installed_app_id: id,
      app_id: appId,
      organization_id: cloud.organizationId,
      instance_id: instanceId,
      user_id: member(),
    });
  });

  test("is for the members on the list, and those whose role is on it", async () => {
    const [admin, operator, investigator] = cloud.members;
    const launchAccess = [admin?.user_id, "role:Investigator"];
    const manifest = app.manifest({ name: "Limited", launch_access: launchAccess });
    const registered = await cloud.admin("POST", "/admin/apps", {
      organization_id: cloud.organizationId,
      manifest,
    });
    const id = (await install({ app_id: registered.body["app_id"] })).body["installed_app_id"];
    expect((await launch(id, admin?.user_id)).status).toBe(200);
    expect((await launch(id, investigator?.user_id)).status).toBe(200);
    expect(await launch(id, operator?.user_id)).toMatchObject({
      status: 403,
      body: { code: "launch_access" },
    });
    expect(app.received).toHaveLength(3);
  });

  test.each([
    ["an error of the app", answering(403, { error: "This member may not use the app." }), 403],
    ["a redirect", answering(302), 302],
    ["an answer without a URL", answering(200, { url: "https://app.example.com" }), 200],
    ["a URL that is no text", answering(200, { portal_url: 1 }), 200],
    ["a URL that is not http", answering(200, { portal_url: "javascript:alert(1)" }), 200],
    ["a URL with a password", answering(200, { portal_url: "https://a:b@app.example.com/portal" }), 200],
    ["plain http elsewhere", answering(200, { portal_url: "http://app.example.com/portal" }), 200],
    ["an answer that is no JSON", answering(200, undefined), 200],
  ])("fails on %s", async (_name, behaviour, appStatus) => {
    const id = (await install()).body["installed_app_id"];
    app.onPortal = behaviour;
    const answer = await launch(id);
    expect(answer).toMatchObject({ status: 502, body: { code: "launch_failed", app_status: appStatus } });
    if (appStatus === 403) expect(answer.body["app_error"]).toBe("This member may not use the app.");
  });

  test.each([
    ["in clear", (key: string) => key],
    ["percent-encoded", (key: string) => key.replace("_", "%5F")],
  ])("refuses a portal URL that carries the API key %s", async (_name, write) => {
    const id = (await install()).body["installed_app_id"];
    app.onPortal = answering(200, { portal_url: `https://app.example.com/?key=${write(keyOf())}` });
    const answer = await launch(id);
    expect(answer).toMatchObject({ status: 502, body: { code: "launch_failed" } });
    expect(answer.text).not.toContain(keyOf().slice(10));
  });

  test("is refused where access, or the installation, was taken away while the app answered", async () => {
    const registered = await cloud.admin("POST", "/admin/apps", {
      organization_id: cloud.organizationId,
      manifest: app.manifest({ name: "Taken away" }),
    });
    const id = (await install({ app_id: registered.body["app_id"] })).body["installed_app_id"];
    const giveUrl = app.onPortal;
    app.onPortal = async (received, response) => {
      const manifest = { launch_access: ["role:Analyst"] };
      await cloud.admin("PATCH", `/admin/apps/${String(registered.body["app_id"])}`, { manifest });
      await giveUrl(received, response);
    };
    expect(await launch(id)).toMatchObject({ status: 403, body: { code: "launch_access" } });
    const analyst = cloud.members.find(({ role }) => role === "Analyst")?.user_id;
    app.onPortal = async (received, response) => {
      await uninstall(id);
      await giveUrl(received, response);
    };
    expect(await launch(id, analyst)).toMatchObject({ status: 409, body: { code: "not_active" } });
  });

  test("needs an active installation and a member", async () => {
    const id = (await install()).body["installed_app_id"];
    expect(await launch(id, "user_unknown")).toMatchObject({ status: 422, body: { field: "user_id" } });
    await uninstall(id);
    expect(await launch(id)).toMatchObject({ status: 409, body: { code: "not_active" } });
    expect((await launch("instapp_unknown")).status).toBe(404);
  });
});

describe("deliveries", () => {
  test("show what was sent with its secrets masked", async () => {
    app.onCallback = (received, response) => answering(200, { echo: received.body })(received, response);
    const id = (await install()).body["installed_app_id"];
    await cloud.admin("POST", `/admin/installations/${String(id)}/launch`, {
      user_id: cloud.members[0]?.user_id,
    });
    const list = await cloud.admin("GET", `/admin/deliveries?installed_app_id=${String(id)}`);
    const [portal, installed] = list.body["data"] as unknown as Record<string, string>[];
    expect(list.body["total"]).toBe(2);
    expect(installed).toMatchObject({ kind: "install", status: 200, error: null });
    expect(installed?.["url"]).toBe(`${app.url}/cloud/…/callback`);
    expect(JSON.parse(installed?.["body"] ?? "")).toMatchObject({ api_key: `${keyOf().slice(0, 8)}…` });
    expect(portal?.["response_body"]).toBe(`{"portal_url":"${app.url}/portal/enter?token=…"}`);
    for (const secret of [keyOf(), capability, "portal-token"]) expect(list.text).not.toContain(secret);
  });

  test("are sent again to the byte, 100 times in parallel, and change nothing", async () => {
    const patient = await startTestCloud(withoutLedger);
    const registered = await patient.registerApp({ manifest: app.manifest(), url: app.url });
    const place = { app_id: registered.app_id, instance_id: patient.instanceIds[0] };
    const installed = await patient.admin("POST", "/admin/installations", place);
    const path = `/admin/deliveries/${String(installed.body["delivery_id"])}/redeliver`;
    app.onCallback = answering(200, { seen: true });
    const answer = await patient.admin("POST", path, { times: 100, parallel: true });
    const data = answer.body["data"] as unknown as { status: number; body: string; duration_ms: number }[];
    expect(data.map(({ status, body }) => [status, body])).toEqual(
      Array.from({ length: 100 }, () => [200, '{"seen":true}']),
    );
    expect(new Set(app.received.map(({ text }) => text)).size).toBe(1);
    expect(app.received).toHaveLength(101);
    app.onCallback = answering(500);
    await patient.admin("POST", path);
    expect((await patient.api(keyOf(), "GET", "/alerts")).status).toBe(200);
    const list = await patient.admin("GET", "/admin/deliveries?kind=install");
    expect(list.body["total"]).toBe(102);
    await patient.remove();
  });

  test("an unknown one is not found, a wrong count is refused", async () => {
    expect((await cloud.admin("POST", "/admin/deliveries/dlv_unknown/redeliver")).status).toBe(404);
    const installed = await install();
    const path = `/admin/deliveries/${String(installed.body["delivery_id"])}/redeliver`;
    expect(await cloud.admin("POST", path, { times: 0 })).toMatchObject({
      status: 422,
      body: { field: "times" },
    });
  });
});

test("no key, URL secret, password or portal token is in clear in the data directory", async () => {
  const id = (await install()).body["installed_app_id"];
  await cloud.admin("POST", `/admin/installations/${String(id)}/launch`, {
    user_id: cloud.members[0]?.user_id,
  });
  await alerts(keyOf());
  const [member] = cloud.members;
  const secrets = [
    keyOf(),
    keyOf().slice(5),
    capability,
    "portal-token",
    member?.password ?? "",
    member?.totp_secret ?? "",
  ];
  for (const file of filesIn(cloud.directory)) {
    // The run file is where these are meant to be, for as long as the Cloud runs.
    const searched = file.endsWith("annex.json") ? secrets.slice(0, 2) : secrets;
    const bytes = readFileSync(file);
    for (const secret of searched)
      expect(bytes.includes(secret), `${secret.slice(0, 4)}… in ${file}`).toBe(false);
  }
});

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("an install whose answer could not be written down does not take its place for ever", async () => {
  let full = false;
  const write = (line: string) => {
    if (full && line.includes("delivery")) throw new Error("no space left on device");
  };
  const hindered = await startTestCloud({ ...withoutLedger, log: pino({}, { write }) });
  const { app_id } = await hindered.registerApp({ manifest: app.manifest(), url: app.url });
  const place = { app_id, instance_id: hindered.instanceIds[0] };
  full = true;
  expect((await hindered.admin("POST", "/admin/installations", place)).status).toBe(500);
  full = false;
  expect((await hindered.admin("POST", "/admin/installations", place)).status).toBe(201);
  const { data } = (await hindered.admin("GET", "/admin/installations")).body as unknown as {
    data: { status: string }[];
  };
  expect(data.map(({ status }) => status).toSorted()).toEqual(["active", "cancelled"]);
  await hindered.remove();
});

test("the later edition leaves organization and user out", async () => {
  const later = await startTestCloud({ ...withoutLedger, settings: { edition: "later" } });
  const registered = await later.registerApp({ manifest: app.manifest(), url: app.url });
  const place = { app_id: registered.app_id, instance_id: later.instanceIds[0] };
  const id = String((await later.admin("POST", "/admin/installations", place)).body["installed_app_id"]);
  await later.admin("POST", `/admin/installations/${id}/launch`, { user_id: later.members[0]?.user_id });
  await later.admin("DELETE", `/admin/installations/${id}`);
  expect(app.received.map(({ body }) => Object.keys(body))).toEqual([
    [
      "installed_app_id",
      "app_id",
      "instance_id",
      "api_key",
      "api_key_prefix",
      "granted_permissions",
      "idempotency_key",
    ],
    ["installed_app_id", "app_id", "instance_id"],
    ["installed_app_id", "app_id", "instance_id", "uninstalled_at", "idempotency_key"],
  ]);
  await later.remove();
});
