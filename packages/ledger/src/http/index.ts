/**
 * Core's HTTP API (contract sections 1 to 4): routes and wire format. Nothing here knows SQL or a rule of
 * double entry; handlers decode, call `rules`, `posting` or `store`, and encode.
 *
 * How to add routes: write `http/routes/<entity>.ts` exporting `const <entity>Routes: readonly Route[]` and
 * list it below.
 *
 *     export const ledgerRoutes: readonly Route[] = [
 *       { method: "GET", path: "/ledgers/:id", handle: async (request, context) => {
 *         const ledger = await findLedger(context.database, request.parameters.id ?? "");
 *         if (ledger === undefined) throw new CoreFailure("LGR_NOT_FOUND", "Ledger not found", { details: {} });
 *         return json(200, ledgerToWire(ledger));
 *       } },
 *     ];
 *
 * - Bodies: describe them with `shapes.ts` (`structure`, `text`, `bigInteger`, …), read them with
 *   `decodeOr400` (or `decodeRequest`, to make another answer of a `BodyError`).
 * - Answers: `json(status, value)`; members print in the order given, `undefined` ones are left out, bigint
 *   prints bare, metadata is wrapped in `new Sorted(…)`. Other bodies: give `contentType` and `body`.
 * - Refusals: throw `CoreFailure(code, text, {details: {}, legacyKey: "errors", sniffed: true})`; a text whose
 *   code depends on its words gets it from `codeOfText`.
 * - Times: `context.now()`, `formatInstant` for the answer, `toTimestampText` for SQL, `timestampToWire` for
 *   what came out of SQL.
 * - Work that outlives the answer: `context.work.add(...)`, and a handler of its kind in `worker/handlers.ts`.
 */

import type { Placed } from "./route-tree.ts";
import type { Route } from "./router.ts";
import { balanceMonitorRoutes } from "./routes/balance-monitors.ts";
import { balanceRoutes } from "./routes/balances.ts";
import { bulkRoutes } from "./routes/bulk.ts";
import { bulkInflightRoutes } from "./routes/bulk-inflight.ts";
import { identityRoutes } from "./routes/identities.ts";
import { inflightRoutes } from "./routes/inflight.ts";
import { ledgerRoutes } from "./routes/ledgers.ts";
import { lineageRoutes } from "./routes/lineage.ts";
import { listRoutes } from "./routes/lists.ts";
import { matchingRuleRoutes } from "./routes/matching-rules.ts";
import { metadataRoutes } from "./routes/metadata.ts";
import { reconciliationRoutes } from "./routes/reconciliation.ts";
import { recoveryRoutes } from "./routes/recovery.ts";
import { refundRoutes } from "./routes/refunds.ts";
import { rootRoutes } from "./routes/root.ts";
import { tokenizationRoutes } from "./routes/tokenization.ts";
import { transactionRoutes } from "./routes/transactions.ts";
import { workRoutes } from "./routes/work.ts";

/** All routes of the ledger. */
export const routes: readonly Route[] = [
  ...rootRoutes,
  ...ledgerRoutes,
  ...balanceRoutes,
  ...balanceMonitorRoutes,
  ...transactionRoutes,
  ...bulkRoutes,
  ...inflightRoutes,
  ...bulkInflightRoutes,
  ...refundRoutes,
  ...recoveryRoutes,
  ...lineageRoutes,
  ...listRoutes,
  ...identityRoutes,
  ...tokenizationRoutes,
  ...metadataRoutes,
  ...matchingRuleRoutes,
  ...reconciliationRoutes,
  ...workRoutes,
];

/** `METHOD path` of Core that this ledger does not serve. */
const elsewhere = [
  "GET /mocked-account",
  "GET /backup",
  "GET /backup-s3",
  "POST /accounts",
  "GET /accounts/:id",
  "GET /accounts",
  "POST /accounts/filter",
  "POST /search/:collection",
  "POST /multi-search",
  "POST /search/reindex",
  "GET /search/reindex",
  "POST /hooks",
  "PUT /hooks/:id",
  "GET /hooks/:id",
  "GET /hooks",
  "DELETE /hooks/:id",
  "POST /api-keys",
  "GET /api-keys",
  "DELETE /api-keys/:id",
];

/** Core's other routes: they answer nothing here, but stand among those that decide on redirects. */
export const unservedRoutes: readonly Placed[] = elsewhere.map((line) => {
  const [method = "", path = ""] = line.split(" ");
  return { method, path };
});
