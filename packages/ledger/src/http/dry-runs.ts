/** Dry runs of every write (contract section 15.3): projected, answered 200, nothing kept. */
import type { LedgerContext } from "../context.ts";
import type { Batch } from "../posting/batches.ts";
import { type HoldAction, holdOrder } from "../posting/hold-actions.ts";
import { immediateMovements } from "../posting/orders.ts";
import {
  merged,
  type Projectable,
  type ProjectedMovement,
  previewSheet,
  project,
} from "../posting/preview.ts";
import { immediateRefund } from "../posting/refunds.ts";
import { isHoldMovement, type NewMovement, type Refusal } from "../posting/types.ts";
import type { Prepared } from "../rules/prepared.ts";
import { collectLegs } from "../store/holds.ts";
import { findTransaction, refundedAmong, type TransactionRow } from "../store/transactions.ts";
import { CoreFailure } from "./errors.ts";
import { actionPreview, balanceToPreview, createPreview, notesOrAbsent } from "./previews.ts";
import { type Answer, json } from "./router.ts";
import type { Wire } from "./wire.ts";

/** The movements a create would come to; queued legs are named with `_`. */
function createMovements(prepared: Prepared, context: LedgerContext): readonly NewMovement[] {
  const movements = immediateMovements(prepared, context.imitated);
  if (prepared.request.skip_queue || prepared.legs === undefined) return movements;
  return movements.map((movement, index) => ({
    ...movement,
    row: { ...movement.row, reference: `${prepared.request.reference}_${index + 1}` },
  }));
}

/** Immediate legs build on each other and stop at the first refused one; queued ones stand alone. */
function projectAll(
  movements: readonly Projectable[],
  together: boolean,
  newSheet: Awaited<ReturnType<typeof previewSheet>>,
): readonly ProjectedMovement[] {
  if (!together) return movements.map((movement) => project(newSheet(), movement));
  const sheet = newSheet();
  return movements.map((movement) => project(sheet, movement));
}

/** Previews a create. */
export async function dryCreate(prepared: Prepared, context: LedgerContext): Promise<Answer> {
  const movements = createMovements(prepared, context);
  const newSheet = await previewSheet(context.database, movements);
  const projected = projectAll(movements, prepared.request.skip_queue, newSheet);
  return json(200, createPreview({ prepared, projected }));
}

/** How a batch was sent. */
export interface DryBatch extends Batch {
  readonly skipQueue: boolean;
  readonly runAsync: boolean;
}

/** Previews a batch: cumulative when it would be immediate, else each item alone. */
export async function dryBatch(
  batch: DryBatch,
  prepared: readonly Prepared[],
  context: LedgerContext,
): Promise<Answer> {
  const { results, balances } = batch.skipQueue
    ? await projectTogether(prepared, context)
    : await projectApart(prepared, context);
  return json(200, {
    dry_run: true,
    would_apply: results.every((result) => result["would_apply"] === true),
    cumulative: batch.skipQueue,
    atomic: batch.atomic,
    results,
    balances,
    notes: notesOrAbsent(batchNotes(batch)),
  });
}

interface BatchProjection {
  readonly results: readonly Wire[];
  readonly balances: readonly Wire[] | undefined;
}

async function projectTogether(
  prepared: readonly Prepared[],
  context: LedgerContext,
): Promise<BatchProjection> {
  const items = prepared.map((one) => ({ prepared: one, movements: createMovements(one, context) }));
  const sheet = (
    await previewSheet(
      context.database,
      items.flatMap(({ movements }) => movements),
    )
  )();
  const projections = items.map((item) => ({
    prepared: item.prepared,
    projected: item.movements.map((movement) => project(sheet, movement)),
  }));
  const touched = merged(
    projections.flatMap(({ projected }) => projected.flatMap(({ balances }) => balances)),
  );
  return {
    results: projections.map((one) => createPreview({ ...one, withoutBalances: true })),
    balances: touched.length === 0 ? undefined : touched.map(balanceToPreview),
  };
}

async function projectApart(prepared: readonly Prepared[], context: LedgerContext): Promise<BatchProjection> {
  const seen = new Set<string>();
  const results: Wire[] = [];
  for (const one of prepared) {
    const movements = createMovements(one, context);
    const newSheet = await previewSheet(context.database, movements);
    const projected = movements.map((movement) => {
      const sheet = newSheet();
      if (seen.has(movement.row.reference)) sheet.use(movement.row.reference);
      return project(sheet, movement);
    });
    for (const { row } of movements) seen.add(row.reference);
    results.push(createPreview({ prepared: one, projected }));
  }
  return { results, balances: undefined };
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

/** Previews a commit or void; `notes` are added by the bulk endpoints. */
export async function previewHoldAction(
  context: LedgerContext,
  id: string,
  action: HoldAction,
  notes: readonly string[] = [],
): Promise<Wire> {
  const legs = await collectLegs(context.database, id);
  const all = [...notes, ...holdNotes(action)];
  if (legs.length === 0) return notHeld(context, id, action, all);
  const order = await holdOrder(
    context,
    legs.map((leg) => leg.transaction_id),
    action,
  );
  const movements = order.movements.filter(isHoldMovement);
  const newSheet = await previewSheet(context.database, movements);
  const projected = projectAll(movements, true, newSheet);
  return actionPreview({ operation: action.kind, projected, refusals: [], notes: all });
}

function holdNotes({ kind, amount, preciseAmount }: HoldAction): readonly string[] {
  const ignored = kind === "void" && (amount !== 0 || preciseAmount !== null);
  return ignored ? ["void releases the whole remainder; the amount is ignored"] : [];
}

async function notHeld(
  context: LedgerContext,
  id: string,
  action: HoldAction,
  notes: readonly string[],
): Promise<Wire> {
  if ((await findTransaction(context.database, id)) === undefined) {
    throw new CoreFailure("TXN_NOT_FOUND", `Transaction with ID '${id}' not found`, { details: {} });
  }
  const refusals: readonly Refusal[] = [{ kind: "text", text: "transaction is not in inflight status" }];
  return actionPreview({ operation: action.kind, projected: [], refusals, notes });
}

/** Previews a refund of candidates. */
export async function dryRefund(
  context: LedgerContext,
  id: string,
  candidates: readonly TransactionRow[],
): Promise<Answer> {
  if (candidates.length === 0) {
    throw new CoreFailure("TXN_NOT_FOUND", `transaction ${id} not found for refund`, { details: {} });
  }
  const refunded = await refundedAmong(
    context.database,
    candidates.map((row) => row.transaction_id),
  );
  const open = candidates.filter((row) => !refunded.has(row.transaction_id));
  const movements = open.map((row) => immediateRefund(row, context, { queued: false }));
  const newSheet = await previewSheet(context.database, movements);
  const refusals = candidates
    .filter((row) => refunded.has(row.transaction_id))
    .map(
      (row): Refusal => ({
        kind: "text",
        text: `transaction ${row.transaction_id} has already been refunded`,
      }),
    );
  return json(
    200,
    actionPreview({
      ...(movements[0] === undefined ? {} : { reference: movements[0].row.reference }),
      projected: projectAll(movements, true, newSheet),
      refusals,
      notes: [`projected refund of transaction ${id}`],
    }),
  );
}
