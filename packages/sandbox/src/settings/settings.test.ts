/** The settings of a running Cloud, by their effect. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";

let cloud: TestCloud;
let app: TestApp;
let appId: string;

beforeAll(async () => {
  cloud = await startTestCloud(withoutLedger);
  app = await startTestApp();
  appId = (await cloud.registerApp({ manifest: app.manifest(), url: app.url })).app_id;
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
});

const change = (changes: object) => cloud.admin("PATCH", "/admin/settings", changes);
const install = () =>
  cloud.admin("POST", "/admin/installations", { app_id: appId, instance_id: cloud.instanceIds[0] });

test("are the documented ones, until they are changed, and stay changed after a restart", async () => {
  const defaults = { edition: "guide", delivery_timeout_seconds: 10, rate_limit_per_minute: 6000 };
  const other = await startTestCloud(withoutLedger);
  expect((await other.admin("GET", "/admin/settings")).body).toEqual(defaults);
  const changed = await other.admin("PATCH", "/admin/settings", { rate_limit_per_minute: 60 });
  expect(changed).toMatchObject({ status: 200, body: { ...defaults, rate_limit_per_minute: 60 } });
  await other.close();
  const again = await startTestCloud(withoutLedger, other.directory);
  expect((await again.admin("GET", "/admin/settings")).body).toMatchObject({ rate_limit_per_minute: 60 });
  await again.remove();
});

test.each([
  ["an edition that is none", { edition: "first" }, "edition"],
  ["no time", { delivery_timeout_seconds: 0 }, "delivery_timeout_seconds"],
  ["a limit of another type", { rate_limit_per_minute: "many" }, "rate_limit_per_minute"],
  ["an unknown setting", { colour: "blue" }, "colour"],
])("refuse %s, naming the field", async (_name, changes, field) => {
  expect(await change(changes)).toMatchObject({ status: 422, body: { field } });
});

test("take effect at once: edition, time limit, rate limit", async () => {
  await change({ edition: "later", delivery_timeout_seconds: 0.2, rate_limit_per_minute: 2 });
  expect((await install()).status).toBe(201);
  expect(app.received[0]?.body).not.toHaveProperty("organization_id");
  const key = String(app.received[0]?.body["api_key"]);
  const statuses = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await cloud.api(key, "GET", "/alerts")).status);
  expect(statuses).toEqual([200, 200, 429]);
  await cloud.admin("POST", "/admin/clock", { advance_seconds: 60 });
  expect((await cloud.api(key, "GET", "/alerts")).status).toBe(200);
  app.onCallback = () => undefined;
  const { installed_app_id: id } = app.received[0]?.body ?? {};
  expect(await cloud.admin("DELETE", `/admin/installations/${String(id)}`)).toMatchObject({
    status: 502,
    body: { error: expect.stringContaining("within 0.2 s") },
  });
});
