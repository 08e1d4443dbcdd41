/** The app against a Cloud in this process: install, launch, a missing permission, a job, uninstall. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, startTestCloud, type TestCloud } from "@annex/testing";
import { app } from "../src/app.ts";
import type { OverviewJson } from "../src/portal-types.ts";

type RunsAnswer = {
  readonly data: readonly {
    readonly status: string;
    readonly progress?: { readonly done: number; readonly total?: number };
  }[];
};

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud();
  await cloud.register(app);
});

after(() => cloud.stop());

test("a survey lists the balances, and one of them is flagged", async () => {
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
  assert.match(page.html, /<div id="root">/);
  const overview = async () => (await (await page.fetch("/api/overview")).json()) as OverviewJson;
  const surveys = async () => (await (await page.fetch("/api/runs")).json()) as RunsAnswer;
  const { data } = await eventually(surveys, ({ data: [run] }) => run?.status === "completed", 30_000);
  assert.equal(data[0]?.progress?.done, data[0]?.progress?.total);
  const till = (await overview()).balances.find(({ name }) => name === "@till");
  assert.equal(till?.minor, "-125050");
  const flagged = await page.fetch(`/api/balances/${till?.id}/flag`, { method: "POST" });
  assert.equal(flagged.status, 204);
  await eventually(
    overview,
    ({ balances }) => balances.some(({ id, flagged }) => flagged && id === till?.id),
    30_000,
  );
  await cloud.uninstall(installation);
  assert.equal((await page.fetch("/api/overview")).status >= 400, true);
});

test("without alerts:write nothing is flagged, and the page says why", async () => {
  const installation = await cloud.install(app, { grant: ["data:read"], instance: "Staging" });
  const page = await cloud.open(installation, { user: "Analyst" });
  const answer = await page.fetch("/api/balances/bln_1/flag", { method: "POST" });
  assert.equal(answer.status, 403);
  assert.match(JSON.stringify(await answer.json()), /alerts:write/);
});
