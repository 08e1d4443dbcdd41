/** The app, put together: what it says of itself, its one job, its portal. `main.ts` runs it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type App, type AppOptions, createApp, type InstallationData } from "@annex/app";
import { manifest, permissionPurposes } from "./manifest.ts";
import { registerPortalApi } from "./portal-api.ts";
import type { StripeAccess } from "./stripe/access.ts";
import { defineSyncJob } from "./sync/job.ts";
import { syncData } from "./sync/objects.ts";

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
  const job = defineSyncJob(app, stripe);
  registerPortalApi(app, { job, stripe, clock: options.clock ?? Date.now });
  app.onUninstall(({ data }) => forget(data));
  return app;
}

/** Names and amounts are the customer's: they go with the installation. The ledger keeps what was posted. */
async function forget(data: InstallationData): Promise<void> {
  for (const collection of Object.values(syncData(data))) {
    for (;;) {
      const entries = await collection.list({ limit: 500 });
      if (entries.length === 0) break;
      for (const { key } of entries) await collection.delete(key);
    }
  }
}
