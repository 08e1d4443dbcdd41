/**
 * Moving books from one database to another, as a file: every row of every table that holds books, exact to the last
 * digit. The first line says what the file is; each other one is a table's name and a row as PostgreSQL's JSON, and the
 * last one tells how many they were, so that a file that was cut is not taken for all of the books.
 *
 * Rows of schema `blnk` fit a real Core's database as well, since the tables are Core's. Work that waits (schema
 * `annex`) only another ledger of this kind can carry on.
 */

import type { SqlDatabase, TransactionalDatabase } from "../store/database.ts";
import { migrate } from "../store/schema.ts";

/** A table of the books, in the order that foreign keys want. */
export interface BookTable {
  readonly name: string;
  /** Its rows are told apart, and exported in the order, by this column. */
  readonly key: string;
  /** The type of the key. */
  readonly keyType: "bigint" | "text";
}

const numbered = (name: string, key = "id"): BookTable => ({ name, key, keyType: "bigint" });
const named = (name: string, key: string): BookTable => ({ name, key, keyType: "text" });

export const bookTables: readonly BookTable[] = [
  numbered("blnk.ledgers"),
  numbered("blnk.identity"),
  numbered("blnk.balances"),
  numbered("blnk.transactions"),
  numbered("blnk.lineage_mappings"),
  numbered("blnk.lineage_outbox"),
  numbered("blnk.matching_rules"),
  named("blnk.external_transactions", "id"),
  numbered("blnk.reconciliations"),
  named("blnk.reconciliation_progress", "reconciliation_id"),
  numbered("blnk.matches"),
  numbered("blnk.unmatched"),
  numbered("blnk.balance_snapshots"),
  numbered("blnk.balance_monitors"),
  numbered("annex.work", "work_id"),
  numbered("annex.refusals", "refusal_id"),
];

/** What stands before the number of rows in the last line of a file. */
export const endOfBooks = "end";

/** The first line of a file. */
export interface BooksHeader {
  readonly format: "annex-ledger-books";
  /** Files of version 1 have no last line. */
  readonly version: 1 | 2;
  /** The columns of each table. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

/**
 * Books that can't be moved as asked: what is in the way, and what to do.
 *
 * @example
 * ```ts
 * if (error instanceof BooksNotMoved) console.error(error.message, error.next);
 * ```
 */
export class BooksNotMoved extends Error {
  readonly next: string;

  constructor(what: string, next: string) {
    super(what);
    this.name = "BooksNotMoved";
    this.next = next;
  }
}

/** The columns of a table; none when there is no such table. */
export async function columnsOf(database: SqlDatabase, table: string): Promise<readonly string[]> {
  const rows = await database.query(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = to_regclass($1::text) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  return rows.map((row) => String(row["name"]));
}

/** Makes this ledger's tables, but in a real Core's database, which has its own and keeps them as they are. */
export async function prepareTables(database: TransactionalDatabase): Promise<void> {
  const [row] = await database.query(
    "SELECT to_regclass('blnk.transactions') IS NOT NULL AND to_regnamespace('annex') IS NULL AS core",
    [],
  );
  if (row?.["core"] !== true) await migrate(database);
}
