/** Creating many transactions at once (contract section 12). */

import type { LedgerContext } from "../../context.ts";
import { newId } from "../../ids.ts";
import type { Batch } from "../../posting/batch-items.ts";
import { postBatch } from "../../posting/batches.ts";
import type { TransactionRequest } from "../../rules/prepared.ts";
import { toTimestampText } from "../../rules/times.ts";
import { transactionProblems } from "../../rules/validation.ts";
import { countBatches } from "../../store/work.ts";
import { type BulkPayload, bulkKind, itemsToPayload } from "../../store/work-payloads.ts";
import { inTurns } from "../../turns.ts";
import { bulkFailure } from "../bulk-failure.ts";
import { dryBatch } from "../dry-runs.ts";
import { CoreFailure } from "../errors.ts";
import { type Answer, decodeOr400, type Handler, json, type Route } from "../router.ts";
import { type BulkBody, bulkBody } from "../transaction-request.ts";
import { problemsText } from "../validation.ts";

const mostItems = 10_000;
const mostAsyncBatches = 100;

const createBulk: Handler = async (request, context) => {
  const body = await decodeOr400(request, bulkBody, { sniffed: true, prefix: "Invalid request body: " });
  const items = await checkItems(body);
  const batchId = newId("bulk");
  const batch: Batch = { batchId, items, atomic: body.atomic };
  if (body.dry_run) {
    const how = { skipQueue: body.skip_queue, runAsync: body.run_async };
    return dryBatch({ ...batch, ...how }, context);
  }
  if (body.run_async) return startAsync(batch, context);
  const failure = await postBatch(context, batch);
  if (failure !== undefined) throw bulkFailure(failure, { batchId, ...body });
  return json(201, {
    batch_id: batchId,
    status: body.inflight ? "inflight" : "applied",
    transaction_count: items.length,
  });
};

/**
 * The items as the batch overrides them.
 *
 * @throws CoreFailure naming the first item that is missing or invalid
 */
async function checkItems(body: BulkBody): Promise<readonly TransactionRequest[]> {
  const items = body.transactions ?? [];
  if (items.length === 0) throw new CoreFailure("TXN_BULK_EMPTY", "transactions cannot be empty");
  if (items.length > mostItems) {
    throw new CoreFailure("TXN_BULK_LIMIT_EXCEEDED", `too many transactions; max is ${mostItems}`);
  }
  return inTurns(items, (item, index) => {
    if (item === null) throw invalidItem(index, `transactions[${index}] is required`);
    const problem = problemsText(transactionProblems(item));
    if (problem !== undefined) throw invalidItem(index, `transactions[${index}]: ${problem}`);
    return { ...item, inflight: body.inflight, skip_queue: body.skip_queue };
  });
}

function invalidItem(index: number, message: string): CoreFailure {
  return new CoreFailure("TXN_VALIDATION_ERROR", message, { legacyKey: "errors", details: { index } });
}

/** Keeps the batch for the worker, so that what was answered 202 survives a restart. */
async function startAsync({ batchId, items, atomic }: Batch, context: LedgerContext): Promise<Answer> {
  if ((await countBatches(context.database)) >= mostAsyncBatches) {
    throw new CoreFailure("GEN_RATE_LIMITED", "too many async bulk operations in progress, try again later");
  }
  const payload: BulkPayload = { batchId, atomic, items: await itemsToPayload(items) };
  await context.work.add([{ kind: bulkKind, dueAt: toTimestampText(context.now()), payload }]);
  return json(202, {
    batch_id: batchId,
    message: "Bulk transaction processing started",
    status: "processing",
  });
}

export const bulkRoutes: readonly Route[] = [
  { method: "POST", path: "/transactions/bulk", handle: createBulk },
];
