/** What a balance was before each of its applied transactions, reckoned back from what it is. Pure and exact. */
import { exactInteger, momentOf } from "@annex/ui";
import type { BalanceRecord, TransactionRecord } from "../api/types.ts";

/** One step of the course: what the balance was from a moment on. */
export type CourseStep = { readonly at: Date; readonly amount: bigint };

/**
 * Which applied transactions there are beside those at hand: none, only such as took effect no later than the earliest
 * of these, or it cannot be told.
 */
export type Others = "none" | "older" | "unknown";

/**
 * The course of a balance, oldest step first, one for each moment at which it changed; or `undefined` when it cannot be
 * reckoned: other transactions may lie between these, an amount is no exact integer, a time cannot be read, or, with all
 * transactions at hand, the beginning is not nought.
 *
 * @param rows its applied transactions, in any order
 * @param others what there is beside them
 */
export function courseOf(
  balance: Pick<BalanceRecord, "balance_id" | "balance">,
  rows: readonly TransactionRecord[],
  others: Others,
): readonly CourseStep[] | undefined {
  let amount = exactInteger(balance.balance);
  const movements = movementsOf(rows, balance.balance_id);
  if (others === "unknown" || amount === undefined || movements === undefined) return undefined;
  const course: CourseStep[] = [];
  for (const { at, moved } of movements) {
    // Of what happened at one moment, what it came to after all of it is met first.
    if (course.at(-1)?.at.getTime() !== at.getTime()) course.push({ at, amount });
    amount -= moved;
  }
  return others === "none" && amount !== 0n ? undefined : course.reverse();
}

/**
 * What there is beside the rows at hand, by the last transaction of all in the order of when they took effect: those of
 * which that is not said, or cannot be read, come last, whenever they were booked.
 */
export function othersUpTo(last: Pick<TransactionRecord, "effective_date"> | undefined): Others {
  return momentOf(last?.effective_date) === undefined ? "unknown" : "older";
}

/** Up to when a course is drawn: what is to take effect in days to come has its place too. */
export function endOf(course: readonly CourseStep[], now: Date): Date {
  const last = course.at(-1)?.at;
  return last === undefined || last < now ? now : last;
}

type Movement = { readonly at: Date; readonly moved: bigint };

/** What moved a balance, the latest first; `undefined` where one of them cannot be read. */
function movementsOf(rows: readonly TransactionRecord[], balanceId: string): readonly Movement[] | undefined {
  const movements: Movement[] = [];
  for (const row of rows) {
    // A real Core leaves out when a transaction took effect that it booked together with others.
    const at =
      momentOf(row.effective_date) ?? (isUnread(row.effective_date) ? undefined : momentOf(row.created_at));
    const moved = movedBy(row, balanceId);
    if (at === undefined || moved === undefined) return undefined;
    movements.push({ at, moved });
  }
  return movements.toSorted((one, other) => other.at.getTime() - one.at.getTime());
}

/** Something is said, and it is no time; what is left out and Core's zero time, which is one, say nothing. */
function isUnread(time: string | null | undefined): boolean {
  return (time ?? "") !== "" && Number.isNaN(Date.parse(time ?? ""));
}

/** What a transaction added to a balance; what leaves it is negative. */
function movedBy(row: TransactionRecord, balanceId: string): bigint | undefined {
  const amount = exactInteger(row.precise_amount);
  if (amount === undefined || (row.source !== balanceId && row.destination !== balanceId)) return undefined;
  if (row.source === row.destination) return 0n;
  return row.source === balanceId ? -amount : amount;
}
