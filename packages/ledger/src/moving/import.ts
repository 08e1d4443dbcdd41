/**
 * Lines of a file as books: all of them or, when anything is in the way, none. An import that is stopped has put in
 * nothing, and is made anew. However large the file, a little of it is in memory; and on the embedded engine, whose log
 * grows until somebody makes a checkpoint, a little of it is in the log.
 */
import { sumUpAnew } from "../store/balance-periods.ts";
import { isDataError, isForeignKeyViolation, type SqlDatabase } from "../store/database.ts";
import { type LedgerDatabase, openEngine } from "../store/engine.ts";
import { generalLedgerId, generalLedgerName } from "../store/ledgers.ts";
import { checkpoint } from "../store/upkeep.ts";
import {
  type BooksHeader,
  BooksNotMoved,
  bookTables,
  columnsOf,
  endOfBooks,
  prepareTables,
} from "./tables.ts";

const rowsAtOnce = 500;
/** Work that waits may be a whole batch a row. */
const charactersAtOnce = 1024 * 1024;

/**
 * Fills empty books from lines that `exportBooks` wrote. A database with a real Core's tables keeps them as they are
 * and takes the books alone; any other one gets this ledger's tables first.
 *
 * @returns how many rows there were
 * @throws BooksNotMoved when the file is none of these, or the database holds books already, or can't hold these
 * @example await importBooks({ kind: "server", url: "postgres://localhost/books" }, readlines)
 */
export async function importBooks(where: LedgerDatabase, lines: AsyncIterable<string>): Promise<number> {
  const engine = await openEngine(where);
  try {
    await prepareTables(engine.database);
    // It may be made within a transaction, whose rows are nobody's till the end.
    const keep = where.kind === "embedded" ? checkpoint : async () => {};
    return await engine.database.transaction(async (transaction) => {
      await refuseBooks(transaction);
      const general = await takeGeneralLedger(transaction);
      if (where.kind === "embedded") await forgetUnfinished(transaction);
      const rows = await fill(transaction, lines, keep);
      await putBackWhereMissing(transaction, general);
      return rows;
    });
  } finally {
    await engine.close();
  }
}

/** @param keep called behind every few rows */
async function fill(
  database: SqlDatabase,
  lines: AsyncIterable<string>,
  keep: (database: SqlDatabase) => Promise<unknown>,
): Promise<number> {
  let header: BooksHeader | undefined;
  let waiting: Waiting = { table: "", rows: [], characters: 0 };
  let rows = 0;
  let told: number | undefined;
  const store = async (): Promise<void> => {
    if (header === undefined || waiting.rows.length === 0) return;
    await insert(database, header, waiting);
    rows += waiting.rows.length;
    await keep(database);
  };
  for await (const line of lines) {
    if (header === undefined) {
      header = readHeader(line);
      continue;
    }
    if (told !== undefined) throw notBooks();
    const { table, row } = readLine(line);
    if (table === endOfBooks) {
      told = Number(row);
      continue;
    }
    if (table !== waiting.table || isFull(waiting)) {
      await store();
      waiting = { table, rows: [], characters: 0 };
    }
    waiting.rows.push(row);
    waiting.characters += row.length;
  }
  if (header === undefined) throw notBooks();
  await store();
  if (header.version > 1 && told !== rows) throw cutBooks();
  await continueNumbers(database);
  await sumUpAnew(database);
  return rows;
}

/** Rows that are stored together. */
interface Waiting {
  readonly table: string;
  readonly rows: string[];
  characters: number;
}

function isFull({ rows, characters }: Waiting): boolean {
  return rows.length === rowsAtOnce || characters >= charactersAtOnce;
}

/** What an import that was stopped left in the files is nobody's, and the embedded engine does not clean up by itself. */
async function forgetUnfinished(database: SqlDatabase): Promise<void> {
  await database.query(`TRUNCATE ${bookTables.map(({ name }) => name).join(", ")}`, []);
}

function notBooks(): BooksNotMoved {
  return new BooksNotMoved(
    "The file holds no books of a ledger.",
    "Give one that annex ledger export wrote.",
  );
}

/**
 * Rows that are missing would not be missed by anybody.
 *
 * @param why what the database found about a row
 */
function cutBooks(why?: string): BooksNotMoved {
  const found = why === undefined ? "" : `, or damaged (${why})`;
  return new BooksNotMoved(
    `The file does not hold all of the books: some of it is missing${found}.`,
    "Export them again, and move the file whole.",
  );
}

function readHeader(line: string): BooksHeader {
  try {
    const header = JSON.parse(line) as BooksHeader;
    if (header.format === "annex-ledger-books" && [1, 2].includes(header.version)) return header;
  } catch {
    // No JSON: no file of ours.
  }
  throw notBooks();
}

function readLine(line: string): { readonly table: string; readonly row: string } {
  const space = line.indexOf(" ");
  const table = line.slice(0, space);
  if (space === -1) throw cutBooks();
  if (table !== endOfBooks && !bookTables.some(({ name }) => name === table)) throw notBooks();
  return { table, row: line.slice(space + 1) };
}

/**
 * The general ledger is there from the first moment; anything else is somebody's books, and so is what somebody called
 * it or noted with it. What an import that was stopped left was never committed, and is seen by nobody.
 */
async function refuseBooks(database: SqlDatabase): Promise<void> {
  const isUntouched = `ledger_id = '${generalLedgerId}' AND name = '${generalLedgerName}'
    AND coalesce(nullif(meta_data, 'null'), '{}') = '{}'`;
  const holds = [`EXISTS (SELECT FROM blnk.ledgers WHERE NOT (${isUntouched}))`];
  const tables = await tablesThere(database);
  // Who writes to them now is waited for, and what he wrote is seen; nobody else does until the books are in.
  await database.query(`LOCK TABLE ${tables.join(", ")} IN SHARE ROW EXCLUSIVE MODE`, []);
  for (const name of tables) if (name !== "blnk.ledgers") holds.push(`EXISTS (SELECT FROM ${name})`);
  const [row] = await database.query(`SELECT ${holds.join(" OR ")} AS filled`, []);
  if (row?.["filled"] === true) {
    throw new BooksNotMoved(
      "The database holds books already.",
      "Import into an empty one: a new directory, or a new database.",
    );
  }
}

/** A real Core's database has no table of schema `annex`. */
async function tablesThere(database: SqlDatabase): Promise<readonly string[]> {
  const there: string[] = [];
  for (const { name } of bookTables) if ((await columnsOf(database, name)).length > 0) there.push(name);
  return there;
}

/** The books bring their own general ledger, with its name, its metadata and the day it was made. */
async function takeGeneralLedger(database: SqlDatabase): Promise<string | undefined> {
  const [row] = await database.query(
    "DELETE FROM blnk.ledgers RETURNING row_to_json(ledgers)::text AS row",
    [],
  );
  return row && String(row["row"]);
}

/** No ledger can do without one: where the books have none, the one that was here stays. */
async function putBackWhereMissing(database: SqlDatabase, general: string | undefined): Promise<void> {
  if (general === undefined) return;
  await database.query(
    `INSERT INTO blnk.ledgers (ledger_id, name, meta_data, created_at)
     SELECT ledger_id, name, meta_data, created_at FROM jsonb_populate_record(NULL::blnk.ledgers, $1::text::jsonb)
     WHERE NOT EXISTS (SELECT FROM blnk.ledgers WHERE ledger_id = '${generalLedgerId}')`,
    [general],
  );
}

async function insert(
  database: SqlDatabase,
  { columns }: BooksHeader,
  { table, rows }: { readonly table: string; readonly rows: readonly string[] },
): Promise<void> {
  await refuseWork(database, table, rows.length);
  const names = await placesOf(database, table, columns[table] ?? []);
  const sql = `INSERT INTO ${table} (${names}) SELECT ${names} FROM unnest($1::text[]) AS line,
       LATERAL jsonb_populate_record(NULL::${table}, line::jsonb)`;
  await database.query(sql, [rows], { planAnew: true }).catch((error: unknown) => {
    throw isDataError(error) || isForeignKeyViolation(error) ? cutBooks(`${table}: ${error.message}`) : error;
  });
}

/** The columns by the database's own names: each of the file has a place, or nothing is taken. */
async function placesOf(database: SqlDatabase, table: string, wanted: readonly string[]): Promise<string> {
  const known = await columnsOf(database, table);
  const missing = wanted.filter((name) => !known.includes(name));
  if (wanted.length > 0 && missing.length === 0) {
    return known
      .filter((name) => wanted.includes(name))
      .map((name) => `"${name}"`)
      .join(", ");
  }
  throw new BooksNotMoved(
    `The database's ${table} has no ${missing.join(", ")}.`,
    "Bring its tables up to date with its own release, or import into another database.",
  );
}

async function refuseWork(database: SqlDatabase, table: string, count: number): Promise<void> {
  if (!table.startsWith("annex.")) return;
  if ((await columnsOf(database, table)).length > 0) return;
  throw new BooksNotMoved(
    `${count} pieces of work wait in these books, or were refused, and a real Core has no place for them.`,
    "Let the old ledger do what waits (GET /annex/work lists it), then export again; or import into a ledger of this kind.",
  );
}

/** New rows are numbered behind those that came. */
async function continueNumbers(database: SqlDatabase): Promise<void> {
  for (const { name, key, keyType } of bookTables) {
    if (keyType !== "bigint" || (await columnsOf(database, name)).length === 0) continue;
    await database.query(
      `SELECT setval(pg_get_serial_sequence('${name}', '${key}'), (SELECT max(${key}) FROM ${name}))
       WHERE EXISTS (SELECT FROM ${name})`,
      [],
    );
  }
}
