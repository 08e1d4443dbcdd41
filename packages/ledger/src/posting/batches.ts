/**
 * Batches (contract section 12): many transactions under one id, made in order until one fails, in one
 * commit. An atomic batch undoes in the same commit what it had made.
 */

import { amountsOf, type Prepared, type TransactionRequest } from "../rules/prepared.ts";
import type { Refusal } from "../rules/refusals.ts";
import { type SplitError, untilImpossible } from "../rules/splits.ts";
import { storedRows } from "./attempt.ts";
import type { PostingContext } from "./context.ts";
import { immediateMovements, queuedMovements } from "./orders.ts";
import { prepareRequest } from "./prepare.ts";
import { compensations } from "./refunds.ts";
import type { Movement, Outcome } from "./types.ts";

/** A batch whose items were validated. */
export interface Batch {
  readonly batchId: string;
  readonly items: readonly TransactionRequest[];
  readonly atomic: boolean;
}

/** The item a batch stopped at. */
export interface BatchFailure {
  /** 0-based. */
  readonly index: number;
  readonly item: TransactionRequest;
  readonly amount: number;
  readonly source: string;
  readonly destination: string;
  readonly refusal: Refusal;
  /** Set when a leg of a split failed: 0-based. */
  readonly leg?: number;
}

interface Item {
  readonly index: number;
  readonly prepared: Prepared;
  readonly movements: readonly Movement[];
}

/**
 * Makes a batch.
 *
 * @returns the failure it stopped at, or undefined when all of it was made or accepted
 */
export async function postBatch(
  context: PostingContext,
  batch: Batch,
  finishes: readonly string[] = [],
): Promise<BatchFailure | undefined> {
  const { items, impossible } = prepareAll(context, batch);
  const movements = items.flatMap((item) => item.movements);
  const { outcomes } = await context.posting.post({
    movements,
    onRefusal: "stop",
    finishes,
    // What finishes work was accepted before it could be looked into.
    isPromised: finishes.length > 0,
    ...(impossible === undefined ? {} : { missing: impossible.refusal }),
    followUps: (made) =>
      batch.atomic && (impossible !== undefined || failedAt(made) !== undefined)
        ? compensations(itemRows(batch.batchId, made), context)
        : [],
  });
  context.work.wake();
  return refusedItem(items, outcomes) ?? impossible;
}

/** Legs of split items are no children of the batch and are not undone (contract section 12). */
function itemRows(batchId: string, outcomes: readonly Outcome[]) {
  return storedRows(outcomes).filter((row) => row.parent_transaction === batchId);
}

function prepareAll(context: PostingContext, { batchId, items: sent }: Batch) {
  const { made: items, impossible } = untilImpossible(sent, (item, index): Item => {
    const prepared = prepareItem(context, batchId, item, index);
    return { index, prepared, movements: movementsOf(context, prepared) };
  });
  const item = sent[items.length];
  if (impossible === undefined || item === undefined) return { items, impossible: undefined };
  return { items, impossible: impossibleSplit(items.length, item, impossible) };
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

function impossibleSplit(index: number, item: TransactionRequest, error: SplitError): BatchFailure {
  const refusal: Refusal = { code: "impossible_split", reason: error.message };
  const { source, destination } = item;
  const { amount } = amountsOf(item);
  return { index, item, amount, source, destination, refusal };
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
