/**
 * Dividing a long time of a balance into periods, so that what it had at a moment is a sum of whole periods and of a
 * few rows of one (contract section 6.6). Times are PostgreSQL's texts of timestamps, which sort as they follow.
 */

/** All rows of one time: their sums in minor units, and how many they are. */
export interface Moment {
  readonly at: string;
  /** A microsecond, the smallest step there is, behind it. */
  readonly next: string;
  readonly credit: bigint;
  readonly debit: bigint;
  readonly rows: number;
}

/** What was moved from a time on, until the next period starts. */
export interface Period {
  readonly startsAt: string;
  readonly credit: bigint;
  readonly debit: bigint;
  readonly rows: number;
}

/** A period has about so many rows; one with twice as many is divided. */
export const rowsPerPeriod = 1_000;

/**
 * Divides a period. Rows of one time stay together; if they alone fill a period, it is that time's and no other's,
 * so that it never counts in part.
 *
 * @param startsAt of the period that is divided
 * @param moments all there is in it, in the order of time
 * @example dividePeriod("-infinity", moments) // [{ startsAt: "-infinity", … }, { startsAt: "2026-01-05 00:00:00", … }]
 */
export function dividePeriod(startsAt: string, moments: readonly Moment[]): readonly Period[] {
  const periods: Period[] = [];
  let open: Period = { startsAt, credit: 0n, debit: 0n, rows: 0 };
  const startAnew = (at: string): void => {
    if (at === open.startsAt) return;
    periods.push(open);
    open = { startsAt: at, credit: 0n, debit: 0n, rows: 0 };
  };
  for (const moment of moments) {
    const isFull = moment.rows >= rowsPerPeriod;
    if (isFull || open.rows + moment.rows > rowsPerPeriod) startAnew(moment.at);
    open = {
      startsAt: open.startsAt,
      credit: open.credit + moment.credit,
      debit: open.debit + moment.debit,
      rows: open.rows + moment.rows,
    };
    if (isFull) startAnew(moment.next);
  }
  return [...periods, open];
}
