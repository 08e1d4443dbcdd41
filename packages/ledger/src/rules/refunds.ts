/** What a refund row is made of, and which rows a refund by some id mirrors (contract section 11). */

import { hashOf, toMajorUnits } from "./amounts.ts";
import type { Metadata } from "./metadata.ts";
import type { RowDraft, TransactionRow } from "./rows.ts";

/** What the caller of a refund may change. */
export interface RefundWishes {
  readonly description?: string;
  readonly metadata?: Metadata;
  /** Through the queue, or inside the request. */
  readonly queued: boolean;
}

/** A refund never fails for lack of funds. */
export const refundOverdraft = { allowOverdraft: true, overdraftLimit: 0, precision: 1 };

/** A VOID row is mirrored by a hold in the opposite direction, an APPLIED one by moving the money back. */
export function refundKind(refunded: TransactionRow): "apply" | "hold" {
  return refunded.status === "VOID" ? "hold" : "apply";
}

/**
 * The refund of a row: sides swapped, the full amount, a child of the refunded row.
 *
 * @param createdAt text of a timestamp, UTC
 */
export function refundDraft(
  refunded: TransactionRow,
  transactionId: string,
  createdAt: string,
  wishes: RefundWishes,
): RowDraft {
  const precision = Number(refunded.precision ?? "1");
  const preciseAmount = BigInt(refunded.precise_amount ?? "0");
  const sides = { source: refunded.destination ?? "", destination: refunded.source ?? "" };
  const reference = `${refunded.transaction_id}_refund`;
  const currency = refunded.currency ?? "";
  const amount = toMajorUnits(preciseAmount, precision).amount;
  return {
    transactionId,
    parentTransaction: refunded.transaction_id,
    reference,
    ...sides,
    currency,
    description: wishes.description ?? refunded.description ?? "",
    hash: hashOf({ amount, reference, currency, ...sides }),
    preciseAmount,
    precision,
    createdAt,
    effectiveDate: createdAt,
    scheduledFor: null,
    metadata: refundMetadata(refunded, transactionId, wishes),
  };
}

function refundMetadata(refunded: TransactionRow, transactionId: string, wishes: RefundWishes): Metadata {
  return {
    ...refunded.meta_data,
    ...wishes.metadata,
    allow_overdraft: true,
    ...(refundKind(refunded) === "hold" ? { inflight: true } : {}),
    ...(wishes.queued ? { QUEUED_PARENT_TRANSACTION: transactionId } : {}),
  };
}
