import { checkAppOptions } from "./app-options.ts";
import type { App, AppOptions } from "./application.ts";
import { createJobs } from "./jobs/index.ts";
import { usualRunDays } from "./lifecycle/retirement.ts";
import { deadlineOf, usualDeadlineSeconds } from "./portal/calls/deadline.ts";
import { createRoutes } from "./portal/calls/routes.ts";
import { checkContentPolicy } from "./portal/documents/content-policy.ts";
import type { Served, ServeOptions } from "./process/served.ts";
import type { Definition, Runtime } from "./runtime/index.ts";
import { keepOpener } from "./runtime/openers.ts";
import { beginTelemetry } from "./telemetry/index.ts";
import { traced } from "./telemetry/requests.ts";
import { checkKeyService } from "./vault/key-service.ts";
import { createWebhooks } from "./webhooks/index.ts";

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
  checkAppOptions(options);
  checkContentPolicy(options.contentPolicy ?? {});
  if (options.keyService !== undefined) checkKeyService(options.keyService);
  const deadline = deadlineOf(options.portalDeadlineSeconds ?? usualDeadlineSeconds, "portalDeadlineSeconds");
  const jobs = createJobs();
  const webhooks = createWebhooks();
  const time = createTime(options.clock);
  const routes = createRoutes(deadline, {
    purposes: options.permissionPurposes,
    keptDays: options.runDays ?? usualRunDays,
    clock: time.now,
    schedulesOf: jobs.schedulesOf,
  });
  let opened: Promise<Runtime> | undefined;
  const open = () => {
    if (opened !== undefined) return opened;
    const opening = openWith({ options: { ...options, ...time.given() }, routes, webhooks, jobs });
    opened = opening;
    // What failed may work the next time: a disk has room again, a lock is gone.
    opening.catch(() => {
      if (opened === opening) opened = undefined;
    });
    return opening;
  };
  const app: App = {
    name: options.name,
    manifest: options.manifest,
    fetch: (request, from) => answer(open, request, from?.address),
    onInstall: (handler) => jobs.onInstall(handler),
    onUninstall: (handler) => jobs.onUninstall(handler),
    job: (name, jobOptions, handler) => jobs.define(name, jobOptions, handler),
    schedule: (name, cron, job, ...given) => jobs.schedule(name, cron, job, ...given),
    portal: routes.portal,
    webhook: (path, handler) => webhooks.register(path, handler),
    start: async (how = {}) => {
      if (opened === undefined) time.follow(how.clock);
      await (await open()).startJobs();
    },
    installation: async (installedAppId, given) => (await open()).installation(installedAppId, given?.from),
    listen: (where = {}) => {
      if (opened === undefined) time.follow(where.clock);
      return listen(app, open, where);
    },
    close: async () => {
      const closing = opened;
      opened = undefined;
      await (await closing)?.close();
      time.follow(undefined);
    },
  };
  keepOpener(app, { open, keyService: options.keyService });
  return app;
}

/** The time an app goes by: its own clock, else the one it was told to follow when it began, else the machine's. */
function createTime(own: AppOptions["clock"]) {
  let followed: AppOptions["clock"];
  const clock = () => own ?? followed;
  return {
    now: () => (clock() ?? Date.now)(),
    follow: (other: AppOptions["clock"]) => {
      followed = other;
    },
    // Nothing where it is the machine's: a database's server has a clock that all replicas share.
    given: (): Pick<AppOptions, "clock"> => {
      const given = clock();
      return given === undefined ? {} : { clock: given };
    },
  };
}

// Defining an app loads next to nothing; what runs one is loaded when it is opened.
async function openWith(definition: Definition): Promise<Runtime> {
  await beginTelemetry();
  const { openRuntime } = await import("./runtime/index.ts");
  const { explainOpening } = await import("./environment/start-failure.ts");
  const runtime = await openRuntime(definition).catch((error: unknown) => {
    throw explainOpening(error);
  });
  const { mounted, mountPath } = await import("./http/mounted.ts");
  const { publicUrl } = runtime.settings;
  const handle = traced(runtime.handle, publicUrl?.startsWith("https:") === false ? "http" : "https");
  return { ...runtime, handle: mounted(handle, mountPath(publicUrl)) };
}

async function listen(app: App, open: () => Promise<Runtime>, where: ServeOptions): Promise<Served> {
  const runtime = await open();
  const { listenFor } = await import("./server/listening.ts");
  const served = await listenFor(app, runtime, where);
  await startJobs(runtime);
  return served;
}

/** Work that cannot begin, as on a locked database, keeps no event from being taken. */
async function startJobs(runtime: Runtime): Promise<void> {
  await runtime
    .startJobs()
    .catch((error: unknown) => runtime.log.error("The jobs could not begin.", { error }));
}

async function answer(
  open: () => Promise<Runtime>,
  request: Request,
  peer: string | undefined,
): Promise<Response> {
  const runtime = await open();
  const { toResponse, webExchange } = await import("./server/web.ts");
  runtime.listensAt(new URL(request.url).origin);
  await startJobs(runtime);
  return toResponse(await runtime.handle(webExchange(request, peer)));
}
