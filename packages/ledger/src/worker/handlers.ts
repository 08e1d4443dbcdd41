/** Which code does which kind of work. */
import type { LedgerContext } from "../context.ts";
import type { Work } from "../store/work.ts";
import { processBulk } from "./bulk.ts";
import { processCompensation, processHoldAction, processHoldCommit, processHoldExpiry } from "./holds.ts";
import { processLineage, processLineageSettle } from "./lineage.ts";
import { queuedKind } from "./payloads.ts";
import { processQueued } from "./queued.ts";
import { processReconciliation, reconcileKind } from "./reconcile.ts";

/**
 * Does one piece of work. It must remove the piece in the same commit as its effect (`Order.finishes`), or
 * be safe to repeat and remove it at the end (`finishWork`).
 */
export type WorkHandler = (context: LedgerContext, piece: Work) => Promise<void>;

/** By kind. */
export const workHandlers: Readonly<Record<string, WorkHandler>> = {
  [queuedKind]: processQueued,
  [reconcileKind]: processReconciliation,
  bulk: processBulk,
  compensate: processCompensation,
  lineage: processLineage,
  "lineage-settle": processLineageSettle,
  "hold-action": processHoldAction,
  "hold-commit": processHoldCommit,
  "hold-expiry": processHoldExpiry,
};
