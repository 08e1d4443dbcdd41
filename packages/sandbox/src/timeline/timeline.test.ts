/** One click, from the dashboard to the ledger, in one answer; and what is happening, as it happens. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEntry, ownDelivery } from "../http/shapes.ts";
import { answering, startTestApp, type TestApp } from "../testing/test-app.ts";
import { call, startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";
import { startTestCore, type TestCore } from "../testing/test-core.ts";
import { logIn, type TestMember } from "../testing/test-dashboard.ts";
import { readTimeline } from "./timeline.ts";

let cloud: TestCloud;
let app: TestApp;
let core: TestCore;
let member: TestMember;
let installedAppId: string;
let key: string;

beforeAll(async () => {
  core = await startTestCore();
  cloud = await startTestCloud({
    ...withoutLedger,
    core: { url: core.url, databaseUrl: withoutLedger.core.databaseUrl },
  });
  app = await startTestApp();
  member = await logIn(cloud, "Admin");
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  const place = { app_id, instance_id: cloud.instanceIds[0] };
  installedAppId = String(
    (await cloud.admin("POST", "/admin/installations", place)).body["installed_app_id"],
  );
  key = String(app.received[0]?.body["api_key"]);
});
beforeEach(() => {
  core.headers.length = 0;
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
  await core.close();
});

/** An app that posts to the ledger when it is launched, and hands the trace on if it is one that does. */
function posting(handsOn: boolean): TestApp["onPortal"] {
  return async ({ headers }, response) => {
    const trace = handsOn ? { traceparent: String(headers["traceparent"]) } : {};
    const path = `/proxy/transactions?instance_id=${cloud.instanceIds[0]}`;
    await call(cloud.url, "POST", path, { authorization: `Bearer ${key}`, ...trace }, { amount: 1 });
    answering(200, { portal_url: `${app.url}/portal` })({} as never, response);
  };
}

type Step = {
  readonly kind: string;
  readonly matched_by: string;
  readonly call?: Record<string, unknown>;
  readonly delivery?: Record<string, unknown>;
};
const stepsOf = async (query: string) => {
  const { status, body } = await member.call("GET", `/api/timeline?${query}`);
  expect(status).toBe(200);
  return body["data"] as unknown as readonly Step[];
};
const launch = () => member.call("POST", `/api/installations/${installedAppId}/launch`, {});

describe("a launch", () => {
  test("is one trace where the app hands it on: click, request, the app's call, posting", async () => {
    app.onPortal = posting(true);
    const launched = await launch();
    expect(app.received.at(-1)?.headers["traceparent"]).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    const steps = await stepsOf(`request_id=${launched.headers.get("x-request-id")}`);
    expect(steps.map(({ kind, matched_by }) => [kind, matched_by])).toEqual([
      ["call", "trace"],
      ["delivery", "trace"],
      ["call", "trace"],
    ]);
    const [click, sent, posted] = steps;
    expect(click?.call).toMatchObject({
      path: `/api/installations/${installedAppId}/launch`,
      parent_id: null,
    });
    expect(sent?.delivery).toMatchObject({ kind: "portal", parent_id: click?.call?.["span_id"] });
    expect(posted?.call).toMatchObject({
      path: "/proxy/transactions",
      parent_id: sent?.delivery?.["span_id"],
      resource_id: "txn_1",
    });
    const { trace_id, span_id } = posted?.call ?? {};
    expect(core.headers[0]?.["traceparent"]).toBe(`00-${String(trace_id)}-${String(span_id)}-01`);
    expect(await stepsOf(`trace_id=${String(trace_id)}`)).toEqual(steps);
    expect(await stepsOf(`delivery_id=${String(launched.body["delivery_id"])}`)).toEqual(steps);
  });

  test("is put together by key and time where the app does not", async () => {
    await cloud.clock.advance(60);
    app.onPortal = posting(false);
    const launched = await launch();
    const steps = await stepsOf(`delivery_id=${String(launched.body["delivery_id"])}`);
    expect(steps.map(({ kind, matched_by }) => [kind, matched_by])).toEqual([
      ["call", "trace"],
      ["delivery", "trace"],
      ["call", "key_and_time"],
    ]);
    expect(core.headers[0]?.["traceparent"]).toBeUndefined();
  });

  test("of somebody else's organization is not found, nor what never was", async () => {
    for (const query of ["trace_id=0123", "request_id=req_unknown", "delivery_id=dlv_unknown"])
      expect((await member.call("GET", `/api/timeline?${query}`)).status, query).toBe(404);
    expect(await member.call("GET", "/api/timeline")).toMatchObject({
      status: 400,
      body: { field: "trace_id" },
    });
  });
});

test("what caused something stands before it, though a call's beginning is reckoned to come a moment later", async () => {
  const at = (millisecond: number) => new Date(Date.UTC(2026, 10, 28, 9, 0, 0, millisecond)).toISOString();
  const own = { trace_id: "trace", organization_id: null };
  const click = { ...own, span_id: "click", parent_id: null, time: at(20), duration_ms: 8 };
  const posted = { ...own, span_id: "post", parent_id: "sent", time: at(15), duration_ms: 4.4 };
  const sent = { ...own, span_id: "sent", parent_id: "click", sent_at: at(11), delivery_id: "dlv_1" };
  const astray = ["one", "other"].map((span, index, spans) => ({
    ...own,
    span_id: span,
    parent_id: spans[1 - index],
    time: at(30 + index),
    duration_ms: 0,
  }));
  const parts = {
    audit: { ofTrace: async () => [posted, click, ...astray], untraced: async () => [] },
    deliveries: { ofTrace: async () => [sent] },
  };
  const { steps } = await readTimeline(parts as never, { traceId: "trace" });
  expect(steps.map((step) => (step.kind === "call" ? step.call : step.delivery).span_id)).toEqual([
    "click",
    "sent",
    "post",
    "one",
    "other",
  ]);
});

describe("a bad day shows in the time line, by the name of its fault", () => {
  const set = (fault: string, values: object) =>
    cloud.admin("POST", "/admin/faults", { fault, installed_app_id: installedAppId, ...values });
  const launchedSteps = async () => {
    const launched = await launch();
    return stepsOf(`request_id=${launched.headers.get("x-request-id")}`);
  };
  beforeEach(() => async () => {
    await cloud.faults.clear();
  });

  test.each([
    ["delivery-answer-lost", {}, 1],
    ["delivery-twice", { copies: 2 }, 2],
    ["delivery-parallel", { copies: 3 }, 3],
    ["delivery-field", { field: "user_id", remove: true }, 1],
  ])("%s at the request to the app, with each time it was sent", async (fault, values, times) => {
    app.onPortal = posting(true);
    await set(fault, { ...values, times: 1 });
    const sent = (await launchedSteps()).filter(({ kind }) => kind === "delivery");
    expect(sent.map(({ delivery }) => delivery?.["faults"])).toEqual(Array(times).fill([fault]));
  });

  test("delivery-late at the request to the app", async () => {
    app.onPortal = posting(true);
    await set("delivery-late", { seconds: 2, times: 1 });
    const launching = launchedSteps();
    await expect
      .poll(() => cloud.faults.list().map(({ struck }) => struck), { timeout: 30_000 })
      .toEqual([1]);
    await cloud.clock.advance(2);
    const sent = (await launching).find(({ kind }) => kind === "delivery");
    expect(sent?.delivery).toMatchObject({ status: 200, faults: ["delivery-late"] });
  });

  test.each([
    ["key-revoked", {}, 401],
    ["gateway-401", {}, 401],
    ["gateway-status", { status: 500 }, 500],
    ["gateway-rate-limited", { retry_after: 3 }, 429],
    ["gateway-latency", { milliseconds: 1 }, 201],
    ["instance-stopped", {}, 503],
  ])("%s at the app's call", async (fault, values, status) => {
    app.onPortal = posting(true);
    await set(fault, values);
    const calls = (await launchedSteps()).filter(
      ({ call: made }) => made?.["path"] === "/proxy/transactions",
    );
    expect(calls.map(({ call: made }) => [made?.["status"], made?.["faults"]])).toEqual([[status, [fault]]]);
  });

  test("launch-denied at the click, and nothing after it", async () => {
    await set("launch-denied", { user_id: member.userId });
    const steps = await launchedSteps();
    expect(steps.map(({ call: made }) => [made?.["status"], made?.["code"]])).toEqual([
      [403, "launch_access"],
    ]);
  });
});

describe("a refused call", () => {
  test("has its bodies beside it, secrets masked; one that succeeded has not", async () => {
    const path = `/proxy/nothing?instance_id=${cloud.instanceIds[0]}`;
    const body = { name: "Ada", password: "hunter2", key };
    await cloud.api(key, "POST", `/alerts/flag/nonsense`, body);
    await cloud.api(key, "GET", path);
    await cloud.api(key, "GET", "/alerts");
    const { data } = (await cloud.admin("GET", `/admin/audit?actor=${installedAppId}&pageSize=3`))
      .body as unknown as {
      data: Record<string, string | null>[];
    };
    const [alerts, nothing, flagged] = data;
    expect(alerts).toMatchObject({ status: 200, request_body: null, response_body: null });
    expect(nothing?.["response_body"]).toContain("not_found");
    expect(flagged?.["request_body"]).toContain("Ada");
    expect(JSON.stringify(data)).not.toContain("hunter2");
    expect(JSON.stringify(data)).not.toContain(key);
  });
});

describe("the audit log", () => {
  test("is asked by request, by time and by trace", async () => {
    const before = cloud.clock.now().toISOString();
    await cloud.clock.advance(10);
    const { headers } = await cloud.api(key, "GET", "/alerts");
    const after = cloud.clock.now().toISOString();
    const audit = async (query: string) => (await cloud.admin("GET", `/admin/audit?${query}`)).body;
    const id = headers.get("x-request-id") ?? "";
    expect(await audit(`request_id=${id}`)).toMatchObject({ total: 1, data: [{ request_id: id }] });
    expect(await audit(`from=${before}&to=${after}`)).toMatchObject({ data: [{ request_id: id }] });
    expect((await audit(`from=${before}&to=${before}`))["total"]).toBeLessThanOrEqual(1);
    expect((await cloud.admin("GET", "/admin/audit?from=yesterday")).body).toMatchObject({ field: "from" });
  });
});

describe("the live view", () => {
  /** Reads events until so many have come. */
  async function events(path: string, headers: Record<string, string>, count: number): Promise<string[]> {
    const stop = new AbortController();
    const response = await fetch(`${cloud.url}${path}`, { headers, signal: stop.signal });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    void launch();
    const found: string[] = [];
    let text = "";
    for await (const part of response.body ?? []) {
      text += Buffer.from(part).toString();
      const whole = text.split("\n\n").slice(0, -1);
      found.splice(0, found.length, ...whole.filter((event) => event.startsWith("event:")));
      if (found.length >= count) break;
    }
    stop.abort();
    return found;
  }

  test("tells calls and deliveries as they happen, to the page and to a program", async () => {
    app.onPortal = posting(true);
    const admin = await events("/admin/events", { authorization: `Bearer ${cloud.adminToken}` }, 3);
    expect(admin.map((event) => event.split("\n")[0])).toEqual([
      "event: call",
      "event: delivery",
      "event: call",
    ]);
    expect(admin[1]).toContain('"status":200');
    const page = await events("/api/events", member.headers, 3);
    expect(page).toHaveLength(3);
    expect(JSON.stringify([admin, page])).not.toContain(key);
  });

  test("tells each as its log shows it, so that the page can show it the same", async () => {
    app.onPortal = posting(true);
    const shapes = { call: auditEntry, delivery: ownDelivery };
    for (const [path, headers] of [
      ["/admin/events", { authorization: `Bearer ${cloud.adminToken}` }],
      ["/api/events", member.headers],
    ] as const) {
      for (const event of await events(path, headers, 3)) {
        const [, kind, data] = /^event: (call|delivery)\ndata: (.*)$/.exec(event) ?? [];
        expect(
          shapes[kind as "call" | "delivery"].safeParse(JSON.parse(data ?? "")).error,
          event,
        ).toBeUndefined();
      }
    }
  });

  test("ends with the Cloud", async () => {
    const other = await startTestCloud(withoutLedger);
    const headers = { authorization: `Bearer ${other.adminToken}` };
    const response = await fetch(`${other.url}/admin/events`, { headers });
    const read = response.text();
    await other.remove();
    expect(await read).toContain(": listening");
  });
});
