/** What nobody should send, to every route there is: a clear refusal, nothing stored, and the process lives. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import {
  type Answer,
  call,
  startTestCloud,
  type TestCloud,
  testOrganization,
} from "../testing/test-cloud.ts";
import { logIn, type TestMember } from "../testing/test-dashboard.ts";

const mebibyte = 1024 * 1024;
const requestsEach = 120_000;

let cloud: TestCloud;
let app: TestApp;
let member: TestMember;
let key: string;

beforeAll(async () => {
  cloud = await startTestCloud({ seed: [testOrganization] });
  app = await startTestApp();
  member = await logIn(cloud, "Admin");
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  await cloud.admin("POST", "/admin/installations", { app_id, instance_id: cloud.instanceIds[0] });
  key = String(app.received[0]?.body["api_key"]);
}, 240_000);
afterAll(async () => {
  await cloud?.remove();
  await app?.close();
});

/** A door of the Cloud's own, which answers a HEAD as the GET it stands for. The Cloud API has no HEAD, as Core has none. */
const isOwnDoor = (path: string) => /^\/(admin|api)\//.test(path);

/** A route's path with an id in every open place, and the instance where it is asked for. */
function concrete(path: string): string {
  const filled = path
    .replace("/instances/:id", `/instances/${cloud.instanceIds[0]}`)
    .replace(/:[a-z]+/g, "txn_unknown");
  const parted = filled.includes("?") ? "&" : "?";
  return isOwnDoor(path) ? filled : `${filled}${parted}instance_id=${cloud.instanceIds[0]}`;
}

/** A call by the caller whom the route is for. */
function allowed(method: string, path: string, body?: unknown): Promise<Answer> {
  if (path.startsWith("/admin/")) return cloud.admin(method, concrete(path), body);
  if (path.startsWith("/api/")) return member.call(method, concrete(path), body);
  return cloud.api(key, method, concrete(path), body);
}

/** Logging out and clearing all faults take no body and have nothing to refuse. */
const nothingToRefuse = new Set(["POST /api/logout", "DELETE /admin/faults"]);
/** A live view goes on until who looks goes away; timeline.test.ts looks at it. */
const goesOn = new Set(["/admin/events", "/api/events"]);
const changing = () =>
  cloud.routes.filter(({ method, path }) => method !== "GET" && !nothingToRefuse.has(`${method} ${path}`));

function isRoute(method: string, path: string): boolean {
  const pattern = (open: string) => new RegExp(`^${open.replace(/:[a-z]+/g, "[^/]+")}$`);
  return cloud.routes.some((route) => route.method === method && pattern(route.path).test(path));
}

async function stored(): Promise<unknown> {
  const { organizations, apps, installations, instances } = (await cloud.admin("GET", "/admin/state")).body;
  const deliveries = (await cloud.admin("GET", "/admin/deliveries")).body["total"];
  const records = await Promise.all(
    ["ledgers", "balances", "transactions", "identities"].map(
      async (collection) => (await allowed("GET", `/data/${collection}`)).body["total"],
    ),
  );
  const alerts = (await allowed("GET", "/alerts")).body["total"];
  return { organizations, apps, installations, instances, deliveries, records, alerts };
}

function expectClearRefusal(answer: Answer, route: string): void {
  expect(answer.status, `${route}: ${answer.text}`).toBeGreaterThanOrEqual(400);
  expect(answer.status, `${route}: ${answer.text}`).toBeLessThan(500);
  expect(answer.text, route).not.toMatch(/node:internal|\.ts:\d+|at async /);
}

test("the list of routes is the whole of it", () => {
  const prefixes = new Set(cloud.routes.map(({ path }) => path.split("/")[1]));
  expect([...prefixes].toSorted()).toEqual(
    [
      "admin",
      "alerts",
      "api",
      "balances",
      "data",
      "identities",
      "ledger",
      "proxy",
      "reconciliation",
      "transactions",
    ].toSorted(),
  );
  expect(cloud.routes.length).toBeGreaterThan(80);
});

const wrongTypes = {
  app_id: 1,
  instance_id: ["x"],
  organization_id: {},
  manifest: "text",
  granted_permissions: { a: 1 },
  user_id: 7,
  state: 5,
  times: "many",
  parallel: 1,
  email: {},
  password: [],
  code: 1,
  title: 1,
  description: {},
  status: [],
  name: 1,
  ledger_id: {},
  currency: 5,
  amount: "much",
  identity_type: 1,
  identity_id: 3,
  meta_data: "text",
  filters: "none",
  transactions: 5,
  fields: 5,
  upload_id: 1,
  criteria: 1,
  external_transactions: 1,
};

describe("bodies", () => {
  test.each<readonly [string, unknown]>([
    ["malformed JSON", '{"a":'],
    ["no JSON", "\u0000\u0001"],
    ["bytes that are no UTF-8", new Uint8Array([0xff, 0xfe, 0x7b])],
    ["a list", [1]],
    ["a text", '"text"'],
    ["wrong types", wrongTypes],
    ["missing fields", {}],
    [
      "unknown scopes and ids",
      { app_id: "app_x", instance_id: "inst_x", granted_permissions: ["data:delete"] },
    ],
    ["a prototype", '{"__proto__":{"state":"stopped"},"constructor":1,"first_name":2}'],
  ])(
    "%s",
    async (_name, body) => {
      const before = await stored();
      for (const { method, path } of changing()) {
        const route = `${method} ${path}`;
        // Core wants no field at all of an identity: an empty object is one.
        if (route === "POST /proxy/identities" && typeof body !== "string" && body !== wrongTypes) continue;
        const answer = await allowed(method, path, body);
        // A search without filters finds everything; it stores nothing.
        if (path.endsWith("/filter") && answer.status === 200) continue;
        expectClearRefusal(answer, route);
      }
      expect(await stored()).toEqual(before);
    },
    requestsEach,
  );

  test(
    "ten megabytes",
    async () => {
      const before = await stored();
      const large = `{"a":"${"x".repeat(10 * mebibyte)}"}`;
      for (const { method, path } of changing()) {
        const answer = await allowed(method, path, large);
        // A file may be as large; and what no app may do is refused before its body is read.
        const wanted = path.endsWith("/upload") ? 400 : path.startsWith("/alerts/statuses") ? 403 : 413;
        expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 200)}`).toBe(wanted);
      }
      expect(await stored()).toEqual(before);
    },
    requestsEach,
  );

  test("a body whose length is not announced is counted", async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(mebibyte)),
    });
    const headers = { authorization: `Bearer ${cloud.adminToken}` };
    const sent = fetch(`${cloud.url}/admin/apps`, {
      method: "POST",
      headers,
      body: stream,
      duplex: "half",
    } as RequestInit);
    // The refusal may come as an answer or, since the sending never ends, as a closed connection.
    const answer = await sent.catch(() => undefined);
    if (answer !== undefined) expect(answer.status).toBe(413);
    expect((await cloud.admin("GET", "/admin/state")).status).toBe(200);
  });
});

test(
  "wrong methods",
  async () => {
    const before = await stored();
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
    for (const path of new Set(cloud.routes.map((route) => route.path))) {
      const known = cloud.routes.filter((route) => route.path === path).map(({ method }) => method);
      for (const method of methods.filter(
        (one) => !known.includes(one) && !(one === "HEAD" && known.includes("GET") && isOwnDoor(path)),
      )) {
        // "filter" and "statuses" can stand where another route has an id.
        if (isRoute(method, path)) continue;
        const answer = await allowed(method, path);
        expect([404, 405], `${method} ${path}`).toContain(answer.status);
        if (answer.status === 405) expect(answer.headers.get("allow")).toBe(known.join(", "));
      }
    }
    expect(await stored()).toEqual(before);
  },
  requestsEach,
);

test(
  "no, wrong, foreign and malformed credentials",
  async () => {
    const before = await stored();
    const wrong: readonly (readonly [string, Record<string, string>])[] = [
      ["none", {}],
      ["an unknown token", { authorization: "Bearer unknown" }],
      ["another scheme", { authorization: `Basic ${key}` }],
      ["an empty token", { authorization: "Bearer " }],
      ["a session of nobody", { "x-annex-dashboard": `${member.headers["x-annex-dashboard"]}x` }],
      ["a session as a cookie", { cookie: `annex_session=${member.headers["x-annex-dashboard"]}` }],
    ];
    for (const { method, path } of cloud.routes) {
      if (path.endsWith("openapi.json") || path === "/api/login" || path === "/api/logout") continue;
      const foreign = path.startsWith("/admin/") ? key : cloud.adminToken;
      const all = [...wrong, ["the other door's token", { authorization: `Bearer ${foreign}` }] as const];
      for (const [name, headers] of all) {
        const answer = await call(cloud.url, method, concrete(path), {
          "x-annex-dashboard": "1",
          ...headers,
        });
        expect(answer.status, `${method} ${path} with ${name}`).toBe(401);
        expect(answer.body["code"]).toMatch(/^(unauthorized|not_logged_in)$/);
      }
    }
    expect(await stored()).toEqual(before);
  },
  requestsEach,
);

test("queries that cannot be", async () => {
  const reading = cloud.routes.filter(({ method, path }) => method === "GET" && !goesOn.has(path));
  for (const { method, path } of reading) {
    const answer = await allowed(method, path);
    expect(answer.status, `${method} ${path}`).toBeLessThan(500);
  }
  for (const query of ["page=0", "page=x", "pageSize=201", "pageSize=-1", "page=1e99", "status=abc"]) {
    const answer = await cloud.admin("GET", `/admin/audit?${query}`);
    expect(answer, query).toMatchObject({
      status: 400,
      body: { code: "invalid_request", field: query.split("=")[0] },
    });
  }
  for (const { path } of reading) {
    if (!(await allowed("GET", path)).text.includes('"total":')) continue;
    for (const name of ["page", "pageSize"])
      for (const notation of ["0x1", "1e1", "%2B1", "%201", "1.0", "0b1", "1_0", "\u0661"]) {
        const answer = await allowed("GET", `${path}?${name}=${notation}`);
        expect(answer, `${path} ${name}=${notation}`).toMatchObject({ status: 400, body: { field: name } });
      }
  }
  for (const { path } of reading) {
    // Lists of records read their conditions themselves, and know every field there is.
    const answer = await (path.startsWith("/admin/") || path.startsWith("/api/")
      ? allowed("GET", `${path}?no_such_filter=1`)
      : undefined);
    if (answer === undefined || answer.status === 404) continue;
    expect(answer, path).toMatchObject({ status: 400, body: { field: "no_such_filter" } });
  }
  for (const path of ["/admin/deliveries", "/admin/installations", "/admin/audit", "/alerts"]) {
    const list = (query: string) =>
      path === "/alerts" ? cloud.api(key, "GET", `${path}${query}`) : cloud.admin("GET", `${path}${query}`);
    const { total } = (await list("")).body;
    // As the doors write them: a parameter that holds nothing asks for nothing.
    for (const name of [
      "page",
      "pageSize",
      "status",
      "kind",
      "installed_app_id",
      "app_id",
      "instance_id",
      "from",
    ]) {
      const answer = await list(`?${name}=`);
      if (answer.text.includes("is no parameter") || answer.body["code"] === "instance_id_required") continue;
      // The audit log of a list that is read grows by what is refused alone.
      expect(answer, `${path}?${name}=`).toMatchObject({
        status: 200,
        body: path === "/admin/audit" ? {} : { total },
      });
    }
  }
  expect(await cloud.admin("GET", "/admin/audit?status=500&status=404")).toMatchObject({
    status: 400,
    body: { code: "invalid_request", field: "status" },
  });
  const hostile = ["/data/ledgers/%00", "/data/ledgers/%", "/data/ledgers/%27%3B--", "/%00", "/%E0%A4%A"];
  for (const path of hostile) {
    const answer = await cloud.api(key, "GET", `${path}?instance_id=${cloud.instanceIds[0]}`);
    expect(answer.status, path).toBe(404);
  }
});
