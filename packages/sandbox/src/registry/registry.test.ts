/** Registration by manifest: contract section 2. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";

let cloud: TestCloud;
let app: TestApp;

beforeAll(async () => {
  cloud = await startTestCloud({ ...withoutLedger, settings: { delivery_timeout_seconds: 5 } });
  app = await startTestApp();
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
});

const register = (manifest: unknown, organizationId: string = cloud.organizationId) =>
  cloud.admin("POST", "/admin/apps", { organization_id: organizationId, manifest });
const apps = async () => {
  const { body } = await cloud.admin("GET", "/admin/state");
  return body["apps"] as unknown as Record<string, unknown>[];
};

test.each([
  ["no name", { name: undefined }, "name"],
  ["an empty name", { name: " " }, "name"],
  ["a name of another type", { name: 1 }, "name"],
  ["an unknown scope", { permissions: ["data:delete"] }, "permissions.0"],
  ["scopes of another type", { permissions: "data:read" }, "permissions"],
  ["no callback URL", { registration_callback_url: undefined }, "registration_callback_url"],
  ["a malformed URL", { portal_generator_url: "not a url" }, "portal_generator_url"],
  ["another scheme", { portal_generator_url: "ftp://localhost/x" }, "portal_generator_url"],
  [
    "plain http to the outside",
    { registration_callback_url: "http://app.example.com/c" },
    "registration_callback_url",
  ],
  [
    "plain http to a host that only looks local",
    { registration_callback_url: "http://localhost.example.com/" },
    "registration_callback_url",
  ],
  [
    "a URL with a password",
    { registration_callback_url: "https://u:p@app.example.com/" },
    "registration_callback_url",
  ],
  [
    "a URL where nothing answers",
    { registration_callback_url: "http://127.0.0.1:9/c" },
    "registration_callback_url",
  ],
  ["a member of no organization", { launch_access: ["user_unknown"] }, "launch_access.0"],
  ["a role that nobody can have", { launch_access: ["role:King"] }, "launch_access.0"],
])("refuses %s, names the field and stores nothing", async (_name, changes, field) => {
  const before = (await apps()).length;
  const answer = await register(app.manifest(changes));
  expect(answer).toMatchObject({ status: 422, body: { code: "invalid_manifest", field } });
  expect(await apps()).toHaveLength(before);
});

test("takes plain http on this machine, and says so", async () => {
  const answer = await register(app.manifest({ logo_url: "/logo.svg" }));
  expect(answer).toMatchObject({ status: 201, body: { app_id: expect.stringMatching(/^app_/) } });
  const stored = (await apps()).find((one) => one["app_id"] === answer.body["app_id"]);
  expect(stored).toMatchObject({ insecure_urls: true, logo_url: `${app.url}/logo.svg` });
  // Where a browser takes it for the dashboard's own site, whoever registers it by a program is told too.
  const local = app.url.replace("127.0.0.1", "localhost");
  const portal = (url: string) => ({ portal_generator_url: `${url}/secret/portal` });
  const told = `Where the dashboard is opened at 127.0.0.1, this app is at its address: its cookies work there and not in production. Register it at ${local}.`;
  expect((await register(app.manifest(portal(app.url)))).body["notices"]).toEqual([told]);
  expect((await register(app.manifest(portal(local)))).body["notices"]).toEqual([]);
});

test("secure is what the real Cloud could reach: https to this machine is not", async () => {
  const answered = await startTestCloud({
    ...withoutLedger,
    fetch: async () => new Response(null, { status: 405 }),
  });
  const urls = (origin: string) => ({
    registration_callback_url: `${origin}/c`,
    portal_generator_url: `${origin}/p`,
  });
  const insecure = async (origin: string) => {
    const manifest = app.manifest(urls(origin));
    const { body } = await answered.admin("POST", "/admin/apps", {
      organization_id: answered.organizationId,
      manifest,
    });
    const list = (await answered.admin("GET", "/admin/apps")).body["data"] as unknown as Record<
      string,
      unknown
    >[];
    return list.find((one) => one["app_id"] === body["app_id"])?.["insecure_urls"];
  };
  expect(await insecure("https://app.acme.com")).toBe(false);
  for (const origin of [
    "https://localhost",
    "https://127.0.0.1:8443",
    "https://192.168.1.5",
    "https://[::1]",
  ])
    expect(await insecure(origin), origin).toBe(true);
  await answered.remove();
});

describe("a registered app", () => {
  const change = (id: unknown, manifest: unknown) =>
    cloud.admin("PATCH", `/admin/apps/${String(id)}`, { manifest });
  const remove = (id: unknown) => cloud.admin("DELETE", `/admin/apps/${String(id)}`);
  const install = (id: unknown) =>
    cloud.admin("POST", "/admin/installations", { app_id: id, instance_id: cloud.instanceIds[0] });

  test("takes new URLs under its old id, and keeps what was not named", async () => {
    const { body } = await register(app.manifest({ name: "Tunnelled", description: "Kept" }));
    const moved = await startTestApp();
    const { registration_callback_url } = moved.manifest();
    const answer = await change(body["app_id"], { registration_callback_url, name: "Moved" });
    expect(answer).toMatchObject({
      status: 200,
      body: { app_id: body["app_id"], name: "Moved", description: "Kept" },
    });
    await install(body["app_id"]);
    expect(moved.received).toHaveLength(1);
    await moved.close();
  });

  test.each([
    ["a URL where nothing answers", { portal_generator_url: "http://127.0.0.1:9/p" }, "portal_generator_url"],
    ["a URL of another scheme", { portal_generator_url: "ftp://127.0.0.1/p" }, "portal_generator_url"],
    ["an unknown scope", { permissions: ["data:delete"] }, "permissions.0"],
    ["a stranger", { launch_access: ["user_unknown"] }, "launch_access.0"],
    ["an empty name", { name: "" }, "name"],
    ["nothing at all", {}, "manifest"],
  ])("refuses %s, names the field and stays as it was", async (_name, changes, field) => {
    const { body } = await register(app.manifest({ name: "Steady" }));
    const before = (await apps()).find((one) => one["app_id"] === body["app_id"]);
    const answer = await change(body["app_id"], changes);
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_manifest", field } });
    expect((await apps()).find((one) => one["app_id"] === body["app_id"])).toEqual(before);
  });

  test("is not removed while it is installed, then it is gone and its deliveries stay", async () => {
    const { body } = await register(app.manifest({ name: "Short-lived" }));
    const id = body["app_id"];
    const installed = await install(id);
    expect(await remove(id)).toMatchObject({ status: 409, body: { code: "app_installed" } });
    const listed = await cloud.admin("GET", `/admin/installations?app_id=${String(id)}&status=active`);
    expect(listed.body).toMatchObject({ total: 1, data: [{ app_id: id, status: "active" }] });
    await cloud.admin("DELETE", `/admin/installations/${String(installed.body["installed_app_id"])}`);
    expect(await remove(id)).toMatchObject({ status: 200, body: { app_id: id } });
    expect((await apps()).some((one) => one["app_id"] === id)).toBe(false);
    expect(await remove(id)).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect((await change(id, { name: "Back" })).status).toBe(404);
    expect(await install(id)).toMatchObject({ status: 404, body: { field: "app_id" } });
    const deliveries = await cloud.admin("GET", `/admin/deliveries?app_id=${String(id)}`);
    expect(deliveries.body["total"]).toBe(2);
    const [last] = deliveries.body["data"] as unknown as { delivery_id: string }[];
    const again = await cloud.admin("POST", `/admin/deliveries/${last?.delivery_id}/redeliver`, {});
    expect(again).toMatchObject({ status: 409, body: { code: "app_removed" } });
  });
});

test("an unknown organization is not found", async () => {
  expect(await register(app.manifest(), "org_unknown")).toMatchObject({
    status: 404,
    body: { field: "organization_id" },
  });
});

test("registering one name many times at once makes one app", async () => {
  const manifest = app.manifest({ name: "Hasty" });
  const all = await Promise.all(
    Array.from({ length: 8 }, () => cloud.registerApp({ manifest, url: app.url })),
  );
  expect(new Set(all.map(({ app_id }) => app_id)).size).toBe(1);
  expect((await apps()).filter((one) => one["name"] === "Hasty")).toHaveLength(1);
});

test("registering by name again keeps the id and takes the new URLs", async () => {
  const moved = await startTestApp();
  const first = await cloud.registerApp({ manifest: app.manifest({ name: "Moving" }), url: app.url, pid: 1 });
  const second = await cloud.registerApp({
    manifest: moved.manifest({ name: "Moving" }),
    url: moved.url,
    pid: 2,
  });
  expect(second.app_id).toBe(first.app_id);
  await cloud.admin("POST", "/admin/installations", {
    app_id: first.app_id,
    instance_id: cloud.instanceIds[0],
  });
  expect(moved.received).toHaveLength(1);
  await moved.close();
});
