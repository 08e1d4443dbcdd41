/**
 * What the pages ask of the server, all below `/portal`. Shapes: `portal-types.ts`.
 *
 * | call | wants | answers |
 * |---|---|---|
 * | `GET /api/overview` | – | `overviewSchema`; asks nobody outside, so it can be polled |
 * | `GET /api/totals` | data:read | `totalsSchema`; asks Stripe and the ledger now, and says of each whether it answered |
 * | `GET /api/runs?status=&limit=&after=` | – | `runListSchema`, newest first |
 * | `POST /api/runs` `{}` | data:read, data:write | 202 `runSchema`; 200 with the active run where there is one |
 * | `GET /api/runs/:runId` | – | `runDetailSchema`; 404 `not_found` |
 * | `GET /api/runs/:runId/objects?kind=&state=&limit=&after=` | – | `objectListSchema`, newest first |
 * | `POST /api/runs/:runId/retry` | data:read, data:write | 202 `runSchema`; 409 `not_retryable`, `run_active` |
 * | `POST /api/runs/:runId/cancel` | data:read | 202 `runSchema`; 409 `not_cancellable` |
 *
 * Every GET has an `ETag`; one that comes back in `If-None-Match` is answered 304 without a body. `status`, `kind`
 * and `state` take several words parted by commas. A wrong query is answered 422 and names the parameter.
 */
import type { App } from "@annex/app";
import { neededToSync, overview } from "./portal/overview.ts";
import type { PortalParts } from "./portal/parts.ts";
import { tagged } from "./portal/query.ts";
import { cancelRun, listObjects, listRuns, retryRun, runDetail, startRun } from "./portal/runs.ts";
import { totals } from "./portal/totals.ts";

/** Registers the routes above. */
export function registerPortalApi(app: App, parts: PortalParts): void {
  app.portal
    .get("/api/overview", {}, async (c) => tagged(c, await overview(c, parts)))
    .get("/api/totals", { requires: ["data:read"] }, async (c) => tagged(c, await totals(c, parts)))
    .get("/api/runs", {}, async (c) => tagged(c, await listRuns(c, parts)))
    .post("/api/runs", { requires: neededToSync }, (c) => startRun(c, parts))
    .get("/api/runs/:runId", {}, async (c) => tagged(c, await runDetail(c, parts)))
    .get("/api/runs/:runId/objects", {}, async (c) => tagged(c, await listObjects(c, parts)))
    .post("/api/runs/:runId/retry", { requires: neededToSync }, (c) => retryRun(c, parts))
    .post("/api/runs/:runId/cancel", { requires: ["data:read"] }, (c) => cancelRun(c, parts));
}
