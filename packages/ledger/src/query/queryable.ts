/** Where lists are read from: a database or an open transaction, by its one method. */
import type { Sql } from "sql-template-tag";

/** What runs a statement and gives its rows. */
export interface Queryable {
  query(
    text: string,
    parameters: readonly unknown[],
    options: { readonly planAnew: true },
  ): Promise<readonly Row[]>;
}

/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs a statement of ours. Which index serves depends on the values, so no plan is kept. */
export function run(database: Queryable, piece: Sql): Promise<readonly Row[]> {
  return database.query(piece.text, piece.values, { planAnew: true });
}
