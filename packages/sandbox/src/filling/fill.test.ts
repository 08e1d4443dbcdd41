/** A filled Cloud is one that seeding and registering could have made: its people log in, its lists have pages. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCloud, type TestCloud } from "../testing/test-cloud.ts";
import { logInAs } from "../testing/test-dashboard.ts";
import { fillCloud } from "./index.ts";

const directory = mkdtempSync(join(tmpdir(), "annex-filled-"));
let cloud: TestCloud;

beforeAll(async () => {
  const size = { organizations: 2, instances: 3, apps: 5 };
  await fillCloud(directory, size);
  // Once more adds as much again.
  await fillCloud(directory, size);
  cloud = await startTestCloud({}, directory);
});
afterAll(() => cloud?.remove());

test("organizations, instances, apps and installations are as many as were asked for", async () => {
  const { body } = await cloud.admin("GET", "/admin/state");
  const count = (name: string) => (body[name] as unknown as unknown[]).length;
  expect(["organizations", "instances", "members", "apps", "installations"].map(count)).toEqual([
    4, 12, 4, 20, 20,
  ]);
});

test("a member sees his own organization, page by page", async () => {
  const [one] = cloud.members;
  const member = await logInAs(cloud, one?.email ?? "");
  const session = await member.call("GET", "/api/session");
  const instances = session.body["instances"] as unknown as { instance_id: string; state: string }[];
  expect(instances.map(({ state }) => state)).toEqual(["stopped", "stopped", "stopped"]);
  const path = `/api/apps?instance_id=${instances[0]?.instance_id}&pageSize=2&page=3`;
  const page = await member.call("GET", path);
  expect(page.body).toMatchObject({ total: 5, data: [{ developer: expect.stringContaining("0001") }] });
  const found = await member.call("GET", `/api/apps?search=${encodeURIComponent("app 4")}`);
  expect(found.body["total"]).toBe(1);
  const shown = async (show: string) =>
    (await member.call("GET", `/api/apps?instance_id=${instances[0]?.instance_id}&show=${show}`)).body[
      "total"
    ];
  // Five apps, in turn in three instances.
  expect([await shown("installed"), await shown("available")]).toEqual([2, 3]);
});

test("an installation of the filling is one as any other", async () => {
  const { body } = await cloud.admin("GET", "/admin/installations?pageSize=1");
  expect(body).toMatchObject({ total: 20, data: [{ status: "active", granted_permissions: { length: 4 } }] });
});
