/** The app, put together: what it says of itself, its one job, its portal. `main.ts` runs it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type App, type AppOptions, createApp, type InstallationData } from "@annex/app";
import { manifest, permissionPurposes } from "./manifest.ts";
import { registerPortalApi } from "./portal-api.ts";
import type { StripeAccess } from "./stripe/access.ts";
import { defineSyncJob } from "./sync/job.ts";
import { syncData } from "./sync/objects.ts";
import { clear } from "./sync/retention.ts";

/** Where `npm run build` puts the pages. */
const pagesDirectory = fileURLToPath(new URL("../pages/dist", import.meta.url));

export type StripeSyncOptions = Pick<AppOptions, "environment" | "clock" | "random" | "fetch"> & {
  readonly stripe: StripeAccess;
};

/**
 * @example
 * ```ts
 * const app = createStripeSync({ stripe: createStripeAccess({ apiKey }) });
 * await serve(app, { port: 4401 });
 * ```
 */
export function createStripeSync({ stripe, ...options }: StripeSyncOptions): App {
  const app = createApp({
    name: "stripe-sync",
    manifest,
    permissionPurposes,
    ...(existsSync(pagesDirectory) ? { pages: { directory: pagesDirectory } } : {}),
    ...options,
  });
  const clock = options.clock ?? Date.now;
  registerPortalApi(app, { job: defineSyncJob(app, { stripe, clock }), stripe, clock });
  app.onUninstall(({ data }) => forget(data));
  return app;
}

/** Names and amounts are the customer's: they go with the installation. The ledger keeps what was posted. */
async function forget(data: InstallationData): Promise<void> {
  for (const collection of Object.values(syncData(data))) await clear(collection);
}
