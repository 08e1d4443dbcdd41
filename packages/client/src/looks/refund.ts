/** Was this refunded? Core gives a refund the reference `<refunded row>_refund`, whoever asked for it. */
import type { Transaction } from "../records/records.ts";

/** `result` is the refund of the newest row that was to be refunded. */
export type RefundSighting =
  | { readonly sight: "done"; readonly result: Transaction }
  | { readonly sight: "absent" | "unclear" };

/** The reference a row's refund has. */
export function refundReference(row: Transaction): string {
  return `${row.transaction_id}_refund`;
}

/**
 * The rows that a refund of this id refunds, newest first: what was applied at or below it, and, for a hold, what was
 * released. Refunds among them are left out.
 */
export function refundable(id: string, rows: readonly Transaction[]): readonly Transaction[] {
  const isHold = rows.some((row) => row.transaction_id === id && row.status === "INFLIGHT");
  return rows
    .filter((row) => row.status === "APPLIED" || (isHold && row.status === "VOID"))
    .filter((row) => !/_refund(_q)?$/.test(row.reference))
    .sort((one, other) => (one.created_at < other.created_at ? 1 : -1));
}

/** Decides by what is recorded under the refunds' references. */
export function sightRefund(
  refunded: readonly Transaction[],
  recorded: readonly Transaction[],
): RefundSighting {
  const byReference = new Map(recorded.map((row) => [row.reference, row]));
  const refunds = refunded.flatMap((row) => byReference.get(refundReference(row)) ?? []);
  const [result] = refunds;
  if (result === undefined) return { sight: "absent" };
  return refunds.length === refunded.length ? { sight: "done", result } : { sight: "unclear" };
}
