/**
 * One of several replicas that are killed: an app whose install starts a run of three steps, with a schedule beside
 * it. Each step tells the receiver of the test what it does, under its effect key.
 */
import { createApp, serve } from "@annex/app";

const receiver = process.env["KILLS_RECEIVER"] ?? "";
const steps = 3;

async function effect(what: string, effectKey: string): Promise<void> {
  await fetch(receiver, { method: "POST", body: JSON.stringify({ what, effectKey }) });
}

const app = createApp({
  name: "victim",
  manifest: {
    name: "Victim",
    description: "An app that is killed.",
    developer: "Annex",
    logoUrl: "",
    permissions: ["data:read"],
  },
  permissionPurposes: { "data:read": "to read balances" },
});

const work = app.job("work", {}, async ({ runId, step }) => {
  for (let index = 0; index < steps; index += 1)
    await step(`step ${index}`, ({ effectKey }) => effect(`${runId} ${index}`, effectKey));
});
const tick = app.job("tick", { overlap: "parallel" }, async ({ runId, step }) => {
  await step("tick", ({ effectKey }) => effect(`${runId} tick`, effectKey));
});

app.onInstall(async ({ jobs }) => {
  await jobs.start(work);
});
app.schedule("often", process.env["KILLS_SCHEDULE"] ?? "*/5 * * * * *", tick);

await serve(app);
