/** The app, put together: what it says of itself, its jobs, when they start, its portal. `main.ts` runs it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type App, type AppOptions, createApp } from "@annex/app";
import { appName, manifest, permissionPurposes } from "./manifest.ts";
import { neededToSync } from "./permissions.ts";
import { registerPortalApi } from "./portal-api.ts";
import { defineLookJob } from "./schedule/look-job.ts";
import { hasStripe, type StripeSource, stripeOf } from "./settings/settings.ts";
import { defineCorrectJob } from "./sync/correct-job.ts";
import { defineSyncJob, type SyncParts } from "./sync/job.ts";
import { registerWebhook } from "./webhook/door.ts";

/** Where `npm run build` puts the pages. */
const pagesDirectory = fileURLToPath(new URL("../pages/dist", import.meta.url));

export type StripeSyncOptions = Pick<AppOptions, "environment" | "clock" | "random" | "fetch"> & {
  readonly source: StripeSource;
};

/**
 * @example
 * ```ts
 * const { source } = await stripeFromEnvironment(process.env, console.error);
 * const app = createStripeSync({ source });
 * await serve(app, { port: 4401 });
 * ```
 */
export function createStripeSync({ source, ...options }: StripeSyncOptions): App {
  const app = createApp({
    name: appName,
    manifest,
    permissionPurposes,
    // The look at the schedule is a run every five minutes: what nobody reads is not kept for longer.
    runDays: 30,
    ...(existsSync(pagesDirectory) ? { pages: { directory: pagesDirectory } } : {}),
    ...options,
  });
  const clock = options.clock ?? Date.now;
  const parts: SyncParts = { stripeOf: (context) => stripeOf(source, context), clock };
  const job = defineSyncJob(app, parts);
  registerPortalApi(app, { ...parts, source, job, correct: defineCorrectJob(app, { clock }) });
  registerWebhook(app, { job, source, clock });
  defineLookJob(app, { job, clock, hasStripe: (context) => hasStripe(source, context) });
  app.onInstall(async (context) => {
    const { installation, jobs } = context;
    if (!neededToSync.every((scope) => installation.grantedPermissions.includes(scope))) return;
    // Without a key the first sync begins when one is entered.
    if (!(await hasStripe(source, context))) return;
    await jobs.start(job, { reason: "install" }, { idempotencyKey: "install" });
  });
  return app;
}
