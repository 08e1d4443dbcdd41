/**
 * A fuzzer that reads the OpenAPI documents of the Cloud API, the admin API and the Dashboard API and sends what they
 * describe, whole and spoiled: nothing may come of it that is a fault of the Cloud's. `ANNEX_FUZZ_RUNS=500` sends so
 * many requests to each operation, other ones each time; `ANNEX_FUZZ_SEED` repeats a run.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type JsonSchema, valuesOf } from "../testing/schema-values.ts";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { type Answer, startTestCloud, type TestCloud, testOrganization } from "../testing/test-cloud.ts";
import { logIn, type TestMember } from "../testing/test-dashboard.ts";

const runs = Number(process.env["ANNEX_FUZZ_RUNS"] ?? 3);
const seed = Number(process.env["ANNEX_FUZZ_SEED"] ?? (runs > 3 ? Date.now() : 1));

type Parameter = { readonly name: string; readonly in: "path" | "query"; readonly schema: JsonSchema };
type Operation = {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly schema: JsonSchema } };
  };
};
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

let cloud: TestCloud;
let app: TestApp;
let member: TestMember;
let key: string;
let known: readonly string[];

beforeAll(async () => {
  cloud = await startTestCloud({
    seed: [testOrganization],
    ledgers: "in-memory",
    settings: { rate_limit_per_minute: 1_000_000_000 },
  });
  app = await startTestApp();
  member = await logIn(cloud, "Admin");
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  const installed = await cloud.admin("POST", "/admin/installations", { app_id, instance_id: here() });
  key = String(app.received[0]?.body["api_key"]);
  const ledger = await write("/proxy/ledgers", { name: "Fuzzed" });
  const balance = await write("/proxy/balances", { ledger_id: ledger["ledger_id"], currency: "USD" });
  const transaction = await write("/proxy/transactions", {
    amount: 1,
    currency: "USD",
    reference: "fuzzed",
    description: "d",
    source: "@World",
    destination: balance["balance_id"],
    allow_overdraft: true,
    skip_queue: true,
  });
  const made = [ledger["ledger_id"], balance["balance_id"], transaction["transaction_id"]];
  const { delivery_id, installed_app_id } = installed.body;
  known = [app_id, here(), delivery_id, installed_app_id, member.userId, ...made, "USD", "@World"].map(
    String,
  );
}, 120_000);
afterAll(async () => {
  await cloud?.remove();
  await app?.close();
});

const here = () => cloud.instanceIds[0] ?? "";
const write = async (path: string, body: unknown) =>
  (await cloud.api(key, "POST", `${path}?instance_id=${here()}`, body)).body;

/** What would end the run for all that comes after it, or makes faults on purpose. */
const apart = new Set([
  "DELETE /admin/installations/{id}",
  "DELETE /api/installations/{id}",
  "POST /api/logout",
  "GET /admin/events",
  "GET /api/events",
  "POST /admin/clock",
  "POST /api/clock",
]);

type Doors = readonly (readonly [name: string, document: string, send: Send])[];
type Send = (method: string, path: string, body: unknown) => Promise<Answer>;

const doors: Doors = [
  ["Cloud API", "/admin/cloud-openapi.json", (method, path, body) => cloud.api(key, method, path, body)],
  ["admin API", "/admin/openapi.json", (method, path, body) => cloud.admin(method, path, body)],
  ["Dashboard API", "/api/openapi.json", (method, path, body) => member.call(method, path, body)],
];

test.each(doors)(
  "%s",
  async (_name, document, send) => {
    const { paths } = (await cloud.admin("GET", document)).body as unknown as Document;
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    );
    expect(operations.length).toBeGreaterThan(20);
    for (const { method, path, operation } of operations) {
      if (apart.has(`${method} ${path}`)) continue;
      for (const request of fc.sample(requestsFor(path, operation), { numRuns: runs, seed })) {
        const answer = await send(method, request.target, request.body);
        expect(faultIn(answer, path), `seed ${seed}: ${method} ${JSON.stringify(request)}`).toBeUndefined();
      }
      if (changesTheDay.test(path)) await ordinaryDay();
    }
  },
  60_000 * runs,
);

const changesTheDay = /\/(faults|settings|instances)/;

/** Takes back what a request may have done rightly: a fault that was set, a limit, an instance stopped. */
async function ordinaryDay(): Promise<void> {
  await cloud.faults.clear();
  await cloud.changeSettings({
    rate_limit_per_minute: 1_000_000_000,
    delivery_timeout_seconds: 10,
    edition: "guide",
  });
  await cloud.admin("PATCH", `/admin/instances/${here()}`, { state: "running" });
}

/** Statuses of what the caller can mend: each names where. */
const mendable = new Set([400, 413, 422]);

/** What is wrong with an answer. A 500 that Core itself gives is passed on by the Proxy; a fault of the ledger is not one. */
function faultIn({ status, text, body }: Answer, path: string): string | undefined {
  if (mendable.has(status) && body["field"] === undefined && !("error_detail" in body))
    return `${status} without a field: ${text}`;
  if (status < 500) return /node:internal|\.ts:\d+|at async /.test(text) ? `a stack: ${text}` : undefined;
  const coresOwn = path.startsWith("/proxy/") && (text === "" || "error_detail" in body);
  return coresOwn && !text.includes('"reference":"') ? undefined : `${status}: ${text}`;
}

function requestsFor(path: string, { parameters, requestBody }: Operation) {
  const inPath = parameters.filter((one) => one.in === "path");
  const inQuery = parameters.filter((one) => one.in === "query");
  const values = (list: readonly Parameter[]) =>
    fc.record(Object.fromEntries(list.map(({ name, schema }) => [name, valuesOf(schema, known)])));
  const query = inQuery.map(({ name, schema }) => [
    name,
    name === "instance_id" ? fc.constant(here()) : fc.option(valuesOf(schema, known), { nil: undefined }),
  ]);
  const schema = requestBody?.content["application/json"].schema;
  return fc
    .record({
      inPath: values(inPath),
      inQuery: fc.record(Object.fromEntries(query) as Record<string, fc.Arbitrary<unknown>>),
      body: schema === undefined ? fc.constant(undefined) : valuesOf(schema, known),
    })
    .map((made) => ({ target: targetOf(path, made.inPath, made.inQuery), body: asSent(made.body) }));
}

/** A body that is no object goes out as the JSON text that it is. */
function asSent(body: unknown): unknown {
  return typeof body === "object" && body !== null ? body : body === undefined ? body : JSON.stringify(body);
}

function targetOf(
  path: string,
  inPath: Readonly<Record<string, unknown>>,
  inQuery: Readonly<Record<string, unknown>>,
): string {
  const filled = path.replace(/\{([a-z_]+)\}/g, (_, name: string) => encoded(inPath[name]));
  const query = Object.entries(inQuery).filter(([, value]) => value !== undefined);
  if (query.length === 0) return filled;
  return `${filled}?${query.map(([name, value]) => `${name}=${encoded(value)}`).join("&")}`;
}

function encoded(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // Half a character can't be written in an address.
  return encodeURIComponent(text.toWellFormed()).slice(0, 2000);
}
