/**
 * What a PostgreSQL server does by itself in the background, and the embedded engine, which has none, leaves
 * undone: checkpoints, which let the write-ahead log begin anew; statistics for the planner; and the marks that let an
 * index answer without the table.
 */
import type { SqlDatabase } from "./database.ts";

/** Upkeep that goes on until it is stopped. */
export interface Upkeep {
  stop(): Promise<void>;
}

const pauseMilliseconds = 2_000;
/** New rows that are worth it, beside a tenth of those known. */
const leastGrowth = 5_000;
/** How much of the log may have to be read again after a kill: well under a second of it. */
const longestLogBytes = 32 * 1024 * 1024;

/**
 * Makes a checkpoint when the log has grown enough since the last one. The engine serves nobody else meanwhile.
 *
 * @returns whether it did
 */
export async function checkpoint(database: SqlDatabase): Promise<boolean> {
  const [row] = await database.query(
    "SELECT (pg_current_wal_insert_lsn() - redo_lsn)::text AS length FROM pg_control_checkpoint()",
    [],
  );
  if (Number(row?.["length"] ?? 0) < longestLogBytes) return false;
  await database.query("CHECKPOINT", []);
  return true;
}

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

/** Looks after the books every now and then. */
export function startUpkeep(database: SqlDatabase, onFault: (error: unknown) => void): Upkeep {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(() => checkpoint(database))
      .then(() => tidy(database))
      .catch(onFault);
  }, pauseMilliseconds);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
