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

function sale(reference: string, more: Readonly<Record<string, boolean>> = {}) {
  return cloud.ledger().post("/transactions", {
    precise_amount: 125_050n,
    precision: 100,
    currency: "USD",
    source: "@till",
    destination: "@sales",
    reference,
    description: "A sale",
    allow_overdraft: true,
    skip_queue: true,
    ...more,
  });
}

test("each day has the transactions that were applied on it, and no others", async () => {
  await sale("sale-1");
  await sale("sale-2");
  await sale("held-1", { inflight: true });
  const days = (await cloud.ledger().transactions())
    .filter(({ status }) => status === "APPLIED")
    .map(({ created_at }) => String(created_at).slice(0, "2026-03-31".length));
  assert.equal(days.length, 2);
  const installation = await cloud.install(app);
  const page = await cloud.open(installation);
  const counts = async () => {
    const answer = await page.fetch("/api/counts");
    return ((await answer.json()) as { counts: { day: string; transactions: number }[] }).counts;
  };
  const found = await eventually(counts, (all) => all.length === 7, 30_000);
  // Both sales are of today, so the days before must have none.
  for (const { day, transactions } of found)
    assert.deepEqual([day, transactions], [day, days.filter((one) => one === day).length]);
  assert.equal((await cloud.deliver(installation, "install", { times: 3, parallel: true })).length, 3);
  await cloud.uninstall(installation);
  assert.equal((await page.fetch("/api/counts")).status >= 400, true);
});

test("without data:read nothing is counted, and the page says why", async () => {
  const installation = await cloud.install(app, { grant: [], instance: "Staging" });
  const page = await cloud.open(installation, { user: "Analyst" });
  const answer = await page.fetch("/api/runs", { method: "POST" });
  assert.equal(answer.status, 403);
  assert.match(JSON.stringify(await answer.json()), /data:read/);
});
