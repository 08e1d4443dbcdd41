/**
 * The items of a batch (contract section 12) as orders: those that share a commit, and what became of them. Each is
 * prepared as a transaction of its own; the first that is refused, or can't be split as it wants, ends the batch.
 */
import { amountsOf, type Prepared, type TransactionRequest } from "../rules/prepared.ts";
import type { Refusal } from "../rules/refusals.ts";
import { untilImpossible } from "../rules/splits.ts";
import type { Series, SeriesFailure } from "./batch-parts.ts";
import type { PostingContext } from "./context.ts";
import { immediateMovements, queuedMovements } from "./orders.ts";
import { prepareRequest } from "./prepare.ts";
import type { Movement, Order, Outcome } from "./types.ts";

/** A batch whose items were validated. */
export interface Batch {
  readonly batchId: string;
  readonly items: readonly TransactionRequest[];
  readonly atomic: boolean;
}

/** The item a batch stopped at. */
export interface BatchFailure extends SeriesFailure {
  readonly item: TransactionRequest;
  readonly amount: number;
  readonly source: string;
  readonly destination: string;
  /** Set when a leg of a split failed: 0-based. */
  readonly leg?: number;
}

interface Item {
  readonly index: number;
  readonly prepared: Prepared;
  readonly movements: readonly Movement[];
}

/** Some items of a batch, as far as they can be made. */
export interface Part {
  readonly items: readonly Item[];
  /** The item behind them whose split is impossible. */
  readonly impossible: BatchFailure | undefined;
}

/** Prepares so many items from one on, which share a commit. */
export function preparePart(context: PostingContext, batch: Batch, from: number, count: number): Part {
  const { batchId } = batch;
  const sent = batch.items.slice(from, from + count);
  const { made: items, impossible } = untilImpossible(sent, (item, place): Item => {
    const index = from + place;
    const prepared = prepareItem(context, batchId, item, index);
    return { index, prepared, movements: movementsOf(context, prepared) };
  });
  if (impossible === undefined) return { items, impossible: undefined };
  const refusal: Refusal = { code: "impossible_split", reason: impossible.message };
  return { items, impossible: failureAt(batch, from + items.length, refusal) };
}

/** A batch as what is made in parts. */
export function batchSeries(context: PostingContext, batch: Batch): Series<BatchFailure> {
  const { batchId, items, atomic } = batch;
  return {
    groupId: batchId,
    length: items.length,
    atomic,
    part(from, count) {
      const part = preparePart(context, batch, from, count);
      return { order: orderOf(part), failureOf: (outcomes) => failureOf(part, outcomes) };
    },
    failureAt: (index, refusal) => failureAt(batch, index, refusal),
  };
}

/** The order that makes a part; what makes accepted work could not be looked into before. */
export function orderOf({ items, impossible }: Part): Order {
  return {
    movements: items.flatMap(({ movements }) => movements),
    onRefusal: "stop",
    ...(impossible === undefined ? {} : { missing: impossible.refusal }),
  };
}

/** The failure of the database at an item, or at one of those that share its commit. */
function failureAt({ items }: Batch, index: number, refusal: Refusal): BatchFailure {
  const item = items[index];
  if (item === undefined) throw new Error(`the batch has no item ${index}`);
  const { source, destination } = item;
  return { index, item, amount: amountsOf(item).amount, source, destination, refusal };
}

/** What a part stopped at. */
export function failureOf(
  { items, impossible }: Part,
  outcomes: readonly Outcome[],
): BatchFailure | undefined {
  return refusedItem(items, outcomes) ?? impossible;
}

/** Prepares one item as part of its batch. */
export function prepareItem(
  { now }: Pick<PostingContext, "now">,
  batchId: string,
  item: TransactionRequest,
  index: number,
): Prepared {
  return prepareRequest(item, now, { batchId, sequence: index + 1 });
}

function movementsOf(context: PostingContext, prepared: Prepared): readonly Movement[] {
  if (!prepared.request.skip_queue) return queuedMovements(prepared, context.now, context.imitated);
  // A hold with a parent never enters lineage (contract section 13).
  return immediateMovements(prepared, context.imitated);
}

function failedAt(outcomes: readonly Outcome[]): number | undefined {
  const index = outcomes.findIndex(({ kind }) => kind === "refused");
  return index === -1 ? undefined : index;
}

function refusedItem(items: readonly Item[], outcomes: readonly Outcome[]): BatchFailure | undefined {
  let at = failedAt(outcomes);
  if (at === undefined) return undefined;
  const outcome = outcomes[at];
  for (const item of items) {
    if (at < item.movements.length) return describe(item, at, outcome);
    at -= item.movements.length;
  }
  return undefined;
}

function describe(item: Item, leg: number, outcome: Outcome | undefined): BatchFailure | undefined {
  if (outcome?.kind !== "refused") return undefined;
  const { prepared, index } = item;
  const { request, amount } = prepared;
  const common = { index, item: request, amount, refusal: outcome.refusal };
  const { source, destination } = request;
  // Of a split only its legs are resolved, and the batch names what was sent.
  if (prepared.legs === undefined) return { ...common, ...(outcome.sides ?? { source, destination }) };
  return { ...common, source, destination, leg };
}
