/** Refunds and compensations as movements (contract sections 9.1.5, 11 and 12). */

import { newId } from "../ids.ts";
import { type RefundWishes, refundDraft, refundKind, refundOverdraft } from "../rules/refunds.ts";
import type { RowDraft, TransactionRow } from "../rules/rows.ts";
import { toTimestampText } from "../rules/times.ts";
import { draftToPayload, type QueuedPayload, queuedKind } from "../store/work-payloads.ts";
import type { PostingContext } from "./context.ts";
import type { AcceptMovement, HoldMovement, Movement, NewMovement } from "./types.ts";

type Clock = Pick<PostingContext, "now">;

/** The refund of a row, inside the request. */
export function immediateRefund(refunded: TransactionRow, { now }: Clock, wishes: RefundWishes): NewMovement {
  const row = refundDraft(refunded, newId("txn"), toTimestampText(now()), wishes);
  return { kind: refundKind(refunded), row, overdraft: refundOverdraft, lineage: true };
}

/** The refund of a row, through the queue. */
export function queuedRefund(refunded: TransactionRow, { now }: Clock, wishes: RefundWishes): AcceptMovement {
  const row = refundDraft(refunded, newId("txn"), toTimestampText(now()), wishes);
  return {
    kind: "accept",
    status: "QUEUED",
    row,
    work: (stored) => [
      { kind: queuedKind, dueAt: stored.created_at, payload: childPayload(refunded, row, stored) },
    ],
  };
}

function childPayload(refunded: TransactionRow, draft: RowDraft, stored: TransactionRow): QueuedPayload {
  const child: RowDraft = {
    ...draft,
    transactionId: newId("txn"),
    parentTransaction: stored.transaction_id,
    reference: `${draft.reference}_q`,
    metadata: stored.meta_data ?? {},
  };
  return { kind: refundKind(refunded), row: draftToPayload(child), overdraft: refundOverdraft, work: [] };
}

/** A void of all that remains of a hold. */
export function voidOf(holdId: string, { now }: Clock): HoldMovement {
  return {
    kind: "void",
    targetId: holdId,
    transactionId: newId("txn"),
    reference: newId("ref"),
    createdAt: toTimestampText(now()),
    wanted: 0n,
  };
}

/** Undoes rows: holds are voided at once, applied ones refunded through the queue. */
export function compensations(rows: readonly TransactionRow[], clock: Clock): readonly Movement[] {
  return rows.flatMap((row): readonly Movement[] => {
    if (row.status === "INFLIGHT") return [voidOf(row.transaction_id, clock)];
    return row.status === "APPLIED" ? [queuedRefund(row, clock, { queued: true })] : [];
  });
}
