/** Pieces of SQL that is put together: a value never stands in a text, and no driver converts it. */
import sql, { raw, type Sql } from "sql-template-tag";
import type { SqlDatabase, SqlRow } from "./database.ts";

/** What a statement's parameter may be: always text, cast in the statement. */
export type SqlValue = string | null;

/** A parameter with the type the server shall read its text as: `value("7", "numeric")`. */
export function value(text: SqlValue, type: string): Sql {
  return type === "text" ? sql`${text}::text` : sql`${text}::text::${raw(type)}`;
}

/** Runs a statement for a list. Which index serves depends on the values, so no plan is kept. */
export function run(database: SqlDatabase, piece: Sql): Promise<readonly SqlRow[]> {
  return database.query(piece.text, piece.values, { planAnew: true });
}
