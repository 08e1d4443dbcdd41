/** The app against a Cloud in this process: install, a job, a missing permission, launch, uninstall. */
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

test("what is installed counts, and shows what it counted", async () => {
  const installation = await cloud.install(app);
  const page = await cloud.open(installation);
  const counts = async () => {
    const answer = await page.fetch("/api/counts");
    return ((await answer.json()) as { counts: { transactions: number }[] }).counts;
  };
  const found = await eventually(counts, (all) => all.length === 1, 30_000);
  assert.equal(found[0]?.transactions, 0);
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
