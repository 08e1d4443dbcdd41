/** The app, put together: what it says of itself, its jobs, when they start, its portal. `main.ts` runs it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type App, type AppOptions, createApp } from "@annex/app";
import { manifest, permissionPurposes } from "./manifest.ts";
import { neededToSync } from "./portal/overview.ts";
import { registerPortalApi } from "./portal-api.ts";
import type { StripeAccess } from "./stripe/access.ts";
import { defineCorrectJob } from "./sync/correct-job.ts";
import { defineSyncJob } from "./sync/job.ts";

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
  const parts = { stripeOf: async () => stripe, clock };
  const job = defineSyncJob(app, parts);
  registerPortalApi(app, { ...parts, job, correct: defineCorrectJob(app, { clock }) });
  app.onInstall(async ({ installation, jobs }) => {
    if (!neededToSync.every((scope) => installation.grantedPermissions.includes(scope))) return;
    await jobs.start(job, { reason: "install" }, { idempotencyKey: "install" });
  });
  return app;
}
