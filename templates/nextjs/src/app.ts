/** __TITLE__: adds up what stands in each currency, each hour and on demand. */
import { join } from "node:path";
import { createApp, currencyDecimals, type InstallationContext } from "@annex/app";

const requires = ["data:read"] as const;

export const app = createApp({
  name: "__NAME__",
  manifest: {
    name: "__TITLE__",
    description: "Adds up the balances of each currency.",
    developer: "Your team",
    logoUrl: "/portal/logo.svg",
    permissions: [...requires],
  },
  permissionPurposes: { "data:read": "to read the balances" },
  // Next.js moves this file into a bundle, so the folder is named from where the server starts.
  pages: { directory: join(process.cwd(), "portal-pages") },
});

/** What stands below zero and above it in a currency, in minor units. */
type Sum = {
  readonly currency: string;
  readonly balances: number;
  readonly owed: bigint;
  readonly held: bigint;
};

const sums = ({ data }: Pick<InstallationContext, "data">) => data.collection<Sum>("sums");

const addUp = app.job("add-up", { requires, atOnce: 1 }, async ({ cloud, data, progress }) => {
  const found = new Map<string, Sum>();
  let looked = 0;
  for await (const { balance, currency } of cloud.data.balances.iterate()) {
    const { balances, owed, held } = found.get(currency) ?? { balances: 0, owed: 0n, held: 0n };
    const below = balance < 0n ? balance : 0n;
    found.set(currency, {
      currency,
      balances: balances + 1,
      owed: owed + below,
      held: held + balance - below,
    });
    looked += 1;
    await progress({ done: looked });
  }
  await sums({ data }).putMany([...found].map(([key, value]) => ({ key, value })));
  return { looked };
});

app.onInstall(({ jobs }) => jobs.start(addUp));
app.schedule("hourly", "0 * * * *", addUp);

app.portal
  .get("/api/sums", { requires }, async (c) => {
    const [run] = await c.jobs.list({ limit: 1 });
    const found = (await sums(c).list()).map(({ value }) => value);
    // Change the decimals where you post with another precision.
    return c.json({ run, sums: found.map((sum) => ({ ...sum, decimals: currencyDecimals(sum.currency) })) });
  })
  .post("/api/runs", { requires }, async (c) => c.json(await c.jobs.start(addUp), 202));
