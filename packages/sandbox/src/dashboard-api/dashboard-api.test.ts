/** The Dashboard API: roles, tenants, the page's header, and the shapes the page reads. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import {
  call,
  startTestCloud,
  type TestCloud,
  testOrganization,
  withoutLedger,
} from "../testing/test-cloud.ts";
import { logIn, type TestMember } from "../testing/test-dashboard.ts";

const foreign = {
  name: "Another Organization",
  instances: ["Theirs"],
  members: [{ name: "Theo", email: "theo@other.test", role: "Admin" as const }],
};

let cloud: TestCloud;
let app: TestApp;
let appId: string;
let instanceId: string;
let foreignInstance: string;
const members = new Map<string, TestMember>();
const as = (role: string): TestMember => {
  const member = members.get(role);
  if (member === undefined) throw new Error(`${role} is not logged in.`);
  return member;
};

beforeAll(async () => {
  // The stranger's instance stays stopped, so that no ledger has to be made for it.
  cloud = await startTestCloud({
    ...withoutLedger,
    seed: [...withoutLedger.seed, { ...foreign, instances: [] }],
  });
  [instanceId = ""] = cloud.instanceIds;
  foreignInstance = "inst_theirs";
  app = await startTestApp();
  for (const { role } of testOrganization.members) members.set(role, await logIn(cloud, role));
  const registered = await as("Operator").call("POST", "/api/apps", { manifest: app.manifest() });
  appId = String(registered.body["app_id"]);
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
});

const installWith = (member: TestMember) =>
  member.call("POST", "/api/installations", {
    app_id: appId,
    instance_id: instanceId,
    granted_permissions: ["data:read"],
    password: member.password,
    code: member.code(),
  });

describe("roles", () => {
  const changes: readonly (readonly [string, string, (path: TestMember) => readonly [string, unknown]])[] = [
    ["register", "POST", () => ["/api/apps", { manifest: {} }]],
    [
      "install",
      "POST",
      ({ password }) => [
        "/api/installations",
        { app_id: "app_x", instance_id: "inst_x", granted_permissions: [], password, code: "000000" },
      ],
    ],
    ["uninstall", "DELETE", ({ password }) => ["/api/installations/instapp_x", { password, code: "000000" }]],
    ["change an app", "PATCH", () => ["/api/apps/app_x", { manifest: { name: "Other" } }]],
    ["remove an app", "DELETE", () => ["/api/apps/app_x", undefined]],
    ["see the URLs of an app", "GET", () => ["/api/apps/app_x/urls", undefined]],
    ["stop an instance", "PATCH", () => ["/api/instances/inst_x", { state: "stopped" }]],
    ["send again", "POST", () => ["/api/deliveries/dlv_x/redeliver", {}]],
  ];
  test.each(changes)("Investigator and Analyst may not %s", async (_name, method, request) => {
    for (const role of ["Investigator", "Analyst"]) {
      const [path, body] = request(as(role));
      expect(await as(role).call(method, path, body)).toMatchObject({
        status: 403,
        body: { code: "role_not_allowed" },
      });
    }
  });

  test("an Analyst may not work on alerts, an Investigator may", async () => {
    const path = `/api/instances/${instanceId}/alerts/ano_unknown`;
    expect((await as("Analyst").call("PUT", path, { status: "RESOLVED" })).status).toBe(403);
    expect((await as("Investigator").call("PUT", path, { status: "RESOLVED" })).status).toBe(404);
  });
});

test("a change needs the page's own header, and everything needs a session", async () => {
  const body = { email: "admin@test.test", password: "x" };
  const forged = await call(cloud.url, "POST", "/api/login", {}, body);
  expect(forged).toMatchObject({ status: 403, body: { code: "dashboard_header_required" } });
  for (const path of ["/api/apps", "/api/deliveries", "/api/audit", `/api/instances/${instanceId}/ledgers`]) {
    const answer = await call(cloud.url, "GET", path);
    expect(answer).toMatchObject({
      status: 401,
      body: { code: "not_logged_in", reference: expect.any(String) },
    });
  }
});

test("the life of an app as the page shows it", async () => {
  const member = as("Operator");
  const appIn = async () => (await member.call("GET", `/api/apps/${appId}?instance_id=${instanceId}`)).body;
  expect(await appIn()).toMatchObject({
    app_id: appId,
    insecure_urls: true,
    installation: null,
    history: [],
  });
  expect(JSON.stringify(await appIn())).not.toContain("s3cretCapability");
  const installed = await installWith(member);
  expect(installed).toMatchObject({
    status: 201,
    body: { status: "active", delivery_id: expect.any(String) },
  });
  const id = String(installed.body["installed_app_id"]);
  expect((await appIn())["installation"]).toMatchObject({
    installed_app_id: id,
    status: "active",
    granted_permissions: ["data:read"],
    installed_by: member.userId,
  });
  const launched = await as("Analyst").call("POST", `/api/installations/${id}/launch`, {});
  expect(launched.body["portal_url"]).toContain("token=portal-token-");
  expect(app.received.at(-1)?.body["user_id"]).toBe(as("Analyst").userId);
  const deliveries = await member.call("GET", `/api/deliveries?installed_app_id=${id}&kind=`);
  const [portal] = deliveries.body["data"] as unknown as Record<string, unknown>[];
  expect(deliveries.body["total"]).toBe(2);
  const again = await member.call("POST", `/api/deliveries/${String(portal?.["delivery_id"])}/redeliver`, {});
  expect(again.text).toContain("token=…");
  expect(again.text).not.toContain("portal-token");
  const proof = { password: member.password, code: member.code() };
  expect((await member.call("DELETE", `/api/installations/${id}`, proof)).status).toBe(200);
  expect(await appIn()).toMatchObject({ installation: null, history: [{ status: "uninstalled" }] });
  const audit = await member.call("GET", `/api/audit?category=Apps&actor=${member.userId}`);
  const rows = audit.body["data"] as unknown as { method: string; path: string; actor: object }[];
  expect(
    rows.map(({ method, path }) => `${method} ${path.replace(/(instapp|dlv)_.*?(?=\/|$)/, ":id")}`),
  ).toEqual([
    "DELETE /api/installations/:id",
    "POST /api/deliveries/:id/redeliver",
    "POST /api/installations",
    "POST /api/apps",
    ...rows.slice(4).map(({ method, path }) => `${method} ${path}`),
  ]);
  const about = { app_name: "Test App", installed_app_id: id, user_name: "Olga" };
  expect(rows.slice(0, 3).map(({ actor }) => actor)).toMatchObject([about, about, about]);
  const here = await member.call("GET", `/api/audit?category=Apps&instance_id=${instanceId}`);
  expect(here.text).toContain("/api/installations");
  const refused = await member.call("GET", "/api/audit?status=4xx&instance_id=&pageSize=200");
  const statuses = (refused.body["data"] as unknown as { status: number }[]).map(({ status }) => status);
  expect(statuses.length).toBeGreaterThan(0);
  expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
  expect((await member.call("GET", "/api/audit?status=9xx")).status).toBe(400);
  const elsewhere = await member.call("GET", "/api/deliveries?instance_id=inst_elsewhere");
  expect(elsewhere.body["total"]).toBe(0);
});

test("a member of another organization sees and reaches nothing", async () => {
  const stranger = await logIn(
    { ...cloud, members: cloud.members.filter(({ email }) => email === "theo@other.test") },
    "Admin",
  );
  expect((await stranger.call("GET", "/api/apps")).body).toEqual({ data: [], total: 0 });
  expect((await stranger.call("GET", "/api/deliveries")).body["total"]).toBe(0);
  const installed = await installWith(as("Admin"));
  const id = String(installed.body["installed_app_id"]);
  const calls: readonly (readonly [string, string, unknown?])[] = [
    ["GET", `/api/apps/${appId}`],
    ["DELETE", `/api/installations/${id}`, { password: stranger.password, code: stranger.code() }],
    ["PATCH", `/api/apps/${appId}`, { manifest: { name: "Taken" } }],
    ["DELETE", `/api/apps/${appId}`],
    ["GET", `/api/apps/${appId}/urls`],
    ["POST", `/api/installations/${id}/launch`, {}],
    ["GET", `/api/deliveries/${String(installed.body["delivery_id"])}`],
    ["POST", `/api/deliveries/${String(installed.body["delivery_id"])}/redeliver`, {}],
    ["GET", `/api/instances/${instanceId}/ledgers`],
    ["GET", `/api/instances/${instanceId}/alerts`],
    ["PATCH", `/api/instances/${instanceId}`, { state: "stopped" }],
    ["PATCH", `/api/instances/${foreignInstance}`, { state: "stopped" }],
  ];
  const before = app.received.length;
  for (const [method, path, body] of calls) {
    expect(await stranger.call(method, path, body), path).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
  }
  expect(app.received).toHaveLength(before);
  const state = await cloud.admin("GET", "/admin/state");
  expect(state.body["instances"]).toMatchObject([{ state: "running" }]);
});
