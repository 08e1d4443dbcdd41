/** The app against a Cloud in this process: install, launch, a missing permission, a job, uninstall. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, startTestCloud, type TestCloud } from "@annex/testing";
import { app } from "../src/app.ts";

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud();
  await cloud.register(app);
});

after(() => cloud.stop());

test("a balance below zero is flagged once, with an amount to read", async () => {
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
  const installation = await cloud.install(app);
  const page = await cloud.open(installation);
  const flags = async () => {
    const answer = await page.fetch("/api/flags");
    return ((await answer.json()) as { flags: { name: string; stands: string }[] }).flags;
  };
  const found = await eventually(flags, (all) => all.length > 0, 30_000);
  assert.deepEqual(found, [{ name: "@till", stands: "-1,250.50 USD" }]);
  const started = await page.fetch("/api/runs", { method: "POST" });
  assert.equal(started.status, 202);
  const { runId } = (await started.json()) as { runId: string };
  const latest = async () =>
    ((await (await page.fetch("/api/flags")).json()) as { run: { runId: string; status: string } }).run;
  await eventually(latest, (run) => run.runId === runId && run.status === "completed", 30_000);
  // What Cloud was asked, not what the app says of itself.
  assert.equal((await cloud.audit({ method: "POST", category: "Alerts" })).length, 1);
  assert.equal((await flags()).length, 1);
  await cloud.uninstall(installation);
  assert.equal((await page.fetch("/api/flags")).status >= 400, true);
});

test("without alerts:write nobody can start it, and the page says why", async () => {
  const installation = await cloud.install(app, { grant: ["data:read"], instance: "Staging" });
  const page = await cloud.open(installation, { user: "Analyst" });
  const answer = await page.fetch("/api/runs", { method: "POST" });
  assert.equal(answer.status, 403);
  assert.match(JSON.stringify(await answer.json()), /alerts:write/);
});
