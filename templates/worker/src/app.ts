/** __TITLE__: counts each night how many transactions were applied on each of the last days, and keeps the counts. */
import { createApp, type InstallationContext } from "@annex/app";

const requires = ["data:read"] as const;

export const app = createApp({
  name: "__NAME__",
  manifest: {
    name: "__TITLE__",
    description: "Counts the transactions that were applied on each day.",
    developer: "Your team",
    logoUrl: "/portal/logo.svg",
    permissions: [...requires],
  },
  permissionPurposes: { "data:read": "to count the transactions" },
  pages: { directory: new URL("../pages/", import.meta.url).pathname },
});

/** How many transactions were applied on a day of UTC, `2026-03-31`. A day that is not over has those so far. */
type Count = { readonly day: string; readonly transactions: number };

const counts = ({ data }: Pick<InstallationContext, "data">) => data.collection<Count>("counts");

const dayMilliseconds = 24 * 3600 * 1000;
/** As many days as a run counts, today's among them: nights on which nothing ran are made up for. */
const daysOfRun = 7;

/** A step's result is kept: a run that is killed after some days goes on with the next one. */
const count = app.job("count", { requires, atOnce: 1 }, async ({ data, step }) => {
  const today = Date.now() - (Date.now() % dayMilliseconds);
  for (let back = 0; back < daysOfRun; back += 1) {
    const start = new Date(today - back * dayMilliseconds);
    const day = start.toISOString().slice(0, "2026-03-31".length);
    const transactions = await step(`count ${day}`, async ({ cloud }) => {
      // A transaction that waits, is held or was refused has a record too: only what moved money is counted.
      const filters = {
        status_eq: "APPLIED",
        created_at_gte: start,
        created_at_lt: new Date(start.getTime() + dayMilliseconds),
      };
      const { total } = await cloud.data.transactions.list({ filters, pageSize: 1 });
      return Number(total);
    });
    await counts({ data }).put(day, { day, transactions });
  }
});

app.onInstall(({ jobs }) => jobs.start(count));
app.schedule("nightly", "30 2 * * *", count, { timeZone: "UTC" });

app.portal
  .get("/api/counts", { requires }, async (c) => {
    const [run] = await c.jobs.list({ limit: 1 });
    const latest = await counts(c).list({ descending: true, limit: 30 });
    return c.json({ run, counts: latest.map(({ value }) => value) });
  })
  .post("/api/runs", { requires }, async (c) => c.json(await c.jobs.start(count), 202));
