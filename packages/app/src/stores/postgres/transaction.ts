/**
 * The one way to run a transaction here. When its connection is lost in the middle of the commit, whether it happened
 * is found out, by the transaction's own id, and not guessed.
 */
import type { CrashPoint } from "../../crash-point.ts";
import type { Connection, Query } from "./connection.ts";
import { isContended, isLost, unavailable } from "./failures.ts";

export type Transaction = {
  /**
   * Runs `work` in a transaction of its own; resolves with its value once that is durable. `work` may be run several
   * times, of which one counts: when others were in its way, or its connection was lost before it was committed.
   *
   * @throws StoreUnavailable when the database can't be written; nothing was then.
   */
  run<Value>(work: (query: Query) => Promise<Value>): Promise<Value>;
};

const mostTries = 8;
const restMilliseconds = 20;

export function createTransaction(connection: Connection, crashPoint: CrashPoint): Transaction {
  return {
    run: async (work) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(connection, crashPoint, work);
        } catch (error) {
          const again = isContended(error) || isLost(error);
          if (!again || tries === mostTries) throw unavailable(error);
          await pause(restMilliseconds * tries);
        }
      }
    },
  };
}

async function attempt<Value>(
  connection: Connection,
  crashPoint: CrashPoint,
  work: (query: Query) => Promise<Value>,
): Promise<Value> {
  let value: { readonly it: Value } | undefined;
  let transactionId: unknown;
  try {
    return await connection.hold(async (query) => {
      await query("BEGIN");
      try {
        const it = await work(query);
        transactionId = (await query("SELECT pg_current_xact_id_if_assigned()::text AS id")).rows[0]?.["id"];
        crashPoint("before-commit");
        value = { it };
        await query("COMMIT");
        crashPoint("after-commit");
        return it;
      } catch (error) {
        // What is lost is rolled back by the server.
        if (!isLost(error)) await query("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  } catch (error) {
    // Only a commit whose answer was lost may have happened; one that wrote nothing has no id and may run again.
    if (value === undefined || typeof transactionId !== "string" || !isLost(error)) throw error;
    if (await hasCommitted(connection, transactionId)) return value.it;
    throw error;
  }
}

const mostLooks = 50;

async function hasCommitted(connection: Connection, transactionId: string): Promise<boolean> {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const { rows } = await connection.query("SELECT pg_xact_status($1::text::xid8) AS status", [
      transactionId,
    ]);
    const status = rows[0]?.["status"];
    if (status === "committed") return true;
    if (status === "aborted") return false;
    // The server has not noticed yet that the other end is gone.
    await pause(restMilliseconds);
  }
  return false;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
