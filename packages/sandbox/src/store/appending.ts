/** Adding rows to a table by one prepared statement of SQLite's own: for a log on the way of every call, a query builder costs more than the row. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** The values of a row, in the order of the columns. */
export type RowValues = readonly SQLInputValue[];

/** Adds rows in the order given, all of them or none. */
export type Append = (rows: readonly RowValues[]) => void;

/**
 * A way to add rows to a table.
 *
 * @example
 * ```ts
 * const append = appendTo(database, "audit", ["time", "method"]);
 * append([["2026-11-27T00:00:00.000Z", "GET"]]);
 * ```
 */
export function appendTo(database: DatabaseSync, table: string, columns: readonly string[]): Append {
  const places = columns.map(() => "?").join(", ");
  const insert = database.prepare(`insert into ${table} (${columns.join(", ")}) values (${places})`);
  return (rows) => {
    const [only] = rows;
    if (rows.length === 1 && only !== undefined) {
      insert.run(...only);
      return;
    }
    database.exec("begin immediate");
    try {
      for (const row of rows) insert.run(...row);
      database.exec("commit");
    } catch (error) {
      // After a full disk SQLite has rolled back itself, and why must not be lost behind a second error.
      if (database.isTransaction) database.exec("rollback");
      throw error;
    }
  };
}
