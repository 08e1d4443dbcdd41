/** Registration by manifest: contract section 2. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";

let cloud: TestCloud;
let app: TestApp;

beforeAll(async () => {
  cloud = await startTestCloud({ ...withoutLedger, settings: { delivery_timeout_seconds: 0.5 } });
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
