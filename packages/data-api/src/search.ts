import sql, { type Sql } from "sql-template-tag";
import { collections, type DataCollection } from "./collections.ts";
import { column, table, value } from "./database.ts";
import { DataQueryError } from "./errors.ts";
import { textValue } from "./values.ts";

/** Among so many of the newest rows any part of a reference is found; among all others its beginning. */
const newestSearched = 5_000;

/**
 * What somebody typed who looks for a transaction: its id or its reference, or how one of them begins, in capitals or
 * not; and any part of a reference among the newest rows. Bounded on purpose: a part of a text is found by reading
 * every row, and a million of them take many seconds.
 *
 * @throws DataQueryError 400 `unsupported_search` for a collection that has no such search, 422 for a text that no
 *   column can hold.
 */
export function searchCondition(schema: string, name: DataCollection, text: string): Sql {
  if (name !== "transactions")
    throw new DataQueryError(400, "unsupported_search", `${name} can't be searched.`, "search");
  const { tie, time } = collections[name];
  const from = table(schema, collections[name].table);
  const id = column(tie);
  const escaped = textValue("search", text)
    .replace(/[\\%_]/g, "\\$&")
    .toLowerCase();
  const beginning = value(`${escaped}%`, "text");
  const part = value(`%${escaped}%`, "text");
  const most = value(String(newestSearched), "bigint");
  const beginsWith = (text: Sql) =>
    sql`(SELECT ${id} FROM ${from} WHERE ${text} LIKE ${beginning} LIMIT ${most})`;
  const newest = sql`(SELECT ${id}, "reference" FROM ${from} ORDER BY ${column(time)} DESC, ${id} DESC LIMIT ${most})`;
  return sql`${id} IN (${beginsWith(sql`"transaction_id"`)} UNION ALL ${beginsWith(sql`lower("reference")`)} UNION ALL (SELECT ${id} FROM ${newest} AS newest WHERE lower("reference") LIKE ${part}))`;
}
