/** SQL of transaction rows: reading them. Rows are written by `posting.ts` and never change but for metadata. */
import { columnList } from "../entities/fields.ts";
import { transactions } from "../entities/transactions.ts";
import type { TransactionRow } from "../rules/rows.ts";
import type { SqlDatabase } from "./database.ts";
import { readInParts } from "./in-parts.ts";

export const transactionColumns = columnList(transactions);

export async function findTransaction(
  database: SqlDatabase,
  id: string,
): Promise<TransactionRow | undefined> {
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions WHERE transaction_id = $1`,
    [id],
  );
  return rows[0] as TransactionRow | undefined;
}

export async function findTransactionByReference(
  database: SqlDatabase,
  reference: string,
): Promise<TransactionRow | undefined> {
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions WHERE reference = $1`,
    [reference],
  );
  return rows[0] as TransactionRow | undefined;
}

/** What came through the queue under the id of a split or a batch, and is applied or held. */
export async function queuedChildren(
  database: SqlDatabase,
  groupId: string,
  status: "APPLIED" | "INFLIGHT",
): Promise<readonly TransactionRow[]> {
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions
     WHERE meta_data->>'QUEUED_PARENT_TRANSACTION' = $1 AND status = $2 ORDER BY created_at, id`,
    [groupId, status],
  );
  return rows as unknown as readonly TransactionRow[];
}

/** A row of a batch, and the number rows are counted on by. */
export interface BatchRow {
  readonly id: string;
  readonly row: TransactionRow;
}

/** @param after SQL of the number of the row behind which they are */
function rowsOfBatch(after: string): string {
  return `parent_transaction = $1 AND status IN ('APPLIED', 'INFLIGHT') AND id > ${after}`;
}

/** The next rows that are children of a batch and applied or held, in the order they were made. */
export async function batchRows(
  database: SqlDatabase,
  batchId: string,
  after: string,
  limit: number,
): Promise<readonly BatchRow[]> {
  const rows = await database.query(
    `SELECT id, ${transactionColumns} FROM blnk.transactions
     WHERE ${rowsOfBatch("$2::text::bigint")} ORDER BY id LIMIT $3`,
    [batchId, after, limit],
  );
  return rows.map(({ id, ...row }) => ({ id: String(id), row: row as unknown as TransactionRow }));
}

/**
 * How many rows of a batch stand while the work that undoes it is under way; undefined where that is finished. It is one
 * statement: somebody else may take the work's next step between two.
 */
export async function countStandingRows(
  database: SqlDatabase,
  batchId: string,
  workId: string,
): Promise<number | undefined> {
  const [row] = await database.query(
    `SELECT (SELECT count(*)::integer FROM blnk.transactions
             WHERE ${rowsOfBatch("coalesce(w.progress->>'undone', '0')::bigint")}) AS rows
     FROM annex.work w WHERE w.work_id = $2::text::bigint`,
    [batchId, workId],
  );
  return row && Number(row["rows"]);
}

/** A group is read some rows at a time: the embedded engine serves nobody else until it has given them. */
const rowsAtOnce = 500;

/**
 * The rows that a condition on one id names, newest first; those of a large group are read in parts.
 *
 * @param where SQL about `$1`
 */
export async function newestFirst(
  database: SqlDatabase,
  where: string,
  id: string,
): Promise<readonly TransactionRow[]> {
  const named = (columns: string) =>
    `SELECT ${columns} FROM blnk.transactions WHERE ${where} ORDER BY created_at DESC, id DESC`;
  const some = await database.query(`${named(transactionColumns)} LIMIT ${rowsAtOnce + 1}`, [id]);
  if (some.length <= rowsAtOnce) return some as unknown as readonly TransactionRow[];
  const ids = (await database.query(named("transaction_id"), [id])).map((row) =>
    String(row["transaction_id"]),
  );
  const rows = await readInParts(ids, (part) => findTransactions(database, part));
  const byId = new Map(rows.map((row) => [row.transaction_id, row]));
  return ids.flatMap((one) => byId.get(one) ?? []);
}

/** The rows with these ids, in no order. */
export async function findTransactions(
  database: SqlDatabase,
  ids: readonly string[],
): Promise<readonly TransactionRow[]> {
  if (ids.length === 0) return [];
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions WHERE transaction_id = ANY($1::text[])`,
    [ids],
  );
  return rows as unknown as readonly TransactionRow[];
}

/**
 * The rows a refund by an id mirrors, newest first: the row itself if applied, its applied and void
 * children, and applied rows that came through the queue under it (contract section 11).
 */
export async function refundCandidates(
  database: SqlDatabase,
  id: string,
): Promise<readonly TransactionRow[]> {
  return newestFirst(
    database,
    `((transaction_id = $1 AND status = 'APPLIED')
       OR (parent_transaction = $1 AND status IN ('APPLIED', 'VOID'))
       OR (meta_data ->> 'QUEUED_PARENT_TRANSACTION' = $1 AND status = 'APPLIED'))`,
    id,
  );
}

/**
 * Those of the rows that have a child with swapped sides, whatever its status: they were refunded. Rows and children are
 * found first, by their ids: a planner whose statistics are old looked for them among all rows of a balance.
 */
export async function refundedAmong(
  database: SqlDatabase,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query(
    `WITH asked AS MATERIALIZED (
       SELECT transaction_id, source, destination FROM blnk.transactions
       WHERE transaction_id = ANY($1::text[])),
     children AS MATERIALIZED (
       SELECT parent_transaction, source, destination FROM blnk.transactions
       WHERE parent_transaction = ANY($1::text[]))
     SELECT DISTINCT r.transaction_id FROM asked r
     JOIN children c ON c.parent_transaction = r.transaction_id
       AND c.source = r.destination AND c.destination = r.source`,
    [ids],
  );
  return new Set(rows.map((row) => String(row["transaction_id"])));
}
