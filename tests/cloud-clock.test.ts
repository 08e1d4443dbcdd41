/**
 * Cloud's clock is not the app's: it is a year ahead of it, a year behind, and jumps in the middle. Seen through public
 * doors, against the real local Cloud: what has a life lives by the clock that gave it, and nothing is done twice.
 */
import { createApp, type InstallationContext } from "@annex/app";
import { eventually, startTestCloud, type TestCloud } from "@annex/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const year = 365 * 24 * 3600;
/** Seconds by which the app's clock is off. */
let appAhead = 0;

const sides = { currency: "USD", source: "@world", destination: "@sales", allow_overdraft: true } as const;
const sale = (reference: string) =>
  ({ ...sides, precise_amount: 100n, precision: 100, reference, description: "A sale" }) as const;

const app = createApp({
  name: "clocks",
  manifest: {
    name: "Clocks",
    description: "It has a clock of its own.",
    developer: "Acme",
    logoUrl: "",
    permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
  },
  permissionPurposes: {},
  clock: () => Date.now() + appAhead * 1000,
});

/** Posts a sale and flags its balance, each a step of its own. */
const work = app.job("work", { retries: { firstDelayMilliseconds: 20 } }, async ({ cloud, runId, step }) => {
  await step("sale", async (once) => {
    const { skip_queue } = { skip_queue: true } as const;
    await once.cloud.proxy.createTransaction({ ...sale(runId), skip_queue });
  });
  const [balance] = (await cloud.data.balances.list({ pageSize: 1 })).data;
  await step("flag", async (once) => {
    await once.cloud.alerts.flag(balance?.balance_id ?? "", { title: runId, description: "Once." });
  });
});

const referencesSeen = async ({ cloud }: Pick<InstallationContext, "cloud">) => {
  const references: string[] = [];
  for await (const { reference } of cloud.data.transactions.iterate()) references.push(reference);
  return references.toSorted();
};
const flagsSeen = async ({ cloud }: Pick<InstallationContext, "cloud">, title: string) =>
  (await cloud.alerts.list()).data.filter((alert) => alert.title === title).length;

app.portal
  .post("/api/work", async (c) => c.json({ runId: (await c.jobs.start(work)).runId }))
  .get("/api/runs/:id", async (c) => {
    const run = await c.jobs.get(c.param("id"));
    return c.json({ status: run?.status, flags: await flagsSeen(c, c.param("id")) });
  })
  .get("/api/references", async (c) => c.json(await referencesSeen(c)));

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
  await cloud.register(app);
});
afterAll(() => cloud.stop());

/** Seconds that a page's session lives on, by the app's own clock. */
async function sessionLeft(page: Awaited<ReturnType<TestCloud["open"]>>): Promise<number> {
  const { expires_at: until } = (await (await page.fetch("/api/session")).json()) as { expires_at: string };
  return (Date.parse(until) - Date.now()) / 1000 - appAhead;
}

test.each([
  ["is right", 0, 0],
  ["is a year ahead", year, 0],
  // Cloud's own only goes on, so that it is the app's that is ahead.
  ["is a year behind", 0, 2 * year],
])(
  "where Cloud's clock %s: installed, opened, worked once under lost answers, seen, uninstalled",
  { timeout: 120_000 },
  async (_how, cloudGoesOn, appIsAhead) => {
    if (cloudGoesOn > 0) await cloud.clock.advance(cloudGoesOn);
    appAhead = appIsAhead;
    const installation = await cloud.install(app);
    const page = await cloud.open(installation);
    expect(await sessionLeft(page)).toBeGreaterThan(800);
    expect(await sessionLeft(page)).toBeLessThanOrEqual(900);

    const before = (await cloud.ledger().transactions()).length;
    await cloud.faults.set("gateway-cut", { times: 1 });
    const { runId } = (await (await page.fetch("/api/work", { method: "POST" })).json()) as { runId: string };
    // Cloud's jumps while the run is under way.
    await cloud.clock.advance(3 * 3600);
    const run = await eventually(
      async () =>
        (await (await page.fetch(`/api/runs/${runId}`)).json()) as { status: string; flags: number },
      ({ status }) => status === "completed" || status === "failed",
      60_000,
    );
    expect(run).toEqual({ status: "completed", flags: 1 });
    const booked = await cloud.ledger().transactions();
    expect(booked).toHaveLength(before + 1);
    const seen = (await (await page.fetch("/api/references")).json()) as string[];
    expect(seen).toEqual(booked.map(({ reference }) => String(reference)).toSorted());

    await cloud.uninstall(installation);
    expect((await page.fetch("/api/session")).status).toBe(403);
    appAhead = 0;
  },
);
