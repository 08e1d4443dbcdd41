/**
 * A span of time as a span of rows: rows are written in the order of their times, so no index is needed for it. Over rows
 * from before and after the clock was put back it is a span of some of them: such hours are best read without a time.
 */
import type { AuditDatabase } from "../store/index.ts";

/** From this row, up to but without that one. */
export type SequenceSpan = { readonly from?: number; readonly to?: number };

/** The rows of a span of time, both ends included; found by halving, about twenty looks in a million rows. */
export async function spanOf(
  database: AuditDatabase,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<SequenceSpan> {
  return {
    ...(from === undefined ? {} : { from: await firstWhere(database, (time) => time >= from) }),
    ...(to === undefined ? {} : { to: await firstWhere(database, (time) => time > to) }),
  };
}

/** The span of all rows that are there. */
export async function allRows(database: AuditDatabase): Promise<Required<SequenceSpan>> {
  const rows = database.selectFrom("audit").select("sequence").limit(1);
  const last = await rows.orderBy("sequence", "desc").executeTakeFirst();
  const first = await rows.orderBy("sequence").executeTakeFirst();
  return { from: first?.sequence ?? 0, to: (last?.sequence ?? -1) + 1 };
}

/** The first row whose time is late enough; one behind the last where there is none. */
async function firstWhere(database: AuditDatabase, lateEnough: (time: string) => boolean): Promise<number> {
  const rows = database.selectFrom("audit");
  let { from: low, to: high } = await allRows(database);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await rows
      .select("time")
      .where("sequence", ">=", middle)
      .orderBy("sequence")
      .limit(1)
      .executeTakeFirst();
    if (row === undefined || lateEnough(row.time)) high = middle;
    else low = middle + 1;
  }
  return low;
}
