/**
 * Large batches, made in parts: each part is a commit of its own, so that nobody waits for all of a batch but who sent
 * it. How far one is, is kept in the same commit as the part, with the work it was accepted as; so it goes on after a
 * kill where it was, and what somebody else is at is left to him.
 *
 * An atomic batch is undone when it can't be made. One that nobody accepted as work is noted before its first part, as
 * one to undo: should the process end in the middle, or the database fail, the worker undoes what is there.
 */
import { toTimestampText } from "../rules/times.ts";
import { batchRows } from "../store/transactions.ts";
import { placeOfWork, type WorkProgress } from "../store/work.ts";
import { type UndoBatchPayload, undoBatchKind } from "../store/work-payloads.ts";
import { type Batch, type BatchFailure, failureAt, failureOf, orderOf, preparePart } from "./batch-items.ts";
import type { PostingContext } from "./context.ts";
import { FinishedElsewhere, keptLocked, OrderFailed } from "./failures.ts";
import { type AcceptedWork, itemsPerCommit } from "./parts.ts";
import { compensations } from "./refunds.ts";
import type { Advance, Outcome } from "./types.ts";

/** Makes a large batch. Returns the failure it stopped at, if it was met this time. */
export async function postLargeBatch(
  context: PostingContext,
  batch: Batch,
  accepted: AcceptedWork | undefined,
): Promise<BatchFailure | undefined> {
  if (accepted !== undefined) return makeAccepted(context, batch, accepted);
  if (!batch.atomic) return (await makeForCaller(context, batch, undefined)).failure;
  const payload: UndoBatchPayload = { batchId: batch.batchId };
  const dueAt = toTimestampText(context.now());
  return context.work.during({ kind: undoBatchKind, dueAt, payload }, (workId) =>
    makeOrUndo(context, batch, workId),
  );
}

/** The work is the batch: it is carried out, and tried again where the database fails. */
async function makeAccepted(
  context: PostingContext,
  batch: Batch,
  accepted: AcceptedWork,
): Promise<BatchFailure | undefined> {
  const made = new Making(context, batch, accepted, true);
  const failure = await made.toTheEnd();
  const { workId } = accepted;
  const { progress } = made;
  const isToBeUndone = batch.atomic && progress?.["stopped"] === true;
  if (isToBeUndone) await undoBatch(context, batch.batchId, { workId, progress });
  return failure;
}

/** The work is to undo the batch, unless all of it is made. */
async function makeOrUndo(
  context: PostingContext,
  batch: Batch,
  workId: string,
): Promise<BatchFailure | undefined> {
  const { failure, progress } = await makeForCaller(context, batch, { workId, progress: null });
  return failure && undone(context, batch, { workId, progress }, failure);
}

/**
 * Undoes what is made of the batch. Where its lease had lapsed, somebody else took it for abandoned and is undoing it
 * too: each step that he was faster with is one less to do, and the caller is not told that it is done before it is.
 */
async function undone(
  context: PostingContext,
  batch: Batch,
  from: AcceptedWork,
  failure: BatchFailure,
): Promise<BatchFailure> {
  let place: AcceptedWork | undefined = from;
  while (place !== undefined) {
    try {
      await undoBatch(context, batch.batchId, place);
      return failure;
    } catch (error) {
      if (error instanceof OrderFailed) return { ...failure, notUndone: error.refusal };
      if (!(error instanceof FinishedElsewhere)) throw error;
      place = await placeOfWork(context.database, from.workId);
    }
  }
  return failure;
}

/** Whoever waits for the answer is told which item the database failed at, once others are made. */
async function makeForCaller(
  context: PostingContext,
  batch: Batch,
  work: AcceptedWork | undefined,
): Promise<{ readonly failure: BatchFailure | undefined; readonly progress: WorkProgress | null }> {
  const made = new Making(context, batch, work, false);
  try {
    return { failure: await made.toTheEnd(), progress: made.progress };
  } catch (error) {
    // Who has lost his place to somebody else is told what Core tells who does not get a lock.
    if (error instanceof FinishedElsewhere)
      return { failure: failureAt(batch, made.reached, keptLocked), progress: made.progress };
    if (!(error instanceof OrderFailed) || error.mayBeMade || made.reached === 0) throw error;
    const failure = failureAt(batch, made.reached, error.refusal);
    return { failure: { ...failure, reference: error.reference }, progress: made.progress };
  }
}

/** A batch on its way, and how far it is. */
class Making {
  readonly #context: PostingContext;
  readonly #batch: Batch;
  readonly #workId: string | undefined;
  readonly #isPromised: boolean;
  progress: WorkProgress | null;

  constructor(context: PostingContext, batch: Batch, work: AcceptedWork | undefined, isPromised: boolean) {
    this.#context = context;
    this.#batch = batch;
    this.#workId = work?.workId;
    this.#isPromised = isPromised;
    this.progress = work?.progress ?? null;
  }

  /** How many items are made. */
  get reached(): number {
    return Number(this.progress?.["made"] ?? 0);
  }

  async toTheEnd(): Promise<BatchFailure | undefined> {
    while (this.progress?.["stopped"] !== true && this.reached < this.#batch.items.length) {
      const failure = await this.#part();
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  async #part(): Promise<BatchFailure | undefined> {
    const context = this.#context;
    const part = preparePart(context, this.#batch, this.reached, itemsPerCommit);
    const after = (outcomes: readonly Outcome[]): WorkProgress =>
      failureOf(part, outcomes) === undefined ? { made: this.reached + itemsPerCommit } : { stopped: true };
    const advances = this.#advances(after);
    const { outcomes } = await context.posting.post({ ...orderOf(part, this.#isPromised), ...advances });
    this.progress = after(outcomes);
    return failureOf(part, outcomes);
  }

  /** The last part finishes the work, unless what is made is to be undone. */
  #advances(after: (outcomes: readonly Outcome[]) => WorkProgress): { readonly advances?: Advance } {
    const workId = this.#workId;
    if (workId === undefined) return {};
    const isEnd = (progress: WorkProgress) =>
      progress["stopped"] === true
        ? !this.#batch.atomic
        : Number(progress["made"]) >= this.#batch.items.length;
    const to = (outcomes: readonly Outcome[]) => {
      const progress = after(outcomes);
      return isEnd(progress) ? undefined : progress;
    };
    return { advances: { workId, from: this.progress, to } };
  }
}

/** Undoes the rows of a batch from where that had come to, and finishes the work it is. */
export async function undoBatch(
  context: PostingContext,
  batchId: string,
  { workId, progress }: AcceptedWork,
): Promise<void> {
  for (let from = progress, isLast = false; !isLast; ) {
    const found = await batchRows(
      context.database,
      batchId,
      String(from?.["undone"] ?? "0"),
      itemsPerCommit + 1,
    );
    const rows = found.slice(0, itemsPerCommit);
    isLast = found.length <= itemsPerCommit;
    const to = isLast ? undefined : { stopped: true, undone: rows.at(-1)?.id ?? "0" };
    const movements = compensations(
      rows.map(({ row }) => row),
      context,
    );
    await context.posting.post({
      movements,
      onRefusal: "continue",
      advances: { workId, from, to: () => to },
    });
    from = to ?? null;
  }
}
