/**
 * SQL of posting: what a commit starts from, and the one statement that writes it. Balances are locked in the order of
 * their ids, new ones made in the order of their names, rows stored in the order of their references, one kind after
 * the other: so two processes never wait for each other in a circle.
 */

import { columnsOf } from "../entities/fields.ts";
import { transactions } from "../entities/transactions.ts";
import type { Book } from "../rules/funds.ts";
import { balanceOf, inflightBalanceOf } from "../rules/funds.ts";
import type { HoldFacts } from "../rules/holds.ts";
import type { Metadata } from "../rules/metadata.ts";
import type { TransactionRow } from "../rules/rows.ts";
import type { SqlDatabase, SqlRow } from "./database.ts";
import { mergedMetadata } from "./metadata.ts";
import { cast } from "./sql.ts";
import { transactionColumns } from "./transactions.ts";
import type { NewWork, WorkRefusal, WorkStep } from "./work.ts";
import { placeColumns, shownPayload, workColumns, workInsertion } from "./work.ts";

/** A changed balance: as it was found, and as it is to be. */
export interface ChangedBook {
  readonly before: Book;
  readonly after: Book;
}

/** Everything one commit writes. */
export interface Writes {
  readonly rows: readonly TransactionRow[];
  readonly books: readonly ChangedBook[];
  readonly work: readonly NewWork[];
  readonly steps: readonly WorkStep[];
  readonly refusals: readonly WorkRefusal[];
  readonly annotations: readonly Annotation[];
}

/** Metadata for a row that is stored already. */
export interface Annotation {
  readonly transactionId: string;
  readonly metadata: Metadata;
}

function toBook(row: SqlRow): Book {
  const amount = (column: string) => BigInt(String(row[column]));
  return {
    balanceId: String(row["balance_id"]),
    version: Number(row["version"]),
    credit: amount("credit_balance"),
    debit: amount("debit_balance"),
    inflightCredit: amount("inflight_credit_balance"),
    inflightDebit: amount("inflight_debit_balance"),
    currency: String(row["currency"]),
    tracked: row["track_fund_lineage"] === true,
  };
}

const bookColumns =
  "balance_id, version, credit_balance, debit_balance, inflight_credit_balance, inflight_debit_balance, currency, track_fund_lineage";

/** Loads balances and locks them until the transaction ends. */
export async function lockBooks(
  transaction: SqlDatabase,
  ids: readonly string[],
): Promise<Map<string, Book>> {
  if (ids.length === 0) return new Map();
  const rows = await transaction.query(
    `SELECT ${bookColumns} FROM blnk.balances WHERE balance_id = ANY($1::text[]) ORDER BY balance_id FOR UPDATE`,
    [ids],
  );
  return new Map(rows.map((row) => [String(row["balance_id"]), toBook(row)]));
}

/** Loads balances without a lock. */
export async function readBooks(database: SqlDatabase, ids: readonly string[]): Promise<Map<string, Book>> {
  if (ids.length === 0) return new Map();
  const rows = await database.query(
    `SELECT ${bookColumns} FROM blnk.balances WHERE balance_id = ANY($1::text[])`,
    [ids],
  );
  return new Map(rows.map((row) => [String(row["balance_id"]), toBook(row)]));
}

/** Those of the balances that somebody keeps locked right now. Waits for nobody. */
export async function lockedElsewhere(
  database: SqlDatabase,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await database.query(
    `WITH free AS MATERIALIZED (
       SELECT balance_id FROM blnk.balances WHERE balance_id = ANY($1::text[])
       ORDER BY balance_id FOR UPDATE SKIP LOCKED)
     SELECT balance_id FROM blnk.balances WHERE balance_id = ANY($1::text[])
       AND balance_id NOT IN (SELECT balance_id FROM free)`,
    [ids],
  );
  return rows.map((row) => String(row["balance_id"]));
}

/** Those of the ids that rows have. */
export async function storedAmong(
  database: SqlDatabase,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await database.query(
    "SELECT transaction_id FROM blnk.transactions WHERE transaction_id = ANY($1::text[])",
    [ids],
  );
  return new Set(rows.map((row) => String(row["transaction_id"])));
}

/** Those of the references that rows have already. */
export async function usedReferences(
  database: SqlDatabase,
  references: readonly string[],
): Promise<Set<string>> {
  if (references.length === 0) return new Set();
  const rows = await database.query(
    "SELECT reference FROM blnk.transactions WHERE reference = ANY($1::text[])",
    [references],
  );
  return new Set(rows.map((row) => String(row["reference"])));
}

/**
 * What became of holds so far. To be called when their balances are locked: whoever commits or voids holds
 * those locks. The void of an expired queued hold hangs on the QUEUED row instead (contract section 10.6). That row is
 * found first: a planner that looked for the voids below a hold's parent read all of a batch for each of its holds. Rows
 * are found by ids alone, and what they are is looked at afterwards: by statistics of younger books, all rows of a status
 * seem few.
 */
export async function holdFacts(
  database: SqlDatabase,
  targets: readonly TransactionRow[],
): Promise<Map<string, HoldFacts>> {
  if (targets.length === 0) return new Map();
  const rows = await database.query(
    `WITH held AS MATERIALIZED (
       SELECT transaction_id, parent_transaction FROM blnk.transactions WHERE transaction_id = ANY($1::text[])),
     children AS MATERIALIZED (
       SELECT parent_transaction, status, precise_amount FROM blnk.transactions
       WHERE parent_transaction = ANY($1::text[])),
     parents AS MATERIALIZED (
       SELECT transaction_id, status FROM blnk.transactions
       WHERE transaction_id = ANY(ARRAY(SELECT DISTINCT parent_transaction FROM held))),
     below AS MATERIALIZED (
       SELECT parent_transaction, status FROM blnk.transactions WHERE parent_transaction = ANY(ARRAY(
         SELECT transaction_id FROM parents WHERE status IN ('QUEUED', 'SCHEDULED'))))
     SELECT h.transaction_id, COALESCE(SUM(c.precise_amount) FILTER (WHERE c.status = 'APPLIED'), 0) AS committed,
       COALESCE(bool_or(c.status = 'VOID'), false)
         OR h.parent_transaction IN (SELECT parent_transaction FROM below WHERE status = 'VOID') AS voided
     FROM held h LEFT JOIN children c ON c.parent_transaction = h.transaction_id
     GROUP BY h.transaction_id, h.parent_transaction`,
    [targets.map((target) => target.transaction_id)],
  );
  const found = new Map(rows.map((row) => [String(row["transaction_id"]), row]));
  return new Map(targets.map((row) => [row.transaction_id, toHoldFacts(row, found.get(row.transaction_id))]));
}

function toHoldFacts(row: TransactionRow, facts: SqlRow | undefined): HoldFacts {
  return {
    row,
    hold: {
      amount: BigInt(row.precise_amount ?? "0"),
      precision: Number(row.precision ?? "1"),
      currency: row.currency ?? "",
      committed: BigInt(String(facts?.["committed"] ?? "0")),
      voided: facts?.["voided"] === true,
    },
  };
}

/**
 * Changes balances to the values given, each as a row of `changes`. They are locked in the order of their ids before
 * any is changed: an UPDATE alone takes them in whatever order its plan finds them, and two processes would wait for
 * each other in a circle.
 */
function moving(locked: string, changes: string): string {
  return `taken AS (
  SELECT balance_id FROM blnk.balances WHERE balance_id ${locked} ORDER BY balance_id FOR UPDATE),
moved AS (
  UPDATE blnk.balances b SET
    version = v.version, balance = v.balance, credit_balance = v.credit, debit_balance = v.debit,
    inflight_balance = v.inflight, inflight_credit_balance = v.inflight_credit,
    inflight_debit_balance = v.inflight_debit
  FROM ${changes}
    AS v (balance_id, old_version, version, old_credit, old_debit, balance, credit, debit, inflight,
          inflight_credit, inflight_debit) JOIN taken USING (balance_id)
  WHERE b.balance_id = v.balance_id AND b.version = v.old_version
    AND b.credit_balance = v.old_credit AND b.debit_balance = v.old_debit
  RETURNING 1)`;
}

const moveBooks = moving(
  "= ANY($1::text[])",
  `unnest($1::text[], $2::int[], $3::int[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[],
          $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[])`,
);

const rowColumns = columnsOf(transactions);

/** Numbers of parameters, in the order of `writeCommit`. */
const rowsFrom = 12;
const expectedAt = rowsFrom + rowColumns.length;
/** The parameter so many places behind the count of changes. */
const behind = (places: number): string => `$${expectedAt + places}`;

/**
 * Rows are numbered in the order in which they were made, and stored in the order of their references: two processes
 * that want the same references would wait for each other in a circle otherwise.
 */
const insertRows = `stored AS (
  INSERT INTO blnk.transactions (id, ${transactionColumns})
  SELECT n.id, ${rowColumns.map(([name, kind]) => cast(`n.${name}`, kind)).join(", ")}
  FROM (
    SELECT nextval('blnk.transactions_id_seq') AS id, r.*
    FROM unnest(${rowColumns.map((_, index) => `$${rowsFrom + index}::text[]`).join(", ")})
      AS r (${transactionColumns})) AS n
  ORDER BY n.reference COLLATE "C"
  RETURNING 1)`;

const insertWork = `kept AS (
  ${workInsertion(expectedAt + 1)})`;

/** A place in work, as it is told and as it has to stand. */
const placed = (ids: number, befores: number, more = "", names = "") =>
  `unnest(${behind(ids)}::text[], ${behind(befores)}::text[]${more}) AS n (work_id, before${names})
  WHERE w.work_id = n.work_id::bigint AND w.progress IS NOT DISTINCT FROM n.before::jsonb`;

const finishWork = `done AS (
  DELETE FROM annex.work w USING ${placed(5, 11)} RETURNING 1)`;

const advanceWork = `advanced AS (
  UPDATE annex.work w SET progress = n.reached::jsonb
  FROM ${placed(12, 13, `, ${behind(14)}::text[]`, ", reached")} RETURNING 1)`;

const recordRefusals = `refused AS (
  INSERT INTO annex.refusals (work_id, kind, payload, reason, refused_at)
  SELECT w.work_id, w.kind, ${shownPayload("w.payload")}, n.reason, ${behind(10)}::text::timestamp
  FROM unnest(${behind(8)}::bigint[], ${behind(9)}::text[]) AS n (work_id, reason) JOIN annex.work w USING (work_id)
  RETURNING 1)`;

const annotateRows = `annotated AS (
  UPDATE blnk.transactions t SET meta_data = ${mergedMetadata("t.meta_data", "n.meta_data::jsonb")}
  FROM unnest(${behind(6)}::text[], ${behind(7)}::text[]) AS n (transaction_id, meta_data)
  WHERE t.transaction_id = n.transaction_id RETURNING 1)`;

/** The values of one balance, the first of them at a number. */
function bookValues(from: number): string {
  const types = ["text", "int", "int", ...Array.from({ length: 8 }, () => "numeric")];
  return `(${types.map((type, index) => `$${from + index}::${type}`).join(", ")})`;
}

const singleRowFrom = 23;

/** The usual commit, one row between two balances, without the detour over arrays. */
const singleStatement = `WITH ${moving("IN ($1::text, $12::text)", `(VALUES ${bookValues(1)}, ${bookValues(12)})`)},
stored AS (
  INSERT INTO blnk.transactions (${transactionColumns})
  VALUES (${rowColumns.map(([, kind], index) => cast(`$${singleRowFrom + index}`, kind)).join(", ")})
  RETURNING 1)
SELECT annex.exactly((SELECT count(*) FROM moved), 2)`;

const plainStatement = `WITH ${moveBooks}, ${insertRows}
SELECT annex.exactly((SELECT count(*) FROM moved), $${expectedAt})`;

const statementWithWork = `WITH ${moveBooks}, ${insertRows}, ${insertWork}, ${finishWork}, ${annotateRows}, ${recordRefusals}, ${advanceWork}
SELECT annex.exactly((SELECT count(*) FROM moved) + (SELECT count(*) FROM done) + (SELECT count(*) FROM advanced),
  $${expectedAt})`;

/**
 * Writes a commit in one statement: all of it or, when a balance is no longer as it was found or a piece of
 * work was finished by somebody else, nothing.
 *
 * @param now the text of a timestamp
 * @throws DatabaseError 40001 in that case, 23505 when another row has one of the references.
 */
export async function writeCommit(database: SqlDatabase, writes: Writes, now: string): Promise<void> {
  if (isSingle(writes)) return writeSingle(database, writes);
  const expected = writes.books.length + writes.steps.length;
  const parameters = [...bookParameters(writes.books), ...rowParameters(writes.rows), expected];
  const { work, steps, annotations, refusals } = writes;
  if (work.length + steps.length + annotations.length === 0) {
    await database.query(plainStatement, parameters);
    return;
  }
  const further = steps.filter(({ to }) => to !== undefined);
  const [finishedIds, finishedBefore] = placeColumns(steps.filter(({ to }) => to === undefined));
  await database.query(statementWithWork, [
    ...parameters,
    ...workColumns(work),
    finishedIds,
    annotations.map(({ transactionId }) => transactionId),
    annotations.map(({ metadata }) => JSON.stringify(metadata)),
    refusals.map(({ workId }) => workId),
    refusals.map(({ reason }) => reason),
    now,
    finishedBefore,
    ...placeColumns(further),
    further.map(({ to }) => JSON.stringify(to)),
  ]);
}

function isSingle({ rows, books, work, steps, annotations }: Writes): boolean {
  const others = work.length + steps.length + annotations.length;
  return rows.length === 1 && books.length === 2 && others === 0;
}

async function writeSingle(database: SqlDatabase, { rows, books }: Writes): Promise<void> {
  const firsts = (columns: readonly unknown[]) => columns.map((column) => (column as readonly unknown[])[0]);
  const parameters = books.flatMap((book) => firsts(bookParameters([book])));
  await database.query(singleStatement, [...parameters, ...firsts(rowParameters(rows))]);
}

function bookParameters(books: readonly ChangedBook[]): readonly unknown[] {
  const column = (value: (book: ChangedBook) => string | bigint | number) =>
    books.map((book) => String(value(book)));
  return [
    column(({ after }) => after.balanceId),
    column(({ before }) => before.version),
    column(({ after }) => after.version),
    column(({ before }) => before.credit),
    column(({ before }) => before.debit),
    column(({ after }) => balanceOf(after)),
    column(({ after }) => after.credit),
    column(({ after }) => after.debit),
    column(({ after }) => inflightBalanceOf(after)),
    column(({ after }) => after.inflightCredit),
    column(({ after }) => after.inflightDebit),
  ];
}

function rowParameters(rows: readonly TransactionRow[]): readonly unknown[] {
  return rowColumns.map(([name, kind]) =>
    rows.map((row) => {
      const value = row[name];
      return kind === "json" ? JSON.stringify(value ?? {}) : value;
    }),
  );
}

/** An internal balance, named by indicator and currency (contract section 6.8). */
export interface IndicatorName {
  readonly indicator: string;
  readonly currency: string;
}

async function findIndicators(
  database: SqlDatabase,
  names: readonly IndicatorName[],
): Promise<readonly SqlRow[]> {
  return database.query(
    `SELECT b.balance_id, b.indicator, b.currency FROM blnk.balances b
     JOIN unnest($1::text[], $2::text[]) AS n (indicator, currency)
       ON b.indicator = n.indicator AND b.currency = n.currency`,
    [names.map((name) => name.indicator), names.map((name) => name.currency)],
  );
}

/** An internal balance that exists. */
export interface IndicatorBalance extends IndicatorName {
  readonly balanceId: string;
}

/** Internal balances that exist, of those named. */
export async function readIndicators(
  database: SqlDatabase,
  names: readonly IndicatorName[],
): Promise<readonly IndicatorBalance[]> {
  const rows = await findIndicators(database, names);
  return rows.map((row) => ({
    balanceId: String(row["balance_id"]),
    indicator: String(row["indicator"]),
    currency: String(row["currency"]),
  }));
}

/**
 * Creates internal balances; those that somebody else created meanwhile are left as they are. In the order of their
 * names: whoever creates one waits for everybody who is creating it.
 */
export async function createIndicators(
  database: SqlDatabase,
  balances: readonly IndicatorBalance[],
  createdAt: string,
): Promise<void> {
  if (balances.length === 0) return;
  await database.query(
    `INSERT INTO blnk.balances (balance_id, indicator, currency, balance, credit_balance, debit_balance,
       ledger_id, created_at, allocation_strategy, meta_data)
     SELECT balance_id, indicator, currency, 0, 0, 0, 'general_ledger_id', $4::text::timestamp, 'FIFO', 'null'
     FROM unnest($1::text[], $2::text[], $3::text[]) AS n (balance_id, indicator, currency)
     ORDER BY indicator COLLATE "C", currency COLLATE "C"
     ON CONFLICT (indicator, currency) DO NOTHING`,
    [
      balances.map((balance) => balance.balanceId),
      balances.map((balance) => balance.indicator),
      balances.map((balance) => balance.currency),
      createdAt,
    ],
  );
}
