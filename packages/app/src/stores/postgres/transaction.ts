/**
 * The one way to run a transaction here. Each that writes leaves a mark of its own in the same commit, so that when
 * its connection is lost in the middle of that commit, whether it happened is looked up and not guessed. (A
 * transaction's own id would not do: a server that crashed gives the same id to another transaction.)
 */
import { randomUUID } from "node:crypto";
import type { CrashPoint } from "../../process/crash-point.ts";
import { type Connection, Prepared, type Query } from "./connection.ts";
import { isContended, isLost, isTimeout, isUnprepared, unavailable, unknownOutcome } from "./failures.ts";
import { isPast, rest, usualDeadline } from "./waiting.ts";

export type Transaction = {
  /**
   * Runs `work` in a transaction of its own; resolves with its value once that is durable. `work` may be run several
   * times, of which one counts: when others were in its way, or the server was away, until the deadline. It need not
   * wait for a statement whose answer it has no use for; all of them have been carried out when this resolves.
   *
   * @param first a statement that the transaction begins with, without a trip of its own
   * @throws StoreUnavailable when the database can't be written; nothing was then, unless it says that nobody knows.
   */
  run<Value>(work: (query: Query) => Promise<Value>, deadline?: number, first?: string): Promise<Value>;
};

/** Of those that were in each other's way. A server that is away is waited for until the deadline. */
const mostContended = 8;

/** @param mostSilent how long a transaction may say nothing before the server ends it, in milliseconds */
export function createTransaction(
  connection: Connection,
  crashPoint: CrashPoint,
  mostSilent = mostSilentMilliseconds,
): Transaction {
  const marks = createMarks();
  const begin = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${mostSilent}`;
  return {
    run: async (work, deadline = usualDeadline(), first = "") => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(
            { connection, crashPoint, marks, deadline, begin: `${begin}; ${first}` },
            work,
          );
        } catch (error) {
          const again = isLost(error) || isUnprepared(error) || (isContended(error) && tries < mostContended);
          if (!again || isPast(deadline)) throw unavailable(error);
          await rest(tries);
        }
      }
    },
  };
}

/** A process that stops answering in the middle of a transaction must not keep what others wait for. */
const mostSilentMilliseconds = 5000;

type Attempt = {
  readonly connection: Connection;
  readonly crashPoint: CrashPoint;
  readonly marks: Marks;
  readonly deadline: number;
  readonly begin: string;
};

async function attempt<Value>(parts: Attempt, work: (query: Query) => Promise<Value>): Promise<Value> {
  const { connection, crashPoint, marks, deadline } = parts;
  const mark = marks.take();
  let value: { readonly it: Value } | undefined;
  try {
    const it = await connection.hold(deadline, async (query) => {
      const { send, answered } = inOrder(query);
      // Nothing waits for its answer: what comes first goes along with it.
      void send(parts.begin);
      try {
        const worked = await work(send);
        crashPoint("before-commit");
        value = { it: worked };
        void send(markSql, [mark.place, mark.number]);
        void send("COMMIT");
        await answered();
        crashPoint("after-commit");
        return worked;
      } catch (error) {
        // What is gone is rolled back by the server.
        if (!isGone(error)) await query("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
    marks.giveBack(mark);
    return it;
  } catch (error) {
    const isUnsure = value !== undefined && isGone(error);
    // A mark of which nobody knows whether it stands is not used again.
    const isThere = isUnsure && (await stands(connection, mark, deadline));
    marks.giveBack(mark);
    if (isThere && value !== undefined) return value.it;
    throw error;
  }
}

/**
 * Statements go out as they are asked for. Once one has failed the server refuses those behind it, COMMIT too, so
 * nobody has to wait for one before the next, and the failure that counts is the first.
 */
function inOrder(query: Query): { readonly send: Query; answered(): Promise<void> } {
  const failures: unknown[] = [];
  const sent: Promise<unknown>[] = [];
  const fail = (error: unknown): never => {
    failures.push(error);
    throw failures[0];
  };
  return {
    send: (sql, values) => {
      const result = query(sql, values).catch(fail);
      // Whoever waits for it hears of it, and so does who commits.
      result.catch(() => undefined);
      sent.push(result);
      return result;
    },
    answered: async () => {
      await Promise.all(sent);
    },
  };
}

/** No answer came; whether what was asked happened is not known by that. */
function isGone(error: unknown): boolean {
  return isLost(error) || isTimeout(error);
}

/**
 * Where a transaction leaves its mark: a place is used by one transaction at a time, with a higher number each time.
 * Numbers go up by two: the one between says that the transaction was given up, and then it can't commit any more.
 */
type Mark = { readonly place: string; readonly number: number };

type Marks = { take(): Mark; giveBack(mark: Mark): void };

function createMarks(): Marks {
  const process = randomUUID();
  const free: string[] = [];
  let places = 0;
  let numbers = 0;
  return {
    take: () => {
      let place = free.pop();
      if (place === undefined) {
        places += 1;
        place = `${process}/${places}`;
      }
      numbers += 2;
      return { place, number: numbers };
    },
    giveBack: ({ place }) => {
      free.push(place);
    },
  };
}

// It goes out along with the COMMIT. A transaction that wrote nothing has no id, leaves no mark and is not flushed. One
// that was given up meanwhile fails here, since a mark is never empty: its COMMIT may arrive long after its connection
// was lost.
const markSql = new Prepared(
  "leave-mark",
  `INSERT INTO annex.commits AS known (place, mark)
  SELECT $1::text, $2::bigint WHERE pg_current_xact_id_if_assigned() IS NOT NULL
  ON CONFLICT (place) DO UPDATE
    SET mark = CASE WHEN known.mark < excluded.mark THEN excluded.mark END, made_at = now()`,
);

// Whoever writes the place too waits until the transaction in question has ended; if it has not committed by then, it
// never will.
const lookSql = `INSERT INTO annex.commits AS known (place, mark) VALUES ($1, $2::bigint + 1)
  ON CONFLICT (place) DO UPDATE SET made_at = now(),
    mark = CASE WHEN known.mark = $2::bigint THEN known.mark ELSE greatest(known.mark, excluded.mark) END
  RETURNING mark`;

/** What is asked so late that nobody would learn the answer gets a little time of its own. */
const leastMilliseconds = 1000;

/** @throws StoreUnavailable when that could not be found out in time. */
async function stands(connection: Connection, { place, number }: Mark, deadline: number): Promise<boolean> {
  const atLeast = Math.max(deadline, performance.now() + leastMilliseconds);
  try {
    const { rows } = await connection.query(lookSql, [place, number], atLeast);
    return Number(rows[0]?.["mark"]) === number;
  } catch (error) {
    throw unknownOutcome(error);
  }
}
