/**
 * What a PostgreSQL server does by itself in the background, and the embedded engine, which has none, leaves
 * undone: statistics for the planner, and the marks that let an index answer without the table.
 */
import type { SqlDatabase } from "./database.ts";

/** Upkeep that goes on until it is stopped. */
export interface Upkeep {
  stop(): Promise<void>;
}

const pauseMilliseconds = 20_000;
/** New rows that are worth it, beside a tenth of those known. */
const leastGrowth = 5_000;

/**
 * Tidies up when the books have grown enough since the last time. The engine serves nobody else meanwhile;
 * only new pages are looked at.
 *
 * @returns whether it did
 */
export async function tidy(database: SqlDatabase): Promise<boolean> {
  const [row] = await database.query(
    `SELECT reltuples::text AS known, (SELECT coalesce(max(id), 0)::text FROM blnk.transactions) AS highest
     FROM pg_class WHERE oid = 'blnk.transactions'::regclass`,
    [],
  );
  const known = Math.max(Number(row?.["known"] ?? 0), 0);
  if (Number(row?.["highest"] ?? 0) - known < leastGrowth + known / 10) return false;
  await database.query("VACUUM (ANALYZE) blnk.transactions", []);
  await database.query("VACUUM (ANALYZE) blnk.balances", []);
  return true;
}

/** Tidies up every now and then. */
export function startUpkeep(database: SqlDatabase, onFault: (error: unknown) => void): Upkeep {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => tidy(database)).catch(onFault);
  }, pauseMilliseconds);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
