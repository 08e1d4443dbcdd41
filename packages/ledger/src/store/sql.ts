/** Pieces of SQL that is put together: a value never stands in a text, and no driver converts it. */
import sql, { raw, type Sql } from "sql-template-tag";
import type { ColumnKind } from "../entities/fields.ts";
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

/** PostgreSQL's names of what columns hold. */
export const sqlTypes: Readonly<Record<ColumnKind, string>> = {
  text: "text",
  decimal: "numeric",
  integer: "bigint",
  flag: "boolean",
  time: "timestamp",
  date: "date",
  json: "jsonb",
};

/** SQL that reads a text as what a column holds: `cast("$3", "time")` is `$3::text::timestamp`. */
export function cast(text: string, kind: ColumnKind): string {
  return kind === "text" ? `${text}::text` : `${text}::text::${sqlTypes[kind]}`;
}
