/**
 * The framework's own routes for background work: what every app's page of runs asks, bound like any route to one
 * installation and to the member who asks. The shapes of the answers are the protocol's (`portal/runs.ts`), where the
 * routes stand as a table. Touches nothing but the context of the call.
 *
 * In the order data passes through: `query` (what is asked for) → `reading` and `acting` (what the routes do) →
 * `actions` (who may do what now) and `answers` (pure: a run as pages get it).
 */
import type { Portal, RunRoutesOptions } from "../interface.ts";
import { cancelRun, resolveEffect, retryRun, startRun } from "./acting.ts";
import { listJobs, listRuns, readRun } from "./reading.ts";
import { type RunRoutesParts, viewOf } from "./view.ts";

export type { RunRoutesParts } from "./view.ts";

/** Registers the routes for the runs of some jobs. */
export function registerRunRoutes<About extends object>(
  portal: Portal,
  options: RunRoutesOptions<About>,
  parts: RunRoutesParts,
): Portal {
  const view = viewOf(options, parts);
  return portal
    .get("/api/jobs", (c) => listJobs(c, view))
    .post("/api/jobs/:job/runs", (c) => startRun(c, view))
    .get("/api/runs", (c) => listRuns(c, view))
    .get("/api/runs/:runId", (c) => readRun(c, view))
    .post("/api/runs/:runId/retry", (c) => retryRun(c, view))
    .post("/api/runs/:runId/cancel", (c) => cancelRun(c, view))
    .post("/api/runs/:runId/effects", (c) => resolveEffect(c, view));
}
