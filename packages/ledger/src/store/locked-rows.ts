/**
 * Waiting for rows that somebody else keeps locked. A connection waits but a moment for a lock; who has to wait longer
 * gives it back and looks again later, a few at a time. So however many want one locked row, all others go on.
 */
import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError, type TransactionalDatabase } from "./database.ts";

/** How others are kept free of those that wait. */
export interface Waiting {
  /** How many that have found their row locked look again at once: less than there are connections. */
  readonly atOnce: number;
}

/** How long a row is waited for, as Core waits (contract section 8.6). */
const longestMilliseconds = 3000;
const lookAgainMilliseconds = 25;

/**
 * A database whose statements and transactions wait for locks outside of its connections, and fail with `55P03` only
 * when a row was locked for three seconds. What failed for a lock was not made, so it is tried as a whole.
 *
 * @param database One that gives up a lock soon.
 */
export function waitingOutside(database: TransactionalDatabase, { atOnce }: Waiting): TransactionalDatabase {
  const inTurn = createTurns(atOnce);

  async function untilFree<T>(attempt: () => Promise<T>): Promise<T> {
    const end = performance.now() + longestMilliseconds;
    let tried = attempt();
    for (;;) {
      try {
        return await tried;
      } catch (error) {
        if (!isLocked(error) || performance.now() >= end) throw error;
      }
      await pause(lookAgainMilliseconds);
      tried = inTurn(attempt);
    }
  }

  return {
    query: (sql, parameters, options) => untilFree(() => database.query(sql, parameters, options)),
    transaction: (work) => untilFree(() => database.transaction(work)),
    execute: (sql) => database.execute(sql),
    close: () => database.close(),
  };
}

function isLocked(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlState === "55P03";
}

/** Lets so many at once; the others go in the order in which they came. */
function createTurns(atOnce: number): <T>(attempt: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let going = 0;
  return async (attempt) => {
    if (going < atOnce) going += 1;
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      return await attempt();
    } finally {
      const next = line.shift();
      if (next === undefined) going -= 1;
      else next();
    }
  };
}
