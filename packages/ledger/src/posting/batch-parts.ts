/**
 * Large batches and large splits, made in parts: each part is a commit of its own, so that nobody waits for all of it but
 * who sent it. How far one is, is kept in the same commit as the part, with the work it was accepted as; so it goes on
 * after a kill where it was, and what somebody else is at is left to him.
 *
 * What is atomic is undone when it can't be made. Where nobody accepted it as work it is noted before its first part, as
 * something to undo: should the process end in the middle, or the database fail, the worker undoes what is there.
 */
import type { Refusal } from "../rules/refusals.ts";
import { toTimestampText } from "../rules/times.ts";
import { DatabaseError } from "../store/database.ts";
import { batchRows, countStandingRows } from "../store/transactions.ts";
import { placeOfWork, type WorkProgress } from "../store/work.ts";
import { type UndoBatchPayload, undoBatchKind } from "../store/work-payloads.ts";
import type { PostingContext } from "./context.ts";
import { FinishedElsewhere, keptLocked, OrderFailed } from "./failures.ts";
import { type AcceptedWork, itemsPerCommit } from "./parts.ts";
import { compensations } from "./refunds.ts";
import type { Advance, Order, Outcome } from "./types.ts";

/** What a series stopped at. */
export interface SeriesFailure {
  /** 0-based. */
  readonly index: number;
  readonly refusal: Refusal;
  /** Names the database's fault in the log. */
  readonly reference?: string | undefined;
  /** Why what was made could not be undone yet. */
  readonly notUndone?: Refusal;
  /** How many of them stand, where they could not all be undone yet; absent where the database can't be asked. */
  readonly standing?: number;
}

/** Some of a series, to be made in one commit. */
export interface SeriesPart<Failure extends SeriesFailure> {
  readonly order: Order;
  /** What it stopped at. */
  failureOf(outcomes: readonly Outcome[]): Failure | undefined;
}

/** Things that are made in order until one of them fails: the items of a batch, the legs of a split. */
export interface Series<Failure extends SeriesFailure> {
  /** The parent of their rows. */
  readonly groupId: string;
  readonly length: number;
  readonly atomic: boolean;
  part(from: number, count: number): SeriesPart<Failure>;
  /** The failure of the database at one of them, or at those that share its commit. */
  failureAt(index: number, refusal: Refusal): Failure;
}

/** Makes a series in parts. Returns the failure it stopped at, if it was met this time. */
export async function postSeries<Failure extends SeriesFailure>(
  context: PostingContext,
  series: Series<Failure>,
  accepted?: AcceptedWork,
): Promise<Failure | undefined> {
  if (accepted !== undefined) return makeAccepted(context, series, accepted);
  if (!series.atomic) return (await makeForCaller(context, series, undefined)).failure;
  const payload: UndoBatchPayload = { batchId: series.groupId };
  const dueAt = toTimestampText(context.now());
  return context.work.during({ kind: undoBatchKind, dueAt, payload }, (workId) =>
    makeOrUndo(context, series, workId),
  );
}

/** The work is the series: it is carried out, and tried again where the database fails. */
async function makeAccepted<Failure extends SeriesFailure>(
  context: PostingContext,
  series: Series<Failure>,
  accepted: AcceptedWork,
): Promise<Failure | undefined> {
  const made = new Making(context, series, accepted, true);
  const failure = await made.toTheEnd();
  const { workId } = accepted;
  const { progress } = made;
  const isToBeUndone = series.atomic && progress?.["stopped"] === true;
  if (isToBeUndone) await undoBatch(context, series.groupId, { workId, progress });
  return failure;
}

/** The work is to undo the series, unless all of it is made. */
async function makeOrUndo<Failure extends SeriesFailure>(
  context: PostingContext,
  series: Series<Failure>,
  workId: string,
): Promise<Failure | undefined> {
  const { failure, progress } = await makeForCaller(context, series, { workId, progress: null });
  return failure && undone(context, series, { workId, progress }, failure);
}

/**
 * Undoes what is made of the series. Where its lease had lapsed, somebody else took it for abandoned and is undoing it
 * too: each step that he was faster with is one less to do, and the caller is not told that it is done before it is.
 */
async function undone<Failure extends SeriesFailure>(
  context: PostingContext,
  series: Series<Failure>,
  from: AcceptedWork,
  failure: Failure,
): Promise<Failure> {
  let place: AcceptedWork | undefined = from;
  while (place !== undefined) {
    try {
      await undoBatch(context, series.groupId, place);
      return failure;
    } catch (error) {
      if (error instanceof OrderFailed)
        return { ...failure, ...(await leftStanding(context, series.groupId, from.workId, error.refusal)) };
      if (!(error instanceof FinishedElsewhere)) throw error;
      place = await placeOfWork(context.database, from.workId);
    }
  }
  return failure;
}

/**
 * What there is where undoing was cut short. The books are asked: some of it may be undone, and of the last step nobody
 * else may know.
 */
async function leftStanding(
  { database }: PostingContext,
  groupId: string,
  workId: string,
  notUndone: Refusal,
): Promise<Partial<SeriesFailure>> {
  try {
    const standing = await countStandingRows(database, groupId, workId);
    return standing === undefined ? {} : { notUndone, standing };
  } catch (error) {
    if (error instanceof DatabaseError) return { notUndone };
    throw error;
  }
}

/** Whoever waits for the answer is told where the database failed, once others are made. */
async function makeForCaller<Failure extends SeriesFailure>(
  context: PostingContext,
  series: Series<Failure>,
  work: AcceptedWork | undefined,
): Promise<{ readonly failure: Failure | undefined; readonly progress: WorkProgress | null }> {
  const made = new Making(context, series, work, false);
  try {
    return { failure: await made.toTheEnd(), progress: made.progress };
  } catch (error) {
    // Who has lost his place to somebody else is told what Core tells who does not get a lock.
    if (error instanceof FinishedElsewhere)
      return { failure: series.failureAt(made.reached, keptLocked), progress: made.progress };
    if (!(error instanceof OrderFailed) || error.mayBeMade || made.reached === 0) throw error;
    const failure = series.failureAt(made.reached, error.refusal);
    return { failure: { ...failure, reference: error.reference }, progress: made.progress };
  }
}

/** A series on its way, and how far it is. */
class Making<Failure extends SeriesFailure> {
  readonly #context: PostingContext;
  readonly #series: Series<Failure>;
  readonly #workId: string | undefined;
  readonly #isPromised: boolean;
  progress: WorkProgress | null;

  constructor(
    context: PostingContext,
    series: Series<Failure>,
    work: AcceptedWork | undefined,
    isPromised: boolean,
  ) {
    this.#context = context;
    this.#series = series;
    this.#workId = work?.workId;
    this.#isPromised = isPromised;
    this.progress = work?.progress ?? null;
  }

  /** How many are made. */
  get reached(): number {
    return Number(this.progress?.["made"] ?? 0);
  }

  async toTheEnd(): Promise<Failure | undefined> {
    while (this.progress?.["stopped"] !== true && this.reached < this.#series.length) {
      const failure = await this.#part();
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  async #part(): Promise<Failure | undefined> {
    const context = this.#context;
    const part = this.#series.part(this.reached, itemsPerCommit);
    const after = (outcomes: readonly Outcome[]): WorkProgress =>
      part.failureOf(outcomes) === undefined ? { made: this.reached + itemsPerCommit } : { stopped: true };
    const advances = this.#advances(after);
    const order = { ...part.order, isPromised: this.#isPromised, ...advances };
    const { outcomes } = await context.posting.post(order);
    this.progress = after(outcomes);
    return part.failureOf(outcomes);
  }

  /** The last part finishes the work, unless what is made is to be undone. */
  #advances(after: (outcomes: readonly Outcome[]) => WorkProgress): { readonly advances?: Advance } {
    const workId = this.#workId;
    if (workId === undefined) return {};
    const isEnd = (progress: WorkProgress) =>
      progress["stopped"] === true ? !this.#series.atomic : Number(progress["made"]) >= this.#series.length;
    const to = (outcomes: readonly Outcome[]) => {
      const progress = after(outcomes);
      return isEnd(progress) ? undefined : progress;
    };
    return { advances: { workId, from: this.progress, to } };
  }
}

/** Undoes the rows of a batch or split from where that had come to, and finishes the work it is. */
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
