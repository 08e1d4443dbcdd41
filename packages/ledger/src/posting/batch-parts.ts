/**
 * Large batches, made in parts: each part is a commit of its own, so that nobody waits for all of a batch but who sent
 * it. How far one is, is kept in the same commit as the part, with the work it was accepted as; so it goes on after a
 * kill where it was, and what somebody else is at is left to him.
 *
 * An atomic batch is undone when it can't be made. One that nobody accepted as work is noted before its first part, as
 * one to undo: should the process end in the middle, the worker undoes what is there.
 */
import { toTimestampText } from "../rules/times.ts";
import { batchRows } from "../store/transactions.ts";
import type { WorkProgress } from "../store/work.ts";
import { type UndoBatchPayload, undoBatchKind } from "../store/work-payloads.ts";
import { type Batch, type BatchFailure, failureOf, orderOf, preparePart } from "./batch-items.ts";
import type { PostingContext } from "./context.ts";
import { type AcceptedWork, itemsPerCommit } from "./parts.ts";
import { compensations } from "./refunds.ts";
import type { Outcome } from "./types.ts";

/** Makes a large batch. Returns the failure it stopped at, if it was met this time. */
export async function postLargeBatch(
  context: PostingContext,
  batch: Batch,
  accepted: AcceptedWork | undefined,
): Promise<BatchFailure | undefined> {
  if (accepted !== undefined) return carryOn(context, batch, accepted, true);
  if (!batch.atomic) return (await makeParts(context, batch, undefined, false)).failure;
  const payload: UndoBatchPayload = { batchId: batch.batchId };
  const dueAt = toTimestampText(context.now());
  const { workId, release } = await context.work.hold({ kind: undoBatchKind, dueAt, payload });
  try {
    return await carryOn(context, batch, { workId, progress: null }, false);
  } finally {
    release();
  }
}

/** Makes what is left of a batch, undoes all of it where that is what comes of it, and finishes its work. */
async function carryOn(
  context: PostingContext,
  batch: Batch,
  accepted: AcceptedWork,
  isPromised: boolean,
): Promise<BatchFailure | undefined> {
  const { failure, progress } = await makeParts(context, batch, accepted, isPromised);
  if (batch.atomic && hasStopped(progress)) {
    await undoBatch(context, batch.batchId, { workId: accepted.workId, progress });
  } else await finish(context, accepted.workId);
  return failure;
}

const hasStopped = (progress: WorkProgress | null): boolean => progress?.["stopped"] === true;

async function makeParts(
  context: PostingContext,
  batch: Batch,
  accepted: AcceptedWork | undefined,
  isPromised: boolean,
): Promise<{ readonly failure?: BatchFailure; readonly progress: WorkProgress | null }> {
  let progress = accepted?.progress ?? null;
  if (hasStopped(progress)) return { progress };
  for (let from = Number(progress?.["made"] ?? 0); from < batch.items.length; from += itemsPerCommit) {
    const part = preparePart(context, batch, from);
    const reached = (outcomes: readonly Outcome[]): WorkProgress =>
      failureOf(part, outcomes) === undefined ? { made: from + itemsPerCommit } : { stopped: true };
    const advances =
      accepted === undefined ? {} : { advances: { workId: accepted.workId, from: progress, to: reached } };
    const { outcomes } = await context.posting.post({ ...orderOf(part, isPromised), ...advances });
    progress = reached(outcomes);
    const failure = failureOf(part, outcomes);
    if (failure !== undefined) return { failure, progress };
  }
  return { progress };
}

/** Undoes the rows of a batch from where that had come to, and finishes the work it is. */
export async function undoBatch(
  context: PostingContext,
  batchId: string,
  { workId, progress: begun }: AcceptedWork,
): Promise<void> {
  let progress = begun;
  for (;;) {
    const after = String(progress?.["undone"] ?? "0");
    const rows = await batchRows(context.database, batchId, after, itemsPerCommit);
    const last = rows.at(-1);
    if (last === undefined) break;
    const reached = { stopped: true, undone: last.id };
    await context.posting.post({
      movements: compensations(
        rows.map(({ row }) => row),
        context,
      ),
      onRefusal: "continue",
      advances: { workId, from: progress, to: () => reached },
    });
    progress = reached;
  }
  await finish(context, workId);
}

async function finish(context: PostingContext, workId: string): Promise<void> {
  await context.posting.post({ movements: [], onRefusal: "continue", finishes: [workId] });
}
