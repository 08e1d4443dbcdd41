import {
  bulkKind,
  cancelledRunKind,
  queuedKind,
  reconcileKind,
  undoBatchKind,
} from "../store/work-payloads.ts";
import { processBulk, processUndoBatch } from "./bulk.ts";
import type { WorkHandler } from "./handler.ts";
import { processCompensation, processHoldAction, processHoldCommit, processHoldExpiry } from "./holds.ts";
import { processLineage, processLineageSettle } from "./lineage.ts";
import { processQueued } from "./queued.ts";
import { processCancelledRun, processReconciliation } from "./reconcile.ts";

/** By kind. */
export const workHandlers: Readonly<Record<string, WorkHandler>> = {
  [queuedKind]: processQueued,
  [reconcileKind]: processReconciliation,
  [cancelledRunKind]: processCancelledRun,
  [bulkKind]: processBulk,
  [undoBatchKind]: processUndoBatch,
  compensate: processCompensation,
  lineage: processLineage,
  "lineage-settle": processLineageSettle,
  "hold-action": processHoldAction,
  "hold-commit": processHoldCommit,
  "hold-expiry": processHoldExpiry,
};
