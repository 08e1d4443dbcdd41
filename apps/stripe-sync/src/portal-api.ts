/**
 * What the pages ask of the server, all below `/portal`. Shapes: `portal-types.ts`.
 *
 * | call | wants | answers |
 * |---|---|---|
 * | `GET /api/overview` | – | `overviewSchema`; asks nobody outside, so it can be polled |
 * | `GET /api/totals` | data:read | `totalsSchema`; asks Stripe and the ledger now, and says of each whether it answered |
 * | `GET /api/jobs`, `/api/runs`, `/api/runs/:runId`, `POST …/retry`, `…/cancel` | – | the framework's (`app.portal.runs`), with `aboutRunSchema` in each run and `aboutRunPageSchema` on its page |
 * | `POST /api/runs` `{from?, to?}` (days in UTC) | data:read, data:write | 202 `startedRunSchema`; where a run is active 200 with it, and 409 `run_active` for days; 422 `invalid_range` |
 * | `GET /api/runs/:runId/objects?kind=&state=&currency=&id=&limit=&after=` | – | `objectListSchema`, newest first; `id`: the beginning of any id that it has or that leads to it |
 * | `GET /api/books` | – | `booksListSchema` |
 * | `GET /api/books/:name` | data:read | `booksDetailSchema`; asks the ledger now |
 * | `GET /api/findings?status=&code=&limit=&after=` | – | `findingListSchema` |
 * | `POST /api/findings/acknowledge` `{code, reason}`: every new one of that kind | data:read | `{acknowledged}` |
 * | `POST /api/findings/:findingId/acknowledge` `{reason}` | data:read | `keptFindingSchema`; 409 `finding_resolved` |
 * | `POST /api/findings/:findingId/approve` `{}` | data:read, data:write | 202 `keptFindingSchema`; 409 `nothing_to_correct` |
 * | `GET /api/objects/:time/:objectId` | – | `objectDetailSchema`; the path's end is a finding's `object_key` |
 * | `GET /api/transactions/:transactionId/object` | data:read | `objectDetailSchema`; of a transaction in the ledger |
 * | `GET /api/payouts?from=&to=&currency=&state=&limit=&after=` | – | `payoutListSchema`, newest first |
 * | `GET /api/payouts/currencies` | – | `payoutCurrenciesSchema` |
 * | `GET /api/payouts/export?from=&to=&currency=&state=` | – | `exportSchema`, CSV |
 * | `GET /api/payouts/:time/:payoutId` | – | `payoutDetailSchema`; the path's end is its `key` |
 * | `GET /api/payouts/:time/:payoutId/objects?limit=&after=` | – | `objectListSchema` |
 * | `GET /api/payouts/:time/:payoutId/export` | – | `exportSchema`, CSV |
 * | `GET /api/settings` | – | `settingsSchema` |
 * | `PUT /api/settings/key` `{key, connected_account?}` | data:read, data:write | `settingsSchema`; 422 as Stripe refuses it, and nothing is kept |
 * | `DELETE /api/settings/key` | data:read, data:write | `settingsSchema` |
 * | `PUT /api/settings/webhook` `{secret}` · `DELETE` | data:read, data:write | `settingsSchema` |
 * | `PUT /api/settings/schedule` `{cron, time_zone}`; `cron` null: never | data:read, data:write | `settingsSchema`; 422 |
 * | `GET /api/settings/findings/removal?days=` | – | `findingsRemovalSchema`: how many would go if they were kept for so many days |
 * | `PUT /api/settings/findings` `{kept_days}`; null: for ever | data:read, data:write | `settingsSchema` |
 *
 * Findings and payouts are those of the books that are read now, unless the query names others: `?books=`.
 *
 * Every GET has an `ETag`; one that comes back in `If-None-Match` is answered 304 without a body. `status`, `kind`
 * and `state` take several words parted by commas. A wrong query is answered 422 and names the parameter.
 */
import type { App } from "@annex/app";
import { neededToSync } from "./permissions.ts";
import { booksDetail, listBooks } from "./portal/books.ts";
import { acknowledge, acknowledgeAll, approve, listFindings } from "./portal/findings.ts";
import { objectDetail, objectOfTransaction } from "./portal/objects.ts";
import { overview } from "./portal/overview.ts";
import {
  exportContents,
  exportPayouts,
  listContents,
  listPayouts,
  payoutCurrencies,
  payoutDetail,
} from "./portal/payouts.ts";
import { tagged } from "./portal/query.ts";
import { aboutShownRun, listObjects, startRun } from "./portal/runs.ts";
import {
  findingsRemoval,
  removeKey,
  removeWebhook,
  type SettingsParts,
  setFindings,
  setKey,
  setSchedule,
  settings,
  setWebhook,
} from "./portal/settings.ts";
import { totalsOf } from "./portal/totals.ts";

/** Registers the routes above. */
export function registerPortalApi(app: App, parts: SettingsParts): void {
  const totals = totalsOf(parts);
  app.portal
    .get("/api/overview", {}, async (c) => tagged(c, await overview(c, parts)))
    .get("/api/totals", { requires: ["data:read"] }, async (c) => tagged(c, await totals(c)))
    .runs({ jobs: [parts.job], about: aboutShownRun })
    .post("/api/runs", { requires: neededToSync }, (c) => startRun(c, parts))
    .get("/api/runs/:runId/objects", {}, async (c) => tagged(c, await listObjects(c, parts)))
    .get("/api/books", {}, async (c) => tagged(c, await listBooks(c)))
    .get("/api/books/:name", { requires: ["data:read"] }, async (c) => tagged(c, await booksDetail(c, parts)))
    .get("/api/findings", {}, async (c) => tagged(c, await listFindings(c, parts)))
    .post("/api/findings/acknowledge", { requires: ["data:read"] }, (c) => acknowledgeAll(c, parts))
    .post("/api/findings/:findingId/acknowledge", { requires: ["data:read"] }, (c) => acknowledge(c, parts))
    .post("/api/findings/:findingId/approve", { requires: neededToSync }, (c) => approve(c, parts))
    .get("/api/objects/:time/:objectId", {}, async (c) => tagged(c, await objectDetail(c)))
    .get("/api/transactions/:transactionId/object", { requires: ["data:read"] }, async (c) =>
      tagged(c, await objectOfTransaction(c)),
    )
    .get("/api/payouts", {}, async (c) => tagged(c, await listPayouts(c)))
    .get("/api/payouts/currencies", {}, async (c) => tagged(c, await payoutCurrencies(c)))
    .get("/api/payouts/export", {}, async (c) => tagged(c, await exportPayouts(c)))
    .get("/api/payouts/:time/:payoutId", {}, async (c) => tagged(c, await payoutDetail(c)))
    .get("/api/payouts/:time/:payoutId/objects", {}, async (c) => tagged(c, await listContents(c)))
    .get("/api/payouts/:time/:payoutId/export", {}, async (c) => tagged(c, await exportContents(c)))
    .get("/api/settings", {}, async (c) => tagged(c, await settings(c, parts)))
    .put("/api/settings/key", { requires: neededToSync }, (c) => setKey(c, parts))
    .delete("/api/settings/key", { requires: neededToSync }, (c) => removeKey(c, parts))
    .put("/api/settings/webhook", { requires: neededToSync }, (c) => setWebhook(c, parts))
    .delete("/api/settings/webhook", { requires: neededToSync }, (c) => removeWebhook(c, parts))
    .put("/api/settings/schedule", { requires: neededToSync }, (c) => setSchedule(c, parts))
    .get("/api/settings/findings/removal", {}, async (c) => tagged(c, await findingsRemoval(c, parts)))
    .put("/api/settings/findings", { requires: neededToSync }, (c) => setFindings(c, parts));
}
