/**
 * What this room asks of a database: one method that a pool, a connection or an open transaction can have. And
 * the few pieces of SQL that everything here is put together from: names of ours, and values, which always
 * travel as text that the statement itself casts, so that no driver converts them.
 */
import sql, { raw, type Sql } from "sql-template-tag";

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

/** A parameter with the type the server shall read its text as: `value("7", "numeric")`. */
export function value(text: string, type: string): Sql {
  return type === "text" ? sql`${text}::text` : sql`${text}::text::${raw(type)}`;
}

/** A column of ours, quoted. */
export function column(name: string): Sql {
  return raw(`"${name}"`);
}

/** A table of ours in the schema it lives in. */
export function table(schema: string, name: string): Sql {
  return raw(`"${schema.replaceAll('"', '""')}"."${name}"`);
}
