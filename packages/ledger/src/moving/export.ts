/** Books as lines of a file. */
import type { SqlDatabase } from "../store/database.ts";
import { type LedgerDatabase, openEngine } from "../store/engine.ts";
import {
  type BooksHeader,
  type BookTable,
  bookTables,
  columnsOf,
  endOfBooks,
  prepareTables,
} from "./tables.ts";

/**
 * Writes all books of a ledger, or of a real Core's database, as they are at one moment, line by line.
 *
 * @param write takes lines, each with its line feed; the next ones wait for it
 * @returns how many rows there were
 * @throws DirectoryInUse while a ledger runs on the directory
 * @example await exportBooks({ kind: "embedded", directory: "data/ledger" }, (text) => file.write(text))
 */
export async function exportBooks(
  where: LedgerDatabase,
  write: (text: string) => Promise<unknown>,
): Promise<number> {
  const engine = await openEngine(where);
  try {
    await prepareTables(engine.database);
    return await engine.database.transaction(async (transaction) => {
      await transaction.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", []);
      const header = await headerOf(transaction);
      await write(`${JSON.stringify(header)}\n`);
      let rows = 0;
      for (const table of bookTables.filter(({ name }) => name in header.columns))
        rows += await exportTable(transaction, table, write);
      await write(`${endOfBooks} ${rows}\n`);
      return rows;
    });
  } finally {
    await engine.close();
  }
}

async function headerOf(database: SqlDatabase): Promise<BooksHeader> {
  const columns: Record<string, readonly string[]> = {};
  for (const { name } of bookTables) {
    const found = await columnsOf(database, name);
    if (found.length > 0) columns[name] = found;
  }
  return { format: "annex-ledger-books", version: 2, columns };
}

/** No more rows are read at once, and none behind those that come to so many bytes: one may be as large as a request. */
const rowsAtOnce = 1000;
const bytesAtOnce = 1024 * 1024;
/** What is stored in less is not measured: compressed as far as can be, it comes to a hundred times as much. */
const measuredBytes = 200;

async function exportTable(
  database: SqlDatabase,
  { name, key, keyType }: BookTable,
  write: (text: string) => Promise<unknown>,
): Promise<number> {
  let rows = 0;
  let last: string | null = null;
  const size = await sizeIn(database, name);
  const behind = `($1::text IS NULL OR ${key} > $1::text::${keyType})`;
  for (;;) {
    const found = await database.query(
      `SELECT ${key}::text AS key, row_to_json(t)::text AS row FROM ${name} t
       WHERE ${behind} AND ${key} <= (
         SELECT max(key) FROM (
           SELECT key, sum(size) OVER (ORDER BY key) - size AS before FROM (
             SELECT ${key} AS key, ${size} AS size FROM ${name} WHERE ${behind} ORDER BY ${key} LIMIT ${rowsAtOnce}
           ) AS sized
         ) AS page WHERE before < ${bytesAtOnce}
       ) ORDER BY ${key} LIMIT ${rowsAtOnce}`,
      [last],
      { planAnew: true },
    );
    if (found.length === 0) return rows;
    await write(found.map((row) => `${name} ${String(row["row"])}\n`).join(""));
    rows += found.length;
    last = String(found.at(-1)?.["key"]);
  }
}

/** How large a row is, as an expression: what it has of texts and the like, measured where it is more than a little. */
async function sizeIn(database: SqlDatabase, table: string): Promise<string> {
  const columns = await database.query(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = to_regclass($1::text) AND attnum > 0 AND NOT attisdropped AND attlen = -1`,
    [table],
  );
  const sizes = columns.map(({ name }) => {
    const stored = `pg_column_size(${String(name)})`;
    const measured = `octet_length(${String(name)}::text)`;
    return `coalesce(CASE WHEN ${stored} > ${measuredBytes} THEN ${measured} ELSE ${stored} END, 0)`;
  });
  return ["0", ...sizes].join(" + ");
}
