/** __TITLE__: counts the day's transactions each night, and keeps the counts. */
import { createApp, type InstallationContext } from "@annex/app";

const requires = ["data:read"] as const;

export const app = createApp({
  name: "__NAME__",
  manifest: {
    name: "__TITLE__",
    description: "Counts the transactions of each day.",
    developer: "Your team",
    logoUrl: "/portal/logo.svg",
    permissions: [...requires],
  },
  permissionPurposes: { "data:read": "to count the transactions" },
  pages: { directory: new URL("../pages/", import.meta.url).pathname },
});

/** How many transactions there were when a run looked. */
type Count = { readonly at: string; readonly transactions: number };

const counts = ({ data }: Pick<InstallationContext, "data">) => data.collection<Count>("counts");

/** A step's result is kept: a run that is killed after it goes on behind it. */
const count = app.job("count", { requires }, async ({ data, step, runId }) => {
  const counted = await step("count", async (once): Promise<Count> => {
    const { total } = await once.cloud.data.transactions.list({ pageSize: 1 });
    return { at: new Date().toISOString(), transactions: Number(total) };
  });
  await counts({ data }).put(`${counted.at} ${runId}`, counted);
  return counted;
});

app.onInstall(({ jobs }) => jobs.start(count));
app.schedule("nightly", "30 2 * * *", count, { timeZone: "UTC" });

app.portal
  .get("/api/counts", { requires }, async (c) => {
    const latest = await counts(c).list({ descending: true, limit: 30 });
    return c.json({ counts: latest.map(({ value }) => value) });
  })
  .get("/api/runs", {}, async (c) => c.json({ runs: await c.jobs.list({ limit: 20 }) }))
  .post("/api/runs", { requires }, async (c) => c.json(await c.jobs.start(count), 202));
