/** Batches that were answered 202 (contract section 12, "Async batches"). */
import { postBatch } from "../posting/batches.ts";
import type { BulkPayload } from "../store/work-payloads.ts";
import { itemsFromPayload } from "../store/work-payloads.ts";
import type { WorkHandler } from "./handler.ts";

/** Makes an asynchronous batch. Its failure is told by its rows, as Core does, and kept on record. */
export const processBulk: WorkHandler = async (context, piece) => {
  const { batchId, atomic, items } = piece.payload as BulkPayload;
  await postBatch(context, { batchId, atomic, items: itemsFromPayload(items) }, [piece.workId]);
};
