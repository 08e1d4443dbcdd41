/** Contract section 8 over real ledgers: two instances, one app installed in both. */
import { readFileSync } from "node:fs";
import { scopes } from "@annex/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { type Answer, call, startTestCloud, type TestCloud } from "../testing/test-cloud.ts";
import { logIn } from "../testing/test-dashboard.ts";
import { gatewayRoutes } from "./index.ts";

let cloud: TestCloud;
let app: TestApp;
let appId: string;
let first: string;
let second: string;
let key: string;
let otherKey: string;

async function installIn(
  instanceId: string,
  granted?: readonly string[],
  name = "Test App",
): Promise<string> {
  const manifest = app.manifest({ name });
  const registered = await cloud.registerApp({ manifest, url: app.url });
  appId = registered.app_id;
  const place = { app_id: appId, instance_id: instanceId, ...(granted && { granted_permissions: granted }) };
  const answer = await cloud.admin("POST", "/admin/installations", place);
  expect(answer.status).toBe(201);
  return String(app.received.at(-1)?.body["api_key"]);
}

beforeAll(async () => {
  cloud = await startTestCloud();
  app = await startTestApp();
  [first = "", second = ""] = cloud.instanceIds;
  key = await installIn(first);
  otherKey = await installIn(second);
  // Two fresh ledgers: seconds on an idle machine, more beside other suites.
}, 240_000);
afterAll(async () => {
  await cloud?.remove();
  await app?.close();
});

const within = (instanceId: string) => (path: string) =>
  `${path}${path.includes("?") ? "&" : "?"}instance_id=${instanceId}`;
const here = (path: string) => within(first)(path);
const post = (path: string, body: unknown) => cloud.api(key, "POST", here(path), body);
const get = (path: string) => cloud.api(key, "GET", here(path));

/** Where the instances' own Cores listen, by the run file. */
function addresses(): Record<string, string> {
  const runFile = JSON.parse(readFileSync(cloud.runFile, "utf8")) as RunFile;
  return runFile.ledger.instances;
}
type RunFile = { readonly ledger: { readonly instances: Record<string, string> } };

async function newBalance(currency = "USD"): Promise<string> {
  const ledger = await post("/proxy/ledgers", { name: "Customers" });
  const balance = await post("/proxy/balances", { ledger_id: ledger.body["ledger_id"], currency });
  return String(balance.body["balance_id"]);
}

describe("Proxy", () => {
  test("passes on to Core, with its status and body", async () => {
    const created = await post("/proxy/ledgers", { name: "Main", meta_data: { app: { n: 1 } } });
    expect(created).toMatchObject({ status: 201, body: { name: "Main" } });
    const read = await get(`/proxy/ledgers/${String(created.body["ledger_id"])}`);
    expect(read).toMatchObject({ status: 200, body: { ledger_id: created.body["ledger_id"] } });
    const refused = await post("/proxy/ledgers", {});
    expect(refused.status).toBe(400);
    expect(refused.body["error_detail"]).toBeDefined();
    expect(created.headers.get("content-type")).toBe("application/json; charset=utf-8");
  });

  test("adds precision and reference where they are missing, and digits stay as they were sent", async () => {
    const destination = await newBalance();
    const head = `"currency":"USD","source":"@World","destination":"${destination}","description":"d","allow_overdraft":true,"skip_queue":true`;
    const added = await cloud.api(key, "POST", here("/proxy/transactions"), `{"amount":12.34,${head}}`);
    expect(added).toMatchObject({ status: 201, body: { precision: 100, precise_amount: 1234 } });
    expect(added.body["reference"]).toMatch(/^ref_/);
    const exact = `{"precise_amount":90071992547409931234, ${head}, "precision": 1000, "reference":"mine"}`;
    const kept = await cloud.api(key, "POST", here("/proxy/transactions"), exact);
    expect(kept.body).toMatchObject({ reference: "mine", precision: 1000 });
    expect(kept.text).toContain('"precise_amount":90071992547409931234');
  });

  test("refuses what is not on its list", async () => {
    const unknown: readonly (readonly [string, string])[] = [
      ["DELETE", "/proxy/ledgers/ldg_1"],
      ["GET", "/proxy/nothing"],
      ["GET", "/proxy"],
      ["PUT", "/proxy/ledgers/ldg_1"],
      ["POST", "/proxy/transactions/inflight/bulk/commit"],
      ["GET", "/proxy/ledgers/"],
    ];
    for (const [method, path] of unknown) {
      expect(await cloud.api(key, method, here(path))).toMatchObject({
        status: 404,
        body: { code: "not_found" },
      });
    }
  });

  test("takes an upload as it is", async () => {
    const form = [
      "--edge",
      'Content-Disposition: form-data; name="source"',
      "",
      "Bank",
      "--edge",
      'Content-Disposition: form-data; name="file"; filename="rows.csv"',
      "Content-Type: text/csv",
      "",
      "id,amount,reference,currency,description,date",
      "e1,10,r1,USD,Zürich,2026-01-01T00:00:00Z",
      "--edge--",
      "",
    ].join("\r\n");
    const answer = await fetch(`${cloud.url}${here("/proxy/reconciliation/upload")}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "multipart/form-data; boundary=edge" },
      body: form,
    });
    expect(await answer.json()).toMatchObject({ record_count: 1, source: "Bank" });
  });
});

describe("Data and Filters", () => {
  test("list with filters, and give one record", async () => {
    await post("/proxy/ledgers", { name: "Filtered" });
    const list = await get("/data/ledgers?name_eq=Filtered&pageSize=5");
    const [ledger] = list.body["data"] as unknown as Record<string, unknown>[];
    expect(list.body).toMatchObject({ total: 1 });
    const one = await get(`/data/ledgers/${String(ledger?.["ledger_id"])}`);
    expect(one).toMatchObject({ status: 200, body: { name: "Filtered" } });
    expect(await get("/data/ledgers/ldg_unknown")).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
    const filters = [{ field: "name", operator: "eq", value: "Filtered" }];
    expect(await post("/ledger/filter", { filters })).toMatchObject({ status: 200, body: { total: 1 } });
    const stats = await post("/transactions/filter?strict_total=true", { filters: [] });
    expect(stats.body).toMatchObject({ stats: {}, total_is_estimate: false, total_source: "exact" });
  });

  test("name the field of a filter that cannot be", async () => {
    const answer = await get("/data/balances?nonsense_eq=1");
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body["field"]).toContain("nonsense");
    expect(await post("/ledger/filter", "{")).toMatchObject({
      status: 400,
      body: { code: "malformed_json" },
    });
  });
});

type SeenAlert = { readonly anomaly_id: string; readonly history: readonly unknown[] };

describe("Alerts", () => {
  test("flag, read, list and change", async () => {
    const balanceId = await newBalance();
    const flagged = await post(`/alerts/flag/${balanceId}`, { title: "Odd", description: "Look at it" });
    const alert = {
      anomaly_id: expect.stringMatching(/^ano_/),
      title: "Odd",
      description: "Look at it",
      type: "Balance",
      assigned_to: null,
      escalated_to: [],
      status: "FLAGGED",
      created_at: expect.any(String),
      updated_at: expect.any(String),
      affected_balances: [balanceId],
      affected_identities: [],
      affected_transactions: [],
    };
    expect(flagged.body).toEqual(alert);
    const id = String(flagged.body["anomaly_id"]);
    expect((await cloud.api(key, "GET", `/alerts/${id}`)).body).toEqual(alert);
    const changed = await cloud.api(key, "PUT", `/alerts/flag/${id}`, { status: "INVESTIGATING" });
    expect(changed.body).toMatchObject({ status: "INVESTIGATING", title: "Odd" });
    expect((await cloud.api(key, "GET", "/alerts?status=INVESTIGATING")).body["total"]).toBe(1);
    expect(await cloud.api(otherKey, "GET", `/alerts/${id}`)).toMatchObject({ status: 404 });
    expect(await cloud.api(otherKey, "PUT", `/alerts/flag/${id}`, { title: "x" })).toMatchObject({
      status: 404,
    });
    expect(
      await cloud.api(otherKey, "POST", `/alerts/flag/${balanceId}`, { description: "x" }),
    ).toMatchObject({
      status: 404,
    });
  });

  test("members set several to a status at once, all or none; each says who raised and who changed it", async () => {
    const balanceId = await newBalance();
    const ids: string[] = [];
    for (const title of ["One", "Two"])
      ids.push(
        String((await post(`/alerts/flag/${balanceId}`, { title, description: "d" })).body["anomaly_id"]),
      );
    const member = await logIn(cloud, "Admin");
    const path = `/api/instances/${first}/alerts`;
    const put = (anomaly_ids: readonly string[], status: string) =>
      member.call("PUT", path, { anomaly_ids, status });
    const seen = async () => {
      const { data } = (await member.call("GET", path)).body as unknown as { data: SeenAlert[] };
      return data.filter(({ anomaly_id }) => ids.includes(anomaly_id));
    };

    expect(await put([...ids, "ano_unknown"], "RESOLVED")).toMatchObject({ status: 404 });
    expect(await put(ids, "GONE")).toMatchObject({ status: 422, body: { field: "status" } });
    const raised = { by: { app_name: "Test App" }, status: "FLAGGED", changed: ["flagged"] };
    expect(await seen()).toMatchObject([{ history: [raised] }, { history: [raised] }]);

    expect(await put(ids, "RESOLVED")).toMatchObject({ status: 200 });
    // Set to what it is already: nothing happened, and so nothing is added.
    expect(await put(ids, "RESOLVED")).toMatchObject({ status: 200 });
    const name = cloud.members.find(({ role }) => role === "Admin")?.name;
    const changed = {
      by: { user_id: member.userId, user_name: name },
      status: "RESOLVED",
      changed: ["status"],
    };
    for (const alert of await seen()) {
      expect(alert).toMatchObject({ status: "RESOLVED", history: [raised, changed] });
      expect(alert.history).toHaveLength(2);
    }
  });

  test.each([
    ["an unknown status", "PUT", { status: "GONE" }, "status"],
    ["nothing to change", "PUT", {}, "body"],
    ["no description", "POST", { title: "x" }, "description"],
  ])("name the field of %s", async (_name, method, body, field) => {
    const balanceId = await newBalance();
    const flagged = await post(`/alerts/flag/${balanceId}`, { description: "d" });
    const id = method === "PUT" ? String(flagged.body["anomaly_id"]) : balanceId;
    expect(await cloud.api(key, method, `/alerts/flag/${id}`, body)).toMatchObject({
      status: 422,
      body: { field },
    });
  });

  test("statuses are read, not written, by an app", async () => {
    const statuses = await cloud.api(key, "GET", "/alerts/statuses");
    const data = statuses.body["data"] as unknown as Record<string, string>[];
    expect(data.map((status) => status["key"])).toEqual(["FLAGGED", "INVESTIGATING", "RESOLVED"]);
    expect(Object.keys(data[0] ?? {}).toSorted()).toEqual(
      ["colour", "created_at", "key", "name", "organization_id", "updated_at"].toSorted(),
    );
    expect(statuses.body["allowed_colours"]).toHaveLength(15);
    expect(await cloud.api(key, "POST", "/alerts/statuses", { key: "X" })).toMatchObject({ status: 403 });
  });
});

describe("refusals", () => {
  const code = (answer: Answer) => [answer.status, answer.body["code"]];

  test("no or unknown key", async () => {
    const { url } = cloud;
    expect(code(await cloud.api("blnk_unknown", "GET", here("/data/ledgers")))).toEqual([
      401,
      "unauthorized",
    ]);
    expect((await fetch(`${url}${here("/data/ledgers")}`)).status).toBe(401);
  });

  test("a scope that was not granted is named, on every route", async () => {
    const narrow = await installIn(first, [], "Nothing Granted");
    for (const route of gatewayRoutes) {
      const answer = await cloud.api(narrow, route.method, here(route.path.replace(/:[a-z]+/g, "txn_1")));
      expect(answer).toMatchObject({
        status: 403,
        body: { code: "missing_scope", required_scope: route.scope },
      });
      expect(scopes).toContain(route.scope);
    }
  });

  test("the instance must be named, and be the key's own, wherever Core's data is", async () => {
    const routes = gatewayRoutes.filter((route) => route.instanceRequired);
    expect(routes.every(({ path }) => !path.startsWith("/alerts"))).toBe(true);
    for (const { method, path } of routes) {
      const concrete = path.replace(/:[a-z]+/g, "txn_1");
      expect(code(await cloud.api(key, method, concrete))).toEqual([400, "instance_id_required"]);
      expect(code(await cloud.api(key, method, within(second)(concrete)))).toEqual([
        403,
        "instance_mismatch",
      ]);
    }
    expect(code(await cloud.api(key, "GET", within(second)("/alerts")))).toEqual([403, "instance_mismatch"]);
    const both = `/data/ledgers?instance_id=${first}&instance_id=${second}`;
    expect(code(await cloud.api(key, "GET", both))).toEqual([403, "instance_mismatch"]);
  });

  test("a revoked key", async () => {
    const doomed = await installIn(first, undefined, "Doomed");
    const id = app.received.at(-1)?.body["installed_app_id"];
    expect((await cloud.api(doomed, "GET", here("/data/ledgers"))).status).toBe(200);
    await cloud.admin("DELETE", `/admin/installations/${String(id)}`);
    expect(code(await cloud.api(doomed, "GET", here("/data/ledgers")))).toEqual([401, "key_revoked"]);
  });

  test("a stopped instance, until it runs again with everything it held", async () => {
    const ledger = await cloud.api(otherKey, "POST", within(second)("/proxy/ledgers"), { name: "Kept" });
    const door = addresses()[second] ?? "";
    const ownKey = { "x-blnk-key": cloud.instanceKey(second).reveal() };
    expect((await call(door, "GET", "/ledgers", ownKey)).status).toBe(200);
    expect((await call(door, "GET", "/ledgers")).status).toBe(401);
    const before = await cloud.admin("PATCH", `/admin/instances/${second}`, { state: "stopped" });
    await expect(call(door, "GET", "/ledgers", ownKey)).rejects.toThrow();
    expect(addresses()[second]).toBeUndefined();
    expect(before.body).toMatchObject({ instance_id: second, state: "stopped" });
    for (const path of ["/data/ledgers", "/proxy/ledgers"]) {
      const answer = await cloud.api(otherKey, "GET", within(second)(path));
      expect(code(answer)).toEqual([503, "instance_unavailable"]);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await get("/data/ledgers")).status).toBe(200);
    await cloud.admin("PATCH", `/admin/instances/${second}`, { state: "running" });
    expect((await call(addresses()[second] ?? "", "GET", "/ledgers", ownKey)).status).toBe(200);
    const path = within(second)(`/data/ledgers/${String(ledger.body["ledger_id"])}`);
    expect(await cloud.api(otherKey, "GET", path)).toMatchObject({ status: 200, body: { name: "Kept" } });
  });

  test("an instance that stops finishes what runs, and refuses the rest", async () => {
    const ask = () => cloud.api(otherKey, "GET", within(second)("/proxy/ledgers"));
    const asked = Array.from({ length: 30 }, ask);
    const stopped = cloud.admin("PATCH", `/admin/instances/${second}`, { state: "stopped" });
    const answers = await Promise.all([...asked, ...Array.from({ length: 30 }, ask)]);
    await stopped;
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect(answers.at(0)?.status).toBe(200);
    await cloud.admin("PATCH", `/admin/instances/${second}`, { state: "running" });
    expect((await ask()).status).toBe(200);
  });

  test("each instance shows its own records only", async () => {
    const mine = await post("/proxy/ledgers", { name: "Mine" });
    const path = `/data/ledgers/${String(mine.body["ledger_id"])}`;
    expect((await cloud.api(otherKey, "GET", within(second)(path))).status).toBe(404);
  });
});

test("every call is in the audit log, allowed or refused, before it is answered", async () => {
  const allowed = await get("/data/identities?email_address_eq=someone%40example.com");
  const refused = await cloud.api(key, "POST", "/proxy/refund-transaction/txn_1");
  const list = await cloud.admin("GET", "/admin/audit?pageSize=2");
  const [last, previous] = list.body["data"] as unknown as Record<string, unknown>[];
  expect(previous).toMatchObject({
    category: "Identities",
    actor: { api_key_prefix: key.slice(0, 8), app_name: "Test App" },
    instance_id: first,
    method: "GET",
    path: "/data/identities",
    status: 200,
    request_id: allowed.headers.get("x-request-id"),
  });
  expect(last).toMatchObject({
    category: "Transactions",
    status: 400,
    code: "instance_id_required",
    request_id: refused.headers.get("x-request-id"),
  });
  expect(list.text).not.toContain("someone");
  expect(list.text).not.toContain(key);
  const filtered = await cloud.admin(
    "GET",
    `/admin/audit?actor=${key.slice(0, 8)}&status=400&category=Transactions`,
  );
  expect(Number(filtered.body["total"])).toBeGreaterThan(0);
});
