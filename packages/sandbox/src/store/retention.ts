/** How much a log remembers: so many rows, the oldest are forgotten. */
import { type Kysely, sql } from "kysely";

/** Forgetting happens after so many rows, and so much at a time that nobody waits for it noticeably. */
const everyRows = 1000;

export type Retention = {
  /** Called after so many rows were written; forgets now and then. */
  after(written: number): Promise<void>;
};

/** Keeps the newest rows of a table that has a `sequence`. */
export function createRetention<Tables>(
  database: Kysely<Tables>,
  table: "audit" | "deliveries",
  kept: number,
): Retention {
  let sinceLast = 0;
  return {
    after: async (written) => {
      sinceLast += written;
      if (sinceLast < everyRows) return;
      sinceLast = 0;
      const named = sql.table(table);
      await sql`delete from ${named} where sequence <= min(
        (select max(sequence) from ${named}) - ${kept},
        (select min(sequence) from ${named}) + ${2 * everyRows})`.execute(database);
    },
  };
}
