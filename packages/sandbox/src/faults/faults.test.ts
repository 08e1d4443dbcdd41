/** Setting, scoping, counting and ending faults; and those of launches and log-ins. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, testOrganization, withoutLedger } from "../testing/test-cloud.ts";
import { logIn } from "../testing/test-dashboard.ts";
import { describeFaults } from "./index.ts";

let cloud: TestCloud;
let app: TestApp;
let installedAppId: string;
let key: string;

beforeAll(async () => {
  cloud = await startTestCloud(withoutLedger, mkdtempSync(join(tmpdir(), "annex-cloud-")));
  app = await startTestApp();
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  const place = { app_id, instance_id: cloud.instanceIds[0] };
  installedAppId = String(
    (await cloud.admin("POST", "/admin/installations", place)).body["installed_app_id"],
  );
  key = String(app.received[0]?.body["api_key"]);
});
afterEach(() => cloud.faults.clear());
afterAll(async () => {
  await cloud.remove();
  await app.close();
});

const set = (fault: object) => cloud.admin("POST", "/admin/faults", fault);
const alerts = () => cloud.api(key, "GET", "/alerts");

test.each([
  ["an unknown fault", { fault: "delivery-eaten" }, "fault"],
  ["no fault", {}, "fault"],
  ["a value it does not take", { fault: "key-revoked", seconds: 1 }, "seconds"],
  ["a value of another type", { fault: "delivery-late", seconds: "soon" }, "seconds"],
  ["a value that is missing", { fault: "delivery-late" }, "seconds"],
  ["a status that is none", { fault: "gateway-status", status: 200 }, "status"],
  ["a rate above one", { fault: "gateway-status", status: 500, rate: 2 }, "rate"],
  ["a moment that is none", { fault: "gateway-cut", after: "lunch" }, "after"],
  ["neither value nor remove", { fault: "delivery-field", field: "app_id" }, "value"],
  ["both", { fault: "delivery-field", field: "app_id", value: 1, remove: true }, "value"],
  ["an unknown app", { fault: "key-revoked", app_id: "app_unknown" }, "app_id"],
  ["an unknown installation", { fault: "key-revoked", installed_app_id: "instapp_x" }, "installed_app_id"],
  ["an unknown member", { fault: "launch-denied", user_id: "user_unknown" }, "user_id"],
  ["an app where there is none", { fault: "sessions-expired", app_id: "app_1" }, "app_id"],
  ["no time at all", { fault: "key-revoked", for_seconds: 0 }, "for_seconds"],
  ["half a time", { fault: "key-revoked", times: 0.5 }, "times"],
])("refuses %s, and sets nothing", async (_name, fault, field) => {
  expect(await set(fault)).toMatchObject({ status: 422, body: { code: "invalid_request", field } });
  expect(cloud.faults.list()).toEqual([]);
});

test("every fault has words for a person, and its values are described", () => {
  for (const fault of describeFaults()) {
    expect(fault.title, fault.fault).not.toBe("");
    expect(fault.what_happens, fault.fault).toMatch(/\.$/);
    expect(fault.what_a_good_app_does, fault.fault).toMatch(/\.$/);
  }
  expect(describeFaults().find(({ fault }) => fault === "gateway-cut")?.values).toEqual([
    expect.objectContaining({ name: "after", type: "choice", required: false, default: "commit" }),
  ]);
});

test("an installation of another app is no scope", async () => {
  const other = await cloud.registerApp({ manifest: app.manifest({ name: "Other" }), url: app.url });
  const fault = { fault: "key-revoked", installed_app_id: installedAppId };
  expect(await set({ ...fault, app_id: other.app_id })).toMatchObject({
    status: 422,
    body: { field: "app_id" },
  });
  expect((await set({ ...fault, instance_id: cloud.instanceIds[0] })).status).toBe(201);
});

describe("with several organizations", () => {
  let two: TestCloud;
  let appIds: readonly string[];
  beforeAll(async () => {
    const other = {
      ...testOrganization,
      name: "Other",
      members: [{ name: "Otto", email: "otto@other.test", role: "Admin" as const }],
    };
    two = await startTestCloud({ seed: [testOrganization, other], ledgers: "in-memory" });
    const organizations = (await two.admin("GET", "/admin/state")).body["organizations"] as unknown as {
      organization_id: string;
    }[];
    const registered = organizations.map(({ organization_id }) =>
      two.admin("POST", "/admin/apps", { organization_id, manifest: app.manifest() }),
    );
    appIds = (await Promise.all(registered)).map(({ body }) => String(body["app_id"]));
  });
  afterEach(() => two.faults.clear());
  afterAll(() => two.remove());

  test("one for things of two of them is for nobody, and refused by the field", async () => {
    const [, instance_id] = two.instanceIds;
    const user_id = two.members.at(-1)?.user_id;
    for (const [fault, field] of [
      [{ fault: "key-revoked", app_id: appIds[0], instance_id }, "instance_id"],
      [{ fault: "launch-denied", app_id: appIds[0], user_id }, "user_id"],
      [{ fault: "launch-denied", instance_id: two.instanceIds[0], user_id }, "user_id"],
    ] as const)
      expect(await two.admin("POST", "/admin/faults", fault), field).toMatchObject({
        status: 422,
        body: { code: "invalid_request", field },
      });
  });

  test("one that is for a thing of one of them is seen and ended by nobody of another, and in its audit log", async () => {
    const { body } = await two.admin("POST", "/admin/faults", { fault: "key-revoked", app_id: appIds[1] });
    const member = await logIn(two, "Admin");
    expect((await member.call("GET", "/api/faults")).body["data"]).toEqual([]);
    const ending = await member.call("DELETE", `/api/faults/${String(body["fault_id"])}`);
    expect(ending.status).toBe(404);
    const whose = String(body["organization_id"]);
    const own = (await two.admin("GET", `/admin/audit?pageSize=1&organization_id=${whose}`)).body["data"];
    expect(own).toMatchObject([{ path: "/admin/faults", status: 201, faults: ["key-revoked"] }]);
    await two.faults.set({ fault: "gateway-401" });
    expect((await member.call("GET", "/api/faults")).body["data"]).toMatchObject([{ organization_id: null }]);
  });
});

test("one for an app that was removed is for nobody", async () => {
  const { app_id } = await cloud.registerApp({ manifest: app.manifest({ name: "Gone" }), url: app.url });
  await cloud.admin("DELETE", `/admin/apps/${app_id}`);
  expect(await set({ fault: "key-revoked", app_id })).toMatchObject({
    status: 422,
    body: { field: "app_id" },
  });
});

test("is over after its number of times, in parallel too, and says how often it struck", async () => {
  const { body } = await set({ fault: "key-revoked", times: 3 });
  const answers = await Promise.all(Array.from({ length: 8 }, alerts));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
  const list = (await cloud.admin("GET", "/admin/faults")).body["data"];
  expect(list).toMatchObject([{ fault_id: body["fault_id"], struck: 3, on: false, times: 3 }]);
});

test("is over after its time, by the Cloud's clock", async () => {
  await set({ fault: "key-revoked", for_seconds: 3600 });
  expect((await alerts()).status).toBe(401);
  const { body } = await cloud.admin("POST", "/admin/clock", { advance_seconds: 3600 });
  expect(Date.parse(String(body["now"]))).toBeGreaterThan(Date.now() + 3_500_000);
  expect((await alerts()).status).toBe(200);
});

test("the clock is never put past the year 9999, after which no two times could be compared", async () => {
  const far = await startTestCloud(withoutLedger);
  const century = 3_155_760_000;
  for (let year = far.clock.now().getUTCFullYear(); year + 100 < 9999; year += 100)
    await far.clock.advance(century);
  expect(await far.admin("POST", "/admin/clock", { advance_seconds: century })).toMatchObject({
    status: 422,
    body: { code: "invalid_request", field: "advance_seconds" },
  });
  expect(
    (await far.admin("POST", "/admin/faults", { fault: "key-revoked", for_seconds: 1 })).body,
  ).toMatchObject({
    ends_at: expect.stringMatching(/^99/),
  });
  await far.remove();
});

test("every answer of the API is dated by the Cloud's clock, a refusal too", async () => {
  const ahead = async () => (await cloud.clock.advance(3600)).getTime();
  const dated = async () => Date.parse((await alerts()).headers.get("date") ?? "");
  // A date has whole seconds.
  const [earliest, date] = [await ahead(), await dated()];
  expect(date).toBeGreaterThan(earliest - 1000);
  await set({ fault: "key-revoked" });
  const [later, refused] = [await ahead(), await dated()];
  expect(refused).toBeGreaterThan(later - 1000);
});

test("one is cleared by its id, an unknown one is not found, all go together", async () => {
  const { body } = await set({ fault: "gateway-401" });
  await set({ fault: "key-revoked" });
  expect((await alerts()).headers.get("content-type")).toContain("text/html");
  const cleared = await cloud.admin("DELETE", `/admin/faults/${String(body["fault_id"])}`);
  expect(cleared).toMatchObject({ status: 200, body: { cleared: 1 } });
  expect((await alerts()).body).toMatchObject({ code: "key_revoked" });
  expect((await cloud.admin("DELETE", "/admin/faults/flt_unknown")).status).toBe(404);
  expect((await cloud.admin("DELETE", "/admin/faults")).body).toMatchObject({ cleared: 1 });
  expect((await alerts()).status).toBe(200);
});

test("setting and striking stand in the audit log", async () => {
  await set({ fault: "key-revoked" });
  await alerts();
  const { data } = (await cloud.admin("GET", "/admin/audit?pageSize=2")).body as unknown as {
    data: object[];
  };
  expect(data).toMatchObject([
    { path: "/alerts", status: 401, faults: ["key-revoked"] },
    { path: "/admin/faults", method: "POST", faults: ["key-revoked"] },
  ]);
});

test("what is on is on after a restart, counts and all", async () => {
  const first = await startTestCloud(withoutLedger);
  await first.admin("POST", "/admin/faults", { fault: "gateway-401", times: 5 });
  await first.clock.advance(100_000);
  await first.close();
  const second = await startTestCloud(withoutLedger, first.directory);
  expect(second.faults.list()).toMatchObject([{ fault: "gateway-401", times: 5, struck: 0, on: true }]);
  expect(second.clock.now().getTime()).toBeGreaterThan(Date.now() + 99_000_000);
  await second.remove();
});

describe("launch-denied", () => {
  const launch = (userId: string) =>
    cloud.admin("POST", `/admin/installations/${installedAppId}/launch`, { user_id: userId });

  test("refuses this member's launches and nobody else's", async () => {
    const [denied, other] = cloud.members.map(({ user_id }) => user_id);
    await set({ fault: "launch-denied", user_id: denied });
    expect(await launch(denied ?? "")).toMatchObject({ status: 403, body: { code: "launch_access" } });
    expect((await launch(other ?? "")).status).toBe(200);
    const { data } = (await cloud.admin("GET", "/admin/audit?status=403&pageSize=1")).body as unknown as {
      data: object[];
    };
    expect(data).toMatchObject([{ faults: ["launch-denied"] }]);
  });

  test("the member's page learns it while his panel is open", async () => {
    const member = await logIn(cloud, "Analyst");
    const launchable = async () => {
      const { body } = await member.call("GET", `/api/apps?instance_id=${cloud.instanceIds[0]}`);
      const [first] = body["data"] as unknown as { installation: { launch: object } }[];
      return first?.installation.launch;
    };
    expect(await launchable()).toEqual({ allowed: true, reason: null });
    await set({ fault: "launch-denied", user_id: member.userId });
    expect(await launchable()).toEqual({ allowed: false, reason: expect.stringContaining("taken away") });
    expect(cloud.faults.list()[0]?.struck).toBe(0);
  });
});

test("sessions-expired: log-ins end at once, and whoever logs in again stays", async () => {
  const before = await logIn(cloud, "Admin");
  expect((await before.call("GET", "/api/session")).status).toBe(200);
  await cloud.clock.advance(1);
  await set({ fault: "sessions-expired" });
  expect(await before.call("GET", "/api/session")).toMatchObject({
    status: 401,
    body: { code: "not_logged_in" },
  });
  await cloud.clock.advance(1);
  const after = await logIn(cloud, "Admin");
  expect((await after.call("GET", "/api/session")).status).toBe(200);
});
