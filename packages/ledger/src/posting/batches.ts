/**
 * Batches (contract section 12): many transactions under one id, made in order until one fails. A small one is made in
 * one commit, and where it is atomic undone in the same; most large ones in several (`batch-parts.ts`).
 */
import { storedRows } from "./attempt.ts";
import {
  type Batch,
  type BatchFailure,
  batchSeries,
  failureOf,
  orderOf,
  preparePart,
} from "./batch-items.ts";
import { postSeries } from "./batch-parts.ts";
import type { PostingContext } from "./context.ts";
import { type AcceptedWork, itemsPerCommit } from "./parts.ts";
import { compensations } from "./refunds.ts";
import type { Outcome } from "./types.ts";

/**
 * Makes a batch.
 *
 * @returns the failure it stopped at, or undefined when all of it was made or accepted
 */
export async function postBatch(
  context: PostingContext,
  batch: Batch,
  accepted?: AcceptedWork,
): Promise<BatchFailure | undefined> {
  const failure = await (isMadeAtOnce(batch, accepted)
    ? postAtOnce(context, batch, accepted)
    : postSeries(context, batchSeries(context, batch), accepted));
  context.work.wake();
  return failure;
}

/**
 * Small ones; and large ones that could not be undone once others have seen a part of them: a hold may be committed, and
 * what is queued is carried out, before a later item is refused.
 */
function isMadeAtOnce({ items, atomic }: Batch, accepted: AcceptedWork | undefined): boolean {
  if (accepted !== undefined && accepted.progress !== null) return false;
  const leavesUndoing = ({ skip_queue, inflight }: Batch["items"][number]) => !skip_queue || inflight;
  return items.length <= itemsPerCommit || (atomic && items.some(leavesUndoing));
}

async function postAtOnce(
  context: PostingContext,
  batch: Batch,
  accepted: AcceptedWork | undefined,
): Promise<BatchFailure | undefined> {
  const part = preparePart(context, batch, 0, batch.items.length);
  const { outcomes } = await context.posting.post({
    ...orderOf(part),
    isPromised: accepted !== undefined,
    finishes: accepted === undefined ? [] : [accepted.workId],
    followUps: (made) =>
      batch.atomic && failureOf(part, made) !== undefined
        ? compensations(itemRows(batch.batchId, made), context)
        : [],
  });
  return failureOf(part, outcomes);
}

/** Legs of split items are no children of the batch and are not undone (contract section 12). */
function itemRows(batchId: string, outcomes: readonly Outcome[]) {
  return storedRows(outcomes).filter((row) => row.parent_transaction === batchId);
}
