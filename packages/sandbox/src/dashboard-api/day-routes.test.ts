/** Bad days, settings and the clock as the dashboard's pages show and change them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";
import { logIn, type TestMember } from "../testing/test-dashboard.ts";

const foreign = {
  name: "Another Organization",
  instances: [],
  members: [{ name: "Theo", email: "theo@other.test", role: "Admin" as const }],
};

let cloud: TestCloud;
let admin: TestMember;
let analyst: TestMember;

beforeAll(async () => {
  cloud = await startTestCloud({ ...withoutLedger, seed: [...withoutLedger.seed, foreign] });
  admin = await logIn(cloud, "Admin");
  analyst = await logIn(cloud, "Analyst");
});
afterAll(() => cloud.remove());

test("a fault is described in words, set, listed as on, and cleared", async () => {
  const { body } = await analyst.call("GET", "/api/faults");
  const catalogue = body["catalogue"] as unknown as { fault: string; what_a_good_app_does: string }[];
  expect(catalogue.map(({ fault }) => fault)).toContain("delivery-answer-lost");
  for (const fault of catalogue) expect(fault.what_a_good_app_does.length).toBeGreaterThan(20);

  const set = await admin.call("POST", "/api/faults", {
    fault: "delivery-twice",
    instance_id: cloud.instanceIds[0],
    times: 2,
  });
  expect([set.status, set.body]).toMatchObject([
    201,
    { fault: "delivery-twice", on: true, struck: 0, times: 2 },
  ]);
  const listed = await analyst.call("GET", "/api/faults");
  expect(listed.body["data"]).toMatchObject([{ fault_id: set.body["fault_id"], on: true }]);

  const id = String(set.body["fault_id"]);
  expect((await admin.call("DELETE", `/api/faults/${id}`)).body).toEqual({ cleared: 1 });
  expect((await analyst.call("GET", "/api/faults")).body["data"]).toEqual([]);
  expect((await admin.call("DELETE", `/api/faults/${id}`)).status).toBe(404);
});

test("a value that is wrong is named", async () => {
  const refused = await admin.call("POST", "/api/faults", { fault: "delivery-late", seconds: "soon" });
  expect([refused.status, refused.body["field"]]).toEqual([422, "seconds"]);
});

test("settings and the clock are changed by whom the role allows, and read by everybody", async () => {
  const changed = await admin.call("PATCH", "/api/settings", { edition: "later", rate_limit_per_minute: 60 });
  expect(changed.body).toMatchObject({ edition: "later", rate_limit_per_minute: 60 });
  const before = await analyst.call("GET", "/api/settings");
  expect(before.body).toMatchObject({ settings: { edition: "later" }, ahead_seconds: 0 });
  const { body } = await admin.call("POST", "/api/clock", { advance_seconds: 90 });
  expect(Date.parse(String(body["now"]))).toBeGreaterThanOrEqual(
    Date.parse(String(before.body["now"])) + 90_000,
  );
  expect((await analyst.call("GET", "/api/settings")).body["ahead_seconds"]).toBe(90);
});

test.each([
  ["POST", "/api/faults", { fault: "gateway-401" }],
  ["DELETE", "/api/faults/flt_x", undefined],
  ["PATCH", "/api/settings", { edition: "guide" }],
  ["POST", "/api/clock", { advance_seconds: 1 }],
])("an Analyst may not %s %s", async (method, path, body) => {
  const refused = await analyst.call(method, path, body);
  expect([refused.status, refused.body["code"]]).toEqual([403, "role_not_allowed"]);
});
