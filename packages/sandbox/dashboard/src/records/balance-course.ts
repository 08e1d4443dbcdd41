/** What a balance was before each of its applied transactions, reckoned back from what it is. Pure and exact. */
import { exactInteger, momentOf } from "@annex/ui";
import type { BalanceRecord, TransactionRecord } from "../api/types.ts";

/** One step of the course: what the balance was from a moment on. */
export type CourseStep = { readonly at: Date; readonly amount: bigint };

/**
 * The course of a balance, oldest step first, or `undefined` when it cannot be reckoned: an amount that is no exact
 * integer, a time that cannot be read, or, with all its transactions at hand, a beginning that is not nought.
 *
 * @param rows its applied transactions, the one that took effect last first
 * @param complete whether these are all there are
 */
export function courseOf(
  balance: Pick<BalanceRecord, "balance_id" | "balance" | "created_at">,
  rows: readonly TransactionRecord[],
  complete: boolean,
): readonly CourseStep[] | undefined {
  let amount = exactInteger(balance.balance);
  const course: CourseStep[] = [];
  for (const row of rows) {
    const moved = movedBy(row, balance.balance_id);
    const at = momentOf(row.effective_date ?? row.created_at);
    if (amount === undefined || moved === undefined || at === undefined) return undefined;
    course.push({ at, amount });
    amount -= moved;
  }
  if (amount === undefined || (complete && amount !== 0n)) return undefined;
  return course.reverse();
}

/** What a transaction added to a balance; what leaves it is negative. */
function movedBy(row: TransactionRecord, balanceId: string): bigint | undefined {
  const amount = exactInteger(row.precise_amount);
  if (amount === undefined || row.source === row.destination) return amount === undefined ? undefined : 0n;
  return row.source === balanceId ? -amount : amount;
}
