/** __TITLE__: reads every balance, lists them, and flags the ones a member wants looked at. */
import { AppError, createApp, type InstallationContext } from "@annex/app";
import type { SurveyedBalance } from "./portal-types.ts";

const reading = ["data:read"] as const;
const flagging = ["alerts:write"] as const;

export const app = createApp({
  name: "__NAME__",
  manifest: {
    name: "__TITLE__",
    description: "Lists the balances, and flags those to look at.",
    developer: "Your team",
    logoUrl: "/portal/logo.svg",
    permissions: [...reading, ...flagging],
  },
  permissionPurposes: {
    "data:read": "to list the balances",
    "alerts:write": "to flag those to look at",
  },
  pages: { directory: new URL("../pages/dist/", import.meta.url).pathname },
});

type Bound = Pick<InstallationContext, "data">;

const surveyed = ({ data }: Bound) => data.collection<SurveyedBalance>("balances");
const flags = ({ data }: Bound) => data.collection<{ readonly at: string }>("flags");

/** Tells how far it is while it runs. A run that is killed begins again and writes the same once more. */
const survey = app.job(
  "survey",
  { title: "Survey", requires: reading, atOnce: 1 },
  async ({ cloud, data, progress }) => {
    const { total } = await cloud.data.balances.list({ pageSize: 1 });
    let done = 0;
    for await (const {
      balance_id: id,
      balance,
      currency,
      indicator,
      meta_data,
    } of cloud.data.balances.iterate()) {
      const name = String(meta_data?.["name"] ?? indicator ?? id);
      await surveyed({ data }).put(id, { id, name, currency, minor: String(balance) });
      done += 1;
      await progress({ done, total: Number(total), message: "Reading the balances" });
    }
    return { done };
  },
);

/** A step's writes happen once, however often the run starts again, and what it keeps is kept in one commit with it. */
const flag = app.job<{ readonly id: string; readonly name: string }>(
  "flag",
  { requires: flagging },
  async ({ input, step }) => {
    await step("flag", async (once) => {
      await once.cloud.alerts.flag(input.id, { title: "To look at", description: input.name });
      once.data.collection("flags").put(input.id, { at: new Date().toISOString() });
    });
  },
);

app.onInstall(({ jobs }) => jobs.start(survey));
app.schedule("hourly", "0 * * * *", survey);

app.portal
  // The list of runs, a run's page, and the button that starts one: the kit's parts ask the framework's own routes.
  .runs({ jobs: [survey], start: [survey] })
  .get("/api/overview", { requires: reading }, async (c) => {
    const flagged = new Set((await flags(c).list()).map(({ key }) => key));
    const balances = (await surveyed(c).list()).map(({ value }) => ({
      ...value,
      flagged: flagged.has(value.id),
    }));
    return c.json({ balances });
  })
  .post("/api/balances/:id/flag", { requires: flagging }, async (c) => {
    const found = await surveyed(c).get(c.param("id"));
    if (found === undefined) throw noSuchBalance();
    await c.jobs.start(flag, { id: found.id, name: found.name }, { idempotencyKey: found.id });
    return c.noContent();
  });

function noSuchBalance(): AppError {
  return new AppError({
    code: "no_such_balance",
    status: 404,
    whatHappened: "There is no balance with this id in the last survey.",
    whatToDo: "Press “Look again”, and choose one of the list.",
  });
}
