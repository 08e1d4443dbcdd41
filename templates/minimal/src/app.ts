/** __TITLE__: flags each balance that stands below zero, once. */
import { createApp, formatAmount, type InstallationContext } from "@annex/app";

const requires = ["data:read", "alerts:write"] as const;

export const app = createApp({
  name: "__NAME__",
  manifest: {
    name: "__TITLE__",
    description: "Flags balances that stand below zero.",
    developer: "Your team",
    logoUrl: "/portal/logo.svg",
    permissions: [...requires],
  },
  permissionPurposes: {
    "data:read": "to read the balances",
    "alerts:write": "to flag those below zero",
  },
  pages: { directory: new URL("../pages/", import.meta.url).pathname },
});

/** A balance that was flagged, what people call it, and where it stood. */
type Flag = { readonly name: string; readonly stands: string };

const flags = ({ data }: Pick<InstallationContext, "data">) => data.collection<Flag>("flags");

/** Goes on after a kill where it stopped: a step that is done is not done again. */
const watch = app.job("watch", { requires }, async ({ cloud, data, step, progress }) => {
  let looked = 0;
  for await (const found of cloud.data.balances.iterate()) {
    const { balance_id: balanceId, balance, currency, indicator, meta_data } = found;
    const known = await flags({ data }).get(balanceId);
    if (balance < 0n && known === undefined) {
      const stands = formatAmount(balance, currency);
      await step(`flag ${balanceId}`, (once) =>
        once.cloud.alerts.flag(balanceId, { title: "Below zero", description: `Stands at ${stands}.` }),
      );
      const name = String(meta_data?.["name"] ?? indicator ?? balanceId);
      await flags({ data }).put(balanceId, { name, stands });
    }
    if (balance >= 0n && known !== undefined) await flags({ data }).delete(balanceId);
    looked += 1;
    await progress({ done: looked });
  }
  return { looked };
});

app.onInstall(({ jobs }) => jobs.start(watch));
app.schedule("hourly", "0 * * * *", watch);

app.portal
  .get("/api/flags", { requires: ["data:read"] }, async (c) => {
    const [run] = await c.jobs.list({ limit: 1 });
    return c.json({ run, flags: (await flags(c).list()).map(({ value }) => value) });
  })
  .post("/api/runs", { requires }, async (c) => c.json(await c.jobs.start(watch), 202));
