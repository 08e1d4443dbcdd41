/**
 * An instance that is somebody's own Core: Proxy over its HTTP API, Data, Filters and Alerts over its
 * PostgreSQL. Contract section 8. A ledger on a PostgreSQL server stands in for the Core.
 */
import { type Ledger, openLedger } from "@annex/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tests/support/postgres-server.ts";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, testOrganization } from "../testing/test-cloud.ts";

let postgres: PostgresServer;
let ledger: Ledger;
let cloud: TestCloud;
let app: TestApp;
let key: string;

beforeAll(async () => {
  postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase("core");
  ledger = await openLedger({ database: { kind: "server", url: databaseUrl }, key: "master-key" });
  const { url } = await ledger.listen({ port: 0 });
  cloud = await startTestCloud({ seed: [testOrganization], core: { url, key: "master-key", databaseUrl } });
  app = await startTestApp();
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  await cloud.admin("POST", "/admin/installations", { app_id, instance_id: cloud.instanceIds[0] });
  key = String(app.received[0]?.body["api_key"]);
}, 120_000);
afterAll(async () => {
  await cloud?.remove();
  await app?.close();
  await ledger?.close();
  await postgres?.stop();
});

const here = (path: string) => `${path}?instance_id=${cloud.instanceIds[0]}`;

test("is written to through its own API and read from its own database", async () => {
  const created = await cloud.api(key, "POST", here("/proxy/ledgers"), { name: "Theirs" });
  expect(created).toMatchObject({ status: 201, body: { name: "Theirs" } });
  const id = String(created.body["ledger_id"]);
  expect(await cloud.api(key, "GET", here(`/data/ledgers/${id}`))).toMatchObject({
    body: { name: "Theirs" },
  });
  const filters = [{ field: "name", operator: "eq", value: "Theirs" }];
  const found = await cloud.api(key, "POST", here("/ledger/filter"), { filters });
  expect(found.body).toMatchObject({ total: 1, data: [{ ledger_id: id }] });
  const balance = await cloud.api(key, "POST", here("/proxy/balances"), { ledger_id: id, currency: "USD" });
  const flagged = await cloud.api(key, "POST", `/alerts/flag/${String(balance.body["balance_id"])}`, {
    description: "Look",
  });
  expect(flagged).toMatchObject({ status: 200, body: { type: "Balance" } });
});

test("stopped in the Cloud it is out of reach for apps, and runs on by itself", async () => {
  const [instanceId] = cloud.instanceIds;
  await cloud.admin("PATCH", `/admin/instances/${instanceId}`, { state: "stopped" });
  expect(await cloud.api(key, "GET", here("/data/ledgers"))).toMatchObject({ status: 503 });
  await cloud.admin("PATCH", `/admin/instances/${instanceId}`, { state: "running" });
  expect(await cloud.api(key, "GET", here("/data/ledgers"))).toMatchObject({ status: 200 });
});
