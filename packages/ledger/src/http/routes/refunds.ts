/** Refunds (contract section 11). */
import type { LedgerContext } from "../../context.ts";
import { postInParts } from "../../posting/parts.ts";
import { immediateRefund, queuedRefund } from "../../posting/refunds.ts";
import type { AcceptMovement, NewMovement, Outcome } from "../../posting/types.ts";
import type { RefundWishes } from "../../rules/refunds.ts";
import type { Refusal } from "../../rules/refusals.ts";
import type { TransactionRow } from "../../rules/rows.ts";
import { readInParts } from "../../store/in-parts.ts";
import { refundCandidates, refundedAmong } from "../../store/transactions.ts";
import { inTurns } from "../../turns.ts";
import { dryRefund } from "../dry-actions.ts";
import { CoreFailure } from "../errors.ts";
import { faultAmong, processingFailure } from "../refusals.ts";
import { decodeOr400, type Handler, json, type Route, type RouteRequest } from "../router.ts";
import { flag, metadata, structure, text } from "../shapes.ts";
import { refundToWire } from "../transaction-answers.ts";

const refundBody = structure(
  "refundTransactionRequest",
  { skip_queue: flag, description: text, meta_data: metadata, dry_run: flag },
  "api.refundTransactionRequest",
);

async function decodeRefund(request: RouteRequest) {
  if (isBlank(request.body)) return refundBody.zero;
  return await decodeOr400(request, refundBody);
}

/** Nothing but JSON's white space. */
function isBlank(body: readonly Uint8Array[]): boolean {
  const blanks = [0x20, 0x09, 0x0a, 0x0d];
  return body.every((piece) => piece.every((byte) => blanks.includes(byte)));
}

const refundTransaction: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const body = await decodeRefund(request);
  const candidates = await candidatesOf(context, id);
  if (body.dry_run) return dryRefund(context, id, candidates);
  if (candidates.length === 0) throw new CoreFailure("TXN_NOT_FOUND", "no transaction to refund");
  const wishes: RefundWishes = {
    queued: !body.skip_queue,
    ...(body.description === "" ? {} : { description: body.description }),
    ...(body.meta_data === null ? {} : { metadata: body.meta_data }),
  };
  const refunds = await refundAll(context, candidates, wishes);
  const [first] = refunds.made;
  if (refunds.refused.length > 0 || first === undefined)
    throw processingFailure(refunds.refused, refunds.fault);
  return json(201, refundToWire(first, wishes));
};

/** With the imitation switched off, a refund is no candidate beside the row it refunded. */
async function candidatesOf(context: LedgerContext, id: string): Promise<readonly TransactionRow[]> {
  const rows = await refundCandidates(context.database, id);
  if (context.imitated.secondRefundReapplies) return rows;
  const ids = new Set(rows.map((row) => `${row.transaction_id}_refund`));
  return rows.filter((row) => row.transaction_id === id || !ids.has(row.reference ?? ""));
}

interface Refunds {
  readonly made: readonly (NewMovement | AcceptMovement)[];
  readonly refused: readonly Refusal[];
  /** Names the database's fault in the log. */
  readonly fault: string | undefined;
}

/** Refunds each row that has not been. */
async function refundAll(
  context: LedgerContext,
  rows: readonly TransactionRow[],
  wishes: RefundWishes,
): Promise<Refunds> {
  const ids = rows.map((row) => row.transaction_id);
  const refunded = new Set(await readInParts(ids, (part) => refundedAmong(context.database, part)));
  const open = rows.filter((row) => !refunded.has(row.transaction_id));
  const movements = await inTurns(open, (row) =>
    wishes.queued ? queuedRefund(row, context, wishes) : immediateRefund(row, context, wishes),
  );
  const orderOf = (part: readonly (NewMovement | AcceptMovement)[]) =>
    ({ movements: part, onRefusal: "continue" }) as const;
  const outcomes = await postInParts(context, movements, orderOf);
  context.work.wake();
  const already = rows
    .filter((row) => refunded.has(row.transaction_id))
    .map((row): Refusal => ({ code: "already_refunded", id: row.transaction_id }));
  const failed = movements.flatMap((movement, index) => refusalOf(movement, outcomes[index]));
  const overtaken = await refundedMeanwhile(context, movements, outcomes);
  return { made: movements, refused: [...failed, ...overtaken, ...already], fault: faultAmong(outcomes) };
}

/** A refund that vanished in the queue because another one of the same row had come first. */
async function refundedMeanwhile(
  context: LedgerContext,
  movements: readonly (NewMovement | AcceptMovement)[],
  outcomes: readonly Outcome[],
): Promise<readonly Refusal[]> {
  const ids = movements.flatMap(({ row }, index) => {
    const outcome = outcomes[index];
    return outcome?.kind === "dropped" && outcome.isDuplicate === true ? [row.parentTransaction] : [];
  });
  const refunded = ids.length === 0 ? new Set<string>() : await refundedAmong(context.database, ids);
  return [...refunded].map((id): Refusal => ({ code: "already_refunded", id }));
}

function refusalOf(movement: NewMovement | AcceptMovement, outcome: Outcome | undefined): readonly Refusal[] {
  if (outcome?.kind !== "refused") return [];
  return [{ code: "refund_refused", refundId: movement.row.transactionId, why: outcome.refusal }];
}

export const refundRoutes: readonly Route[] = [
  { method: "POST", path: "/refund-transaction/:id", handle: refundTransaction },
];
