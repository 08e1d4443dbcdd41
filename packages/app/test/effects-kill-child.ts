/**
 * A process for the tests of effects under kills: an app whose one run does one write, in a step or in its hook.
 * Started as `node effects-kill-child.ts <database> <Cloud's URL> <write> <place>`; prints the run's result and ends.
 */
import type { CloudClient } from "@annex/client";
import { createApp } from "../src/index.ts";

const [, , database = "", cloudUrl = "", write = "", place = ""] = process.argv;
const secret = "the-callback-secret-of-the-tests";
const publicUrl = "https://app.example.com";

const writes: Readonly<Record<string, (cloud: CloudClient) => Promise<unknown>>> = {
  "a transaction": (cloud) =>
    cloud.proxy.createTransaction({
      precise_amount: 500n,
      precision: 100,
      currency: "USD",
      description: "Payout po_1",
      source: "bln_from",
      destination: "bln_to",
      skip_queue: true,
    }),
  "a partial commit": (cloud) =>
    cloud.proxy.updateInflight("txn_hold", { status: "commit", precise_amount: 500n, skip_queue: true }),
  "an alert": (cloud) => cloud.alerts.flag("bln_to", { title: "Too low", description: "Below zero." }),
};
const done = (cloud: CloudClient) => writes[write]?.(cloud).then(() => "done");

const app = createApp({
  name: "killed",
  manifest: {
    name: "Killed",
    description: "It is killed.",
    developer: "Annex",
    logoUrl: "",
    permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
  },
  permissionPurposes: {},
  // Time stands still, so no lease ever runs out: the dead have to be recognised as dead.
  clock: () => 1_764_000_000_000,
  environment: {
    NODE_ENV: "development",
    ANNEX_DATABASE: database,
    ANNEX_CLOUD_URL: cloudUrl,
    ANNEX_LOG: "/dev/null",
    ANNEX_PUBLIC_URL: publicUrl,
    ANNEX_CALLBACK_SECRET: secret,
    ANNEX_KEY_RING: `test:${Buffer.alloc(32, 7).toString("base64")}`,
  },
});
const ended = Promise.withResolvers<unknown>();
const work = app.job("work", {}, async ({ step }) =>
  ended.resolve(await step("write", ({ cloud }) => done(cloud))),
);
app.onInstall(async ({ cloud, jobs }) => {
  if (place === "step") await jobs.start(work);
  else ended.resolve(await done(cloud));
});

await app.fetch(
  new Request(`${publicUrl}/cloud/${secret}/callback`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      installed_app_id: "instapp_1",
      app_id: "app_1",
      organization_id: "org_1",
      instance_id: "inst_1",
      api_key: "blnk_abc_key_of_number_1",
      api_key_prefix: "blnk_abc",
      granted_permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
      idempotency_key: "install:instapp_1",
    }),
  }),
);
process.stdout.write(String(await ended.promise));
await app.close();
