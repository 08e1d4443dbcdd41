/** The app against a Cloud in this process: install, a job, launch, a missing permission, uninstall. */
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

test("what stands in a currency is added up", async () => {
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
  const sums = async () => {
    const answer = await page.fetch("/api/sums");
    return ((await answer.json()) as { sums: Record<"owed" | "held" | "decimals", number>[] }).sums;
  };
  const [dollars] = await eventually(sums, (all) => all.length === 1, 30_000);
  assert.deepEqual([dollars?.owed, dollars?.held, dollars?.decimals], [-125_050, 125_050, 2]);
  await cloud.uninstall(installation);
  assert.equal((await page.fetch("/api/sums")).status >= 400, true);
});

test("without data:read nothing is added up, and the page says why", async () => {
  const installation = await cloud.install(app, { grant: [], instance: "Staging" });
  const page = await cloud.open(installation, { user: "Analyst" });
  const answer = await page.fetch("/api/runs", { method: "POST" });
  assert.equal(answer.status, 403);
  assert.match(JSON.stringify(await answer.json()), /data:read/);
});
