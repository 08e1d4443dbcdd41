/**
 * Waiting for rows that somebody else keeps locked. A connection waits but a moment for a lock; who has to wait longer
 * gives it back and looks again later, a few at a time. Whether a row is locked, only an attempt tells: so those that
 * come are let in a few at a time too, and leave a connection to those that look again. What is kept: whoever wants a
 * free row waits for the moments of those that came before, and nobody waits in line beyond the time for a locked row,
 * unless nobody has looked yet whether it is one.
 */
import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError, type TransactionalDatabase } from "./database.ts";

/** How others are kept free of those that wait. */
export interface Waiting {
  /** How many that come are let in at once: less than there are connections. */
  readonly firstAtOnce: number;
  /** How many that have found their row locked look again at once: less than there are connections. */
  readonly againAtOnce: number;
  /** How long a row is waited for; as Core waits (contract section 8.6), where nothing is said. */
  readonly longestMilliseconds?: number;
}

const lookAgainMilliseconds = 25;

/**
 * A database whose statements and transactions wait for locks outside of its connections, and fail with `55P03` only
 * when a row was locked for three seconds. What failed for a lock was not made, so it is tried as a whole.
 *
 * @param database One that gives up a lock soon.
 */
export function waitingOutside(
  database: TransactionalDatabase,
  { firstAtOnce, againAtOnce, longestMilliseconds = 3000 }: Waiting,
): TransactionalDatabase {
  const first = new Line(firstAtOnce);
  const again = new Line(againAtOnce);

  async function untilFree<T>(attempt: () => Promise<T>): Promise<T> {
    const end = performance.now() + longestMilliseconds;
    let tried = first.inTurn(attempt);
    for (;;) {
      try {
        return await tried;
      } catch (error) {
        if (!isLocked(error) || performance.now() >= end) throw error;
        await pause(lookAgainMilliseconds);
        tried = again.inTurn(attempt, { at: end, error });
      }
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

/** When somebody in line waits no longer, and what he is told then. */
interface End {
  readonly at: number;
  readonly error: unknown;
}

/** Lets so many in at once; the others go in the order in which they came. */
class Line {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async inTurn<T>(attempt: () => Promise<T>, end?: End): Promise<T> {
    await this.#turn(end);
    try {
      return await attempt();
    } finally {
      this.#letNext();
    }
  }

  async #turn(end: End | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const goes = () => {
        clearTimeout(ends);
        resolve();
      };
      const leaves = ({ error }: End) => {
        this.#waiting.delete(goes);
        reject(error);
      };
      const ends = end && setTimeout(leaves, Math.max(0, end.at - performance.now()), end);
      this.#waiting.add(goes);
    });
  }

  #letNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
