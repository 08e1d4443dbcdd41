import sql from "sql-template-tag";
import { type Queryable, run, table } from "./database.ts";

/**
 * Up to which row the books are settled: no transaction of the database that is still open can bring a row with
 * a lower id. Ids are given out before their rows are committed, so the highest id seen proves nothing by
 * itself. A while after it was seen every such row belongs to a transaction with a number; once all those
 * numbers have ended, the id is settled.
 */
export interface Settled {
  /** The highest settled id of transactions; undefined while none is known. Looks anew now and then. */
  upTo(): Promise<string | undefined>;
}

/** Far longer than a row waits between being given its id and being written. */
const WHILE_MILLISECONDS = 50;

/** An id that is not settled yet. */
interface Candidate {
  readonly id: string;
  readonly seenAt: number;
  /** The number from which transactions began after the while. */
  barrier?: bigint;
}

interface Observation {
  readonly highest: string;
  /** Every transaction below this number has ended. */
  readonly ended: bigint;
  /** The number the next transaction will have. */
  readonly next: bigint;
}

/** Watches the transactions of one database. `clock` gives milliseconds from any fixed start. */
export function createSettled(database: Queryable, schema: string, clock: () => number): Settled {
  let settled: string | undefined;
  let candidate: Candidate | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(now: number): Promise<void> {
    const { highest, ended, next } = await observe(database, schema);
    if (candidate === undefined) {
      candidate = { id: highest, seenAt: now };
      return;
    }
    if (now - candidate.seenAt < WHILE_MILLISECONDS) return;
    candidate.barrier ??= next;
    if (ended < candidate.barrier) return;
    settled = candidate.id;
    candidate = { id: highest, seenAt: now };
  }

  return {
    async upTo() {
      const now = clock();
      if (now - lookedAt >= WHILE_MILLISECONDS) {
        lookedAt = now;
        await look(now);
      }
      return settled;
    },
  };
}

async function observe(database: Queryable, schema: string): Promise<Observation> {
  const [row] = await run(
    database,
    sql`SELECT coalesce(max("id"), 0)::text AS highest, pg_snapshot_xmin(pg_current_snapshot())::text AS ended, pg_snapshot_xmax(pg_current_snapshot())::text AS next FROM ${table(schema, "transactions")}`,
  );
  return {
    highest: String(row?.["highest"] ?? "0"),
    ended: BigInt(String(row?.["ended"] ?? "0")),
    next: BigInt(String(row?.["next"] ?? "0")),
  };
}
