import { table } from "./database.ts";

/**
 * What people ask of a list of transactions and no app does: an order by amount or by effective date, a range of either,
 * a search by id or reference. A ledger that nobody looks at in pages pays for none of these indexes with each posting.
 */

/** What can change a database's tables: a ledger's, or an administrator's connection. */
export interface Changeable {
  query(text: string, parameters: readonly unknown[]): Promise<unknown>;
}

/**
 * Makes the indexes that the first page of such a list needs, over a million rows too. They are made once; later calls
 * find them.
 *
 * @example await prepareForBrowsing(ledger.database);
 */
export async function prepareForBrowsing(database: Changeable, schema = "blnk"): Promise<void> {
  const transactions = table(schema, "transactions").sql;
  for (const [name, columns] of Object.entries(browsed)) {
    await database.query(`CREATE INDEX IF NOT EXISTS ${name} ON ${transactions} ${columns}`, []);
  }
  for (const name of replaced) await database.query(`DROP INDEX IF EXISTS ${table(schema, name).sql}`, []);
}

/**
 * The columns of an order stand as in `order.ts`: one index is read forwards and backwards. Ids are written small and
 * have an index already. By amount, whoever looks at a span of time finds out of the index alone which rows are in it.
 */
const browsed = {
  transactions_by_amount_over_time: "(amount, created_at, id) INCLUDE (effective_date)",
  transactions_by_effective_date: "(effective_date, created_at, id)",
  transactions_found_by_reference: "(lower(reference) text_pattern_ops)",
} as const;

/** Indexes that these stand in the place of. */
const replaced = ["transactions_by_amount"] as const;

/** Of an order, the columns that its index holds: a condition on these alone is answered without the table. */
export const heldByIndex: Readonly<Record<string, readonly string[]>> = {
  amount: ["amount", "created_at", "effective_date"],
  effective_date: ["effective_date", "created_at"],
};
