/**
 * What is done behind everybody's back. On both engines: long histories are summed up. On the embedded engine also
 * what a PostgreSQL server does by itself: checkpoints, which let the write-ahead log begin anew; statistics for the
 * planner; and the marks that let an index answer without the table.
 */
import { createSettledRows, sumUp } from "./balance-periods.ts";
import { DatabaseError, type SqlDatabase, type TransactionalDatabase } from "./database.ts";

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
 * Tidies up when the books have grown enough since the last time. The engine serves nobody else while it does one of
 * the tasks; only new pages are looked at.
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
  for (const table of ["transactions", "balances"])
    for (const task of ["VACUUM", "ANALYZE"]) await database.query(`${task} blnk.${table}`, []);
  return true;
}

/** What is done every now and then, and a word with which it is ended between two steps. */
export type Task = (ending: AbortSignal) => Promise<unknown>;

/** Sums up what has come in (`balance-periods.ts`), a step at a time, until all of it is. */
export function createSumming(database: TransactionalDatabase): Task {
  const settledRows = createSettledRows();
  return async (ending) => {
    try {
      const settled = await settledRows(database);
      while (!ending.aborted && (await sumUp(database, settled)));
    } catch (error) {
      if (!isInTheWay(error)) throw error;
    }
  };
}

/** The next time will do, since nothing is lost: who needs the database hears of it when it is gone. */
function isInTheWay(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    (error.isConnectionLost || ["55P03", "40001", "40P01", "57014"].includes(error.sqlState))
  );
}

/** What the books need on an engine: a server does the rest by itself. */
export function tasksFor(kind: "embedded" | "server", database: TransactionalDatabase): readonly Task[] {
  const summing = createSumming(database);
  return kind === "server" ? [summing] : [() => checkpoint(database), () => tidy(database), summing];
}

/** Looks after the books every now and then. */
export function startUpkeep(tasks: readonly Task[], onFault: (error: unknown) => void): Upkeep {
  const ending = new AbortController();
  let running: Promise<void> | undefined;
  async function run(): Promise<void> {
    for (const task of tasks) {
      if (ending.signal.aborted) return;
      await task(ending.signal).catch(onFault);
    }
  }
  const timer = setInterval(() => {
    running ??= run().finally(() => {
      running = undefined;
    });
  }, pauseMilliseconds);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      ending.abort();
      await running;
    },
  };
}
