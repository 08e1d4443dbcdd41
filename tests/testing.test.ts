/** `@annex/testing` as the author of an app uses it: everything through its own door. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApp } from "@annex/app";
import { eventually, startTestCloud, type TestCloud, TestCloudRefusal } from "@annex/testing";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

/** Writes one transaction for each installation, and shows the balances to who may read them. */
function createPoster({ timeZone = "UTC" } = {}) {
  const app = createApp({
    name: "poster",
    manifest: {
      name: "Poster",
      description: "Posts one transaction.",
      developer: "Acme",
      logoUrl: "",
      permissions: ["data:read", "data:write"],
    },
    permissionPurposes: { "data:read": "to show the balances", "data:write": "to post" },
  });
  const post = app.job("post", { requires: ["data:write"] }, async ({ cloud }) => {
    await cloud.proxy.createTransaction({
      precise_amount: 1250n,
      precision: 100,
      currency: "EUR",
      source: "@world",
      destination: "@sales",
      reference: "first",
      description: "The first sale",
      allow_overdraft: true,
    });
  });
  const evening = app.job("evening", {}, () => undefined);
  app.schedule("evening", "0 18 * * *", evening, { timeZone });
  app.onInstall(({ jobs }) => jobs.start(post));
  app.portal.runs({ jobs: [evening] });
  app.portal.get("/api/broken-off", { requires: [] }, () => new Response(brokenStream()));
  app.portal.get("/api/balances", { requires: ["data:read"] }, async (c) =>
    c.json({ total: (await c.cloud.data.balances.list()).total }),
  );
  return app;
}

type EveningJob = {
  readonly counts: { readonly completed: number };
  readonly schedules: readonly [{ readonly next_at: string }];
};

/** Ends with a failure before it gave anything. */
function brokenStream(): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      controller.error(new Error("the file is gone"));
    },
  });
}

const app = createPoster();
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.register(app);
});

afterAll(() => cloud.stop());

test("an installed app's job is in the books", async () => {
  await cloud.install(app);
  const [transaction] = await eventually(
    () => cloud.ledger().transactions(),
    (all) => all.length === 1,
    30_000,
  );
  expect(transaction).toMatchObject({ reference: "first", currency: "EUR", precise_amount: 1250 });
});

test("a page without its permission is refused, and says which", async () => {
  const installation = await cloud.install(app, { grant: ["data:write"], instance: "Staging" });
  const page = await cloud.open(installation, { user: "Analyst" });
  const answer = await page.fetch("/api/balances");
  expect(answer.status).toBe(403);
  expect(JSON.stringify(await answer.json())).toContain("data:read");
  await cloud.uninstall(installation);
});

test("the app has the server that it has in production: a stream that fails at once is answered as a failure", async () => {
  const installation = await cloud.install(app, { grant: [], instance: "Staging" });
  const page = await cloud.open(installation);
  const answer = await page.fetch("/api/broken-off");
  expect([answer.status, await answer.json()]).toEqual([
    500,
    expect.objectContaining({ code: "app_failed" }),
  ]);
  await cloud.uninstall(installation);
});

test("an event again changes nothing, however often and however parallel", async () => {
  const installation = await cloud.install(app, { grant: [], instance: "Staging" });
  const answers = await cloud.deliver(installation, "install", { times: 3, parallel: true });
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await expect(cloud.deliver(installation, "uninstall")).rejects.toThrow(/no uninstall event yet/);
  await cloud.uninstall(installation);
  expect((await cloud.deliver(installation, "uninstall", { times: 2 })).map(({ status }) => status)).toEqual([
    200, 200,
  ]);
});

test("a bad day is set, strikes, and is over", async () => {
  await cloud.faults.set("delivery-answer-lost", { times: 1 });
  const refused = cloud.install(app, { instance: "Staging" });
  await expect(refused).rejects.toThrow(TestCloudRefusal);
  await expect(refused).rejects.toMatchObject({ status: 502, code: "install_cancelled" });
  const installation = await cloud.install(app, { instance: "Staging", grant: [] });
  await cloud.uninstall(installation);
  await cloud.faults.clear();
});

test("the clock is the Cloud's own, and the audit says what was asked", async () => {
  const before = cloud.clock.now();
  await cloud.clock.advance(3600);
  expect(cloud.clock.now().getTime() - before.getTime()).toBeGreaterThanOrEqual(3_600_000);
  expect(JSON.stringify(await cloud.audit())).toContain("/transactions");
});

test("put ahead, the clock is the app's too: a schedule starts its job at its hour in its zone, a session ends", async () => {
  const another = await startTestCloud();
  onTestFinished(() => another.stop());
  const punctual = createPoster({ timeZone: "America/New_York" });
  await another.register(punctual);
  const installation = await another.install(punctual);
  const first = await another.open(installation);
  // Sessions live by the same clock, so each look is a launch of its own.
  const evening = async () => {
    const answer = await (await another.open(installation)).fetch("/api/jobs");
    return ((await answer.json()) as { jobs: [EveningJob] }).jobs[0];
  };
  const { counts, schedules } = await evening();
  const next = Date.parse(schedules[0].next_at);
  const zone = { timeZone: "America/New_York", hour: "2-digit", hourCycle: "h23" } as const;
  expect([counts.completed, new Intl.DateTimeFormat("en", zone).format(next)]).toEqual([0, "18"]);
  await another.clock.advance((next - another.clock.now().getTime()) / 1000 + 1);
  const after = await eventually(evening, (job) => job.counts.completed > 0, 30_000);
  expect(after.counts.completed).toBe(1);
  // Open already, it goes on by the clock it has; by the machine's, the next time was the one that is over.
  await punctual.start();
  expect((await evening()).schedules[0].next_at).toBe(after.schedules[0].next_at);
  await another.clock.advance(3600);
  expect((await first.fetch("/api/balances")).status).toBe(410);
});

test("the other edition of the payloads is a setting, and a wrong one is refused by its name", async () => {
  const bodies: unknown[] = [];
  const elsewhere = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString("utf8");
    // Whether it is there is asked without a body.
    if (body !== "") bodies.push(JSON.parse(body));
    response.writeHead(body === "" ? 405 : 200).end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, resolve));
  onTestFinished(() => void elsewhere.close());
  const url = `http://localhost:${(elsewhere.address() as AddressInfo).port}`;
  const reader = await cloud.register({
    name: "Reader",
    permissions: [],
    registration_callback_url: `${url}/callback`,
    portal_generator_url: `${url}/portal`,
  });
  const changed = await cloud.settings.change({ edition: "later" });
  expect([changed, await cloud.settings.current()]).toEqual([
    expect.objectContaining({ edition: "later" }),
    changed,
  ]);
  await cloud.install(reader, { instance: "Staging" });
  await cloud.settings.change({ edition: "guide" });
  await cloud.install(reader);
  expect(bodies).toEqual([
    expect.not.objectContaining({ organization_id: expect.anything() }),
    expect.objectContaining({ organization_id: expect.stringMatching(/^org_/) }),
  ]);
  const refused = cloud.settings.change({ delivery_timeout_seconds: 0 });
  await expect(refused).rejects.toMatchObject({ status: 422, body: { field: "delivery_timeout_seconds" } });
});

test("a Cloud is ready before a person notices", async () => {
  const before = process.cpuUsage();
  const another = await startTestCloud();
  const { user, system } = process.cpuUsage(before);
  // Ten times what it takes, and of the processor's time: a busy machine is no reason to fail.
  expect((user + system) / 1000).toBeLessThan(3000);
  await another.stop();
});

test("two Clouds at once know nothing of each other", async () => {
  const other = await startTestCloud();
  onTestFinished(() => other.stop());
  const otherApp = createPoster();
  await other.register(otherApp);
  await other.install(otherApp, { grant: [] });
  expect(await other.ledger().transactions()).toEqual([]);
  await expect(other.install("app_00000000-0000-4000-8000-000000000000")).rejects.toThrow(TestCloudRefusal);
});

test("an app is installed and launched in several organizations, each with its own", async () => {
  const organization = (name: string) => ({
    name,
    instances: ["Only"],
    members: [{ name: `Admin of ${name}`, email: `admin@${name}.test`, role: "Admin" as const }],
  });
  const two = await startTestCloud({ organizations: [organization("one"), organization("two")] });
  onTestFinished(() => two.stop());
  const events: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const text = (await Array.fromAsync(request as AsyncIterable<Buffer>)).join("");
    if (request.method === "POST") events.push(JSON.parse(text) as Record<string, unknown>);
    response.end(JSON.stringify({ portal_url: "http://127.0.0.1/portal" }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const manifest = { name: "Shared", permissions: [], registrationCallbackUrl: url, portalGeneratorUrl: url };
  const registered = await two.register(manifest);
  const [first, second] = [
    await two.install("Shared"),
    await two.install(registered, { organization: "two" }),
  ];
  await two.register({ ...manifest, description: "Changed" });
  await two.uninstall(second);
  const again = await two.install(registered, { organization: "two" });
  for (const installation of [first, again]) await two.launch(installation, { user: "Admin" });
  await two.launch(again);
  const [one, other, ended, anew, ...launches] = events;
  expect(one?.["organization_id"]).not.toBe(other?.["organization_id"]);
  expect(one?.["app_id"]).not.toBe(other?.["app_id"]);
  expect([ended?.["app_id"], anew?.["app_id"]]).toEqual([other?.["app_id"], other?.["app_id"]]);
  expect(launches.map((launch) => launch["organization_id"])).toEqual(
    [one, other, other].map((event) => event?.["organization_id"]),
  );
});

test("an app that runs elsewhere is registered by its manifest", async () => {
  const elsewhere = createServer((_, response) => response.writeHead(405).end());
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void elsewhere.close());
  const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const registered = await cloud.register({
    name: "Elsewhere",
    description: "In another language.",
    developer: "Acme",
    logo_url: "",
    permissions: ["data:read"],
    registration_callback_url: `${url}/callback`,
    portal_generator_url: `${url}/portal`,
  });
  await expect(cloud.install(registered, { instance: "Staging" })).rejects.toMatchObject({
    code: "install_cancelled",
  });
});
