/** Batches that were answered 202 (contract section 12, "Async batches"), and those that are to be undone. */
import { undoBatch } from "../posting/batch-parts.ts";
import { postBatch } from "../posting/batches.ts";
import { type BulkPayload, itemsFromPayload, type UndoBatchPayload } from "../store/work-payloads.ts";
import type { WorkHandler } from "./handler.ts";

/** Makes an asynchronous batch. Its failure is told by its rows, as Core does, and kept on record. */
export const processBulk: WorkHandler = async (context, piece) => {
  const { batchId, atomic, items } = piece.payload as BulkPayload;
  await postBatch(context, { batchId, atomic, items: await itemsFromPayload(items) }, piece);
};

/** Undoes a batch whose maker is gone. */
export const processUndoBatch: WorkHandler = async (context, piece) => {
  const { batchId } = piece.payload as UndoBatchPayload;
  await undoBatch(context, batchId, piece);
  context.work.wake();
};
