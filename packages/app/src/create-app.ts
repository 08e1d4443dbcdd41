import type { App, AppOptions } from "./application.ts";
import { createJobs } from "./jobs/index.ts";
import type { Job } from "./jobs/interface.ts";
import { createRoutes } from "./portal/routes.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import { toResponse, webExchange } from "./server/web.ts";

/**
 * Makes a Custom App. Every rule of the contract is on from here on: callbacks
 * that deduplicate and are durable before they answer, sealed keys, permissions,
 * portal sessions, error pages. Nothing is opened or read before the first request
 * or `serve`.
 *
 * @example
 * ```ts
 * export const app = createApp({
 *   name: "hello",
 *   manifest: { name: "Hello", description: "Says hello.", developer: "Acme", logoUrl: "", permissions: ["data:read"] },
 *   permissionPurposes: { "data:read": "to count your ledgers" },
 * });
 * app.portal.get("/api/ledgers", { requires: ["data:read"] }, async (c) =>
 *   c.json({ total: (await c.cloud.data.ledgers.list()).total }));
 * await serve(app, { port: 5002 });
 * ```
 */
export function createApp(options: AppOptions): App {
  const jobs = createJobs();
  const routes = createRoutes();
  let opened: Runtime | undefined;
  let hasInstallWork = false;
  const open = () => {
    opened ??= openRuntime({ options, routes, jobs, hasInstallWork: () => hasInstallWork });
    return opened;
  };
  const app: App = {
    name: options.name,
    manifest: options.manifest,
    fetch: (request) => answer(open, request),
    onInstall: (handler) => {
      hasInstallWork = true;
      jobs.onInstall(handler);
    },
    onUninstall: (handler) => jobs.onUninstall(handler),
    job: (name, jobOptions, handler) => jobs.define(name, jobOptions, handler),
    // The engine checks inputs by the job's own schema, so that their type is of no concern here.
    schedule: (name, cron, job) => jobs.schedule(name, cron, job as unknown as Job),
    portal: routes.portal,
    close: async () => {
      const closing = opened;
      opened = undefined;
      await closing?.close();
    },
  };
  openers.set(app, open);
  return app;
}

/** How `serve` opens an app; kept apart, so that nothing internal is on the app itself. */
const openers = new WeakMap<App, () => Runtime>();

/** Opens an app that `createApp` made. */
export function openApp(app: App): Runtime {
  const open = openers.get(app);
  if (open === undefined) throw new TypeError("This app was not made with createApp.");
  return open();
}

async function answer(open: () => Runtime, request: Request): Promise<Response> {
  const runtime = open();
  runtime.listensAt(new URL(request.url).origin);
  await runtime.startJobs();
  return toResponse(await runtime.handle(webExchange(request)));
}
