/** The text of a batch that stopped (contract section 12, "Synchronous failure"). */
import type { BatchFailure } from "../posting/batch-items.ts";
import { twoDecimals } from "../rules/amounts.ts";
import { refusalText } from "../rules/refusals.ts";
import { CoreFailure, codeOfText } from "./errors.ts";

/** How the batch was sent. */
export interface BatchKind {
  readonly batchId: string;
  readonly atomic: boolean;
  readonly inflight: boolean;
}

/** The refusal of a batch that stopped at one of its items. */
export function bulkFailure(failure: BatchFailure, batch: BatchKind): CoreFailure {
  const { index, item, amount, source, destination } = failure;
  const head = `failed to queue transaction ${index + 1} (Reference: ${item.reference}, Source: ${source}, Destination: ${destination}, Amount: ${twoDecimals(amount)})`;
  const message = `${head}: ${innerText(failure)}${suffix(batch, failure)}`;
  const { batchId } = batch;
  const named = failure.reference === undefined ? {} : { reference: failure.reference };
  return new CoreFailure(codeOfText(message, "GEN_BAD_REQUEST"), message, {
    batchId,
    details: { batch_id: batchId, ...named },
  });
}

function innerText({ refusal, leg }: BatchFailure): string {
  const prefix = leg === undefined ? "" : `failed to record split transaction ${leg}: `;
  return prefix + refusalText(refusal);
}

function suffix({ atomic, inflight }: BatchKind, { notUndone }: BatchFailure): string {
  if (notUndone !== undefined) return `. Failed to roll back all transactions: ${refusalText(notUndone)}`;
  if (!atomic) return ". Previous transactions were not rolled back.";
  return `. All transactions in this batch have been ${inflight ? "voided" : "refunded"}.`;
}
