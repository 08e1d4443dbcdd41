/** Batches that were answered 202 (contract section 12, "Async batches"). */
import { runAsyncBatch } from "../http/routes/bulk.ts";
import type { WorkHandler } from "./handlers.ts";
import type { BulkPayload } from "./payloads.ts";

/** Makes an asynchronous batch. */
export const processBulk: WorkHandler = async (context, piece) => {
  const { batchId, body } = piece.payload as BulkPayload;
  await runAsyncBatch(context, batchId, body, piece.workId);
};
