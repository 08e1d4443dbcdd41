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

async function exportTable(
  database: SqlDatabase,
  { name, key, keyType, rowsAtOnce }: BookTable,
  write: (text: string) => Promise<unknown>,
): Promise<number> {
  let rows = 0;
  let last: string | null = null;
  for (;;) {
    const found = await database.query(
      `SELECT ${key}::text AS key, row_to_json(t)::text AS row FROM ${name} t
       WHERE $1::text IS NULL OR ${key} > $1::text::${keyType} ORDER BY ${key} LIMIT ${rowsAtOnce}`,
      [last],
      { planAnew: true },
    );
    if (found.length === 0) return rows;
    await write(found.map((row) => `${name} ${String(row["row"])}\n`).join(""));
    rows += found.length;
    last = String(found.at(-1)?.["key"]);
  }
}
