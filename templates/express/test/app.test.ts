/** The app through its Express server, against a Cloud in this process: install, launch, a job, a missing permission, uninstall. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { eventually, startTestCloud, type TestCloud, type TestedApp } from "@annex/testing";
import { app } from "../src/app.ts";
import { createServer } from "../src/server.ts";

let cloud: TestCloud;
let url: string;

/** Put in the place of the app's own server: Cloud and the pages reach the app through Express alone. */
const listen: TestedApp["listen"] = async ({ port, host, clock }) => {
  const server = createServer(app).listen(port, host);
  await once(server, "listening");
  url = `http://${host}:${(server.address() as AddressInfo).port}`;
  // By the Cloud's clock: what comes due there comes due here.
  await app.start({ clock });
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await app.close();
  };
  return { url, close };
};

before(async () => {
  cloud = await startTestCloud();
  await cloud.register({ ...app, listen });
});

after(() => cloud.stop());

test("the server's routes are its own, the app's doors are the app's", async () => {
  assert.equal(await (await fetch(url)).text(), "The server's own page.");
  const body = JSON.stringify({ one: 1 });
  const headers = { "content-type": "application/json" };
  assert.equal(await (await fetch(`${url}/echo`, { method: "POST", headers, body })).text(), '{"one":1}');
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.equal((await fetch(`${url}/portal/api/session`)).status, 401);
});

test("a balance below zero is flagged once", async () => {
  await cloud.ledger().post("/transactions", {
    precise_amount: 125_050n,
    precision: 100,
    currency: "USD",
    source: "@till",
    destination: "@sales",
    reference: "sale-1",
    description: "A sale",
    allow_overdraft: true,
    skip_queue: true,
  });
  const installation = await cloud.install(app.manifest.name);
  const { portal_url } = await cloud.launch(installation);
  assert.equal(new URL(portal_url).origin, url);
  const page = await cloud.open(installation);
  const flags = async () => {
    const answer = await page.fetch("/api/flags");
    return ((await answer.json()) as { flags: { stands: string }[] }).flags;
  };
  const found = await eventually(flags, (all) => all.length > 0, 30_000);
  assert.equal(found[0]?.stands, "-1,250.50 USD");
  assert.equal((await page.fetch("/api/runs", { method: "POST" })).status, 202);
  assert.equal((await flags()).length, 1);
  await cloud.uninstall(installation);
  assert.equal((await page.fetch("/api/flags")).status >= 400, true);
});

test("without alerts:write nobody can start it, and the page says why", async () => {
  const wanted = { grant: ["data:read"], instance: "Staging" } as const;
  const installation = await cloud.install(app.manifest.name, wanted);
  const page = await cloud.open(installation, { user: "Analyst" });
  const answer = await page.fetch("/api/runs", { method: "POST" });
  assert.equal(answer.status, 403);
  assert.match(JSON.stringify(await answer.json()), /alerts:write/);
});
