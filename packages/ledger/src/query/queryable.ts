/** Where lists are read from: a database or an open transaction, by its one method. */
import { type Sql, statement } from "./sql.ts";

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
  const { text, parameters } = statement(piece);
  return database.query(text, parameters, { planAnew: true });
}
