/**
 * The app that is killed, alone or as one of several replicas: its install starts a run of three steps, and a schedule
 * ticks beside it where one is asked for. Each step tells the receiver of the test what it does, under its effect key.
 */
import { createApp, serve } from "@annex/app";

const receiver = process.env["KILLS_RECEIVER"] ?? "";
const schedule = process.env["KILLS_SCHEDULE"];
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

const work = app.job("work", {}, async ({ installation, step }) => {
  for (let index = 0; index < steps; index += 1)
    await step(`step ${index}`, ({ effectKey }) =>
      effect(`${installation.installedAppId} ${index}`, effectKey),
    );
});
const tick = app.job("tick", { overlap: "parallel" }, async ({ runId, step }) => {
  await step("tick", ({ effectKey }) => effect(`${runId} tick`, effectKey));
});

app.onInstall(async ({ jobs }) => {
  await jobs.start(work);
});
if (schedule !== undefined) app.schedule("often", schedule, tick);

await serve(app);
