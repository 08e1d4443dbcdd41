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
    await database.query(`CREATE INDEX IF NOT EXISTS ${name} ON ${transactions} (${columns})`, []);
  }
}

/**
 * The columns of an order stand as in `order.ts`: one index is read forwards and backwards. Ids are written small and
 * have an index already.
 */
const browsed = {
  transactions_by_amount: "amount, created_at, id",
  transactions_by_effective_date: "effective_date, created_at, id",
  transactions_found_by_reference: "lower(reference) text_pattern_ops",
} as const;
