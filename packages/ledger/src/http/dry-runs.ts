/** Dry runs of creates and batches (contract section 15.3): projected, answered 200, nothing kept. */
import { type Batch, prepareItem } from "../posting/batch-items.ts";
import type { PostingContext } from "../posting/context.ts";
import { immediateMovements } from "../posting/orders.ts";
import {
  type Projectable,
  Projection,
  readSnapshot,
  type Snapshot,
  UnresolvedSide,
} from "../posting/preview.ts";
import { toMajorUnits } from "../rules/amounts.ts";
import { isSplit, type Prepared } from "../rules/prepared.ts";
import type { Refusal } from "../rules/refusals.ts";
import { type Share, SplitError } from "../rules/splits.ts";
import { unreadableName } from "../rules/storable.ts";
import type { SqlDatabase } from "../store/database.ts";
import { readInParts } from "../store/in-parts.ts";
import { usedReferences } from "../store/posting.ts";
import { inTurns } from "../turns.ts";
import { Encoded } from "./encode.ts";
import { CoreFailure } from "./errors.ts";
import { balancesToPreview, createPreview, presentOrAbsent, rejectionOf } from "./previews.ts";
import { refusalFailure } from "./refusals.ts";
import { type Answer, json } from "./router.ts";
import type { Wire } from "./wire.ts";

/** What a preview is made with: it posts nothing and leaves no work. */
export type PreviewContext = Pick<PostingContext, "now" | "imitated"> & { readonly database: SqlDatabase };

/** One movement of a create, and the share of a split it makes. */
interface Step {
  readonly movement: Projectable;
  /** Why nothing about it can be looked up. */
  readonly unreadable: Refusal | undefined;
  readonly share?: Share;
}

/** What a create would come to; nothing where no item of a split gets a leg. */
function stepsOf(prepared: Prepared, context: PreviewContext): readonly Step[] {
  const { legs, request } = prepared;
  if (isSplit(request) && legs === undefined) return [];
  return immediateMovements(prepared, context.imitated).map(({ kind, row, overdraft }, index) => {
    const { source, destination, currency, preciseAmount: amount } = row;
    const share = legs?.[index]?.share;
    const movement = { source, destination, currency, amount, change: { kind, overdraft } };
    return { movement, unreadable: unreadableName(row), ...(share === undefined ? {} : { share }) };
  });
}

/** What is needed to preview creates without asking the database again. */
interface Known {
  readonly snapshot: Snapshot;
  readonly used: ReadonlySet<string>;
  readonly steps: ReadonlyMap<Prepared, readonly Step[]>;
}

/** @throws CoreFailure before the database is asked for a name it can't hold */
async function know(prepared: readonly Prepared[], context: PreviewContext): Promise<Known> {
  const steps = new Map(await inTurns(prepared, (one) => [one, stepsOf(one, context)] as const));
  for (const { unreadable } of [...steps.values()].flat())
    if (unreadable !== undefined) throw refusalFailure(unreadable, "TXN_VALIDATION_ERROR");
  const movements = [...steps.values()].flat().map(({ movement }) => movement);
  const references = prepared.map(({ request }) => request.reference);
  const used = await readInParts(references, (part) => usedReferences(context.database, part));
  return { snapshot: await readSnapshot(context.database, movements), used: new Set(used), steps };
}

/** Previews a create. */
export async function dryCreate(prepared: Prepared, context: PreviewContext): Promise<Answer> {
  const known = await know([prepared], context);
  return json(
    200,
    orRefused(() => aloneToWire(prepared, known)),
  );
}

/** A side that stands for no balance is an error even of a dry run. */
export function orRefused<T>(project: () => T): T {
  try {
    return project();
  } catch (error) {
    if (error instanceof UnresolvedSide) throw refusalFailure(error.refusal, "TXN_VALIDATION_ERROR");
    throw error;
  }
}

/** A create projected on balances as they are. */
function aloneToWire(prepared: Prepared, known: Known): Wire {
  const steps = known.steps.get(prepared) ?? [];
  const [first] = steps;
  if (isSplit(prepared.request) || first === undefined) return splitToWire(prepared, steps, known.snapshot);
  return singleToWire(prepared, first.movement, known);
}

/** A refused single one shows its balances unchanged; want of funds outranks the other reasons. */
function singleToWire(prepared: Prepared, movement: Projectable, { snapshot, used }: Known): Wire {
  const { request, preciseAmount, precision, amount } = prepared;
  const projection = new Projection(snapshot);
  const attempt = projection.attempt(movement);
  const duplicate = used.has(request.reference) ? referenceUsed(prepared) : undefined;
  const refusal = attempt.refusal ?? duplicate ?? attempt.conflict;
  const balances = projection.balances();
  const shown = refusal === undefined ? balances : balances.map((one) => ({ ...one, after: one.before }));
  return createPreview({
    prepared,
    amount: preciseAmount > 0n ? toMajorUnits(preciseAmount, precision).amount : amount,
    rejection: rejectionOf(refusal),
    balances: balancesToPreview(shown),
    notes: singleNotes(prepared, projection),
  });
}

function singleNotes({ request, times }: Prepared, projection: Projection): readonly string[] {
  const foreign = projection
    .balances()
    .filter(({ virtual, before }) => !virtual && before.currency !== request.currency);
  return [
    ...(times.scheduledFor === undefined
      ? []
      : ["projected as if it ran now; it would run at scheduled_for"]),
    ...foreign.map(
      ({ role, before }) =>
        `${role} balance currency ${before.currency} differs from transaction currency ${request.currency}`,
    ),
  ];
}

const legsApart = "legs are processed independently unless skip_queue is set, so each leg is projected alone";

/** Immediate legs build on each other, and end at the first refused one; queued ones stand alone. */
function splitToWire(prepared: Prepared, steps: readonly Step[], snapshot: Snapshot): Wire {
  const { amount } = prepared;
  if (prepared.request.skip_queue) {
    const projection = new Projection(snapshot);
    const { refusal, legs } = projectLegs(steps, projection);
    return createPreview({
      prepared,
      amount,
      rejection: rejectionOf(refusal),
      balances: balancesToPreview(projection.balances()),
      legs,
    });
  }
  const alone = steps.map((step) => {
    const projection = new Projection(snapshot);
    return { ...projectLegs([step], projection), balances: projection.balances() };
  });
  return createPreview({
    prepared,
    amount,
    rejection: rejectionOf(alone.find(({ refusal }) => refusal !== undefined)?.refusal),
    balances: alone.length === 0 ? null : balancesToPreview(alone.flatMap(({ balances }) => balances)),
    legs: alone.flatMap(({ legs }) => legs),
    notes: [legsApart],
  });
}

/** Projects legs up to the first that would be refused; `legs` are those that would be made. */
function projectLegs(steps: readonly Step[], projection: Projection) {
  const legs: Share[] = [];
  for (const { movement, share } of steps) {
    const { conflict, refusal } = projection.attempt(movement);
    const refused = conflict ?? refusal;
    if (refused !== undefined) return { refusal: refused, legs };
    if (share !== undefined) legs.push(share);
  }
  return { refusal: undefined, legs };
}

/** How a batch was sent. */
export interface DryBatch extends Batch {
  readonly skipQueue: boolean;
  readonly runAsync: boolean;
}

/** Previews a batch: cumulative when it would be immediate, else each item alone. */
export async function dryBatch(batch: DryBatch, context: PreviewContext): Promise<Answer> {
  const { prepared, impossible } = await prepareAll(batch, context);
  const known = await know(prepared, context);
  const projection = batch.skipQueue ? new Projection(known.snapshot) : undefined;
  const results = await itemsToWire(prepared, known, projection);
  if (impossible !== undefined) throw impossible;
  return json(200, {
    dry_run: true,
    would_apply: results.every(({ wouldApply }) => wouldApply),
    cumulative: batch.skipQueue,
    atomic: batch.atomic,
    results: results.map(({ encoded }) => encoded),
    balances: presentOrAbsent(balancesToPreview(projection?.balances() ?? [])),
    notes: presentOrAbsent(batchNotes(batch)),
  });
}

/** The items up to the first with an impossible split, which is an error even of a dry run. */
async function prepareAll({ batchId, items, skipQueue }: DryBatch, context: PreviewContext) {
  const prepared: Prepared[] = [];
  try {
    await inTurns(items, (item, index) => prepared.push(prepareItem(context, batchId, item, index)));
    return { prepared, impossible: undefined };
  } catch (error) {
    if (!(error instanceof SplitError)) throw error;
    const prefix = skipQueue ? "" : "failed to split transaction: ";
    return { prepared, impossible: new CoreFailure("TXN_VALIDATION_ERROR", prefix + error.message) };
  }
}

/** A reference that an earlier item has, even a refused one, counts as used. */
function itemsToWire(prepared: readonly Prepared[], known: Known, projection: Projection | undefined) {
  const seen = new Set(known.used);
  const itemToWire = (one: Prepared): Wire => {
    const { reference } = one.request;
    if (seen.has(reference)) return duplicateToWire(one);
    seen.add(reference);
    return projection === undefined ? aloneToWire(one, known) : togetherToWire(one, known, projection);
  };
  return inTurns(prepared, (one) => {
    const wire = orRefused(() => itemToWire(one));
    return { wouldApply: wire["would_apply"] === true, encoded: new Encoded(wire) };
  });
}

function duplicateToWire(prepared: Prepared): Wire {
  const rejection = rejectionOf(referenceUsed(prepared));
  return createPreview({ prepared, amount: prepared.amount, rejection, balances: null });
}

function referenceUsed({ request: { reference } }: Prepared): Refusal {
  return { code: "reference_used", reference };
}

/** An item of a cumulative batch: its balances are the batch's. */
function togetherToWire(prepared: Prepared, known: Known, projection: Projection): Wire {
  const { refusal, legs } = projectLegs(known.steps.get(prepared) ?? [], projection);
  const rejection = rejectionOf(refusal);
  return createPreview({ prepared, amount: prepared.amount, rejection, balances: null, legs });
}

function batchNotes({ skipQueue, atomic, runAsync }: DryBatch): readonly string[] {
  return [
    ...(skipQueue
      ? []
      : ["items are dispatched concurrently unless skip_queue is set, so each item is projected alone"]),
    ...(atomic ? ["atomic: a failing item would undo the items before it"] : []),
    ...(runAsync ? ["run_async: the preview is computed at once"] : []),
  ];
}
