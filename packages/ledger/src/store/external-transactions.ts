/** SQL of uploaded rows (contract section 15.1), table `blnk.external_transactions`. */
import { plainDecimal } from "../rules/amounts.ts";
import type { ExternalRow } from "../rules/reconciling.ts";
import type { UploadedRow } from "../rules/uploads.ts";
import { isUniqueViolation, type SqlDatabase, type SqlRow } from "./database.ts";

/** A row to be stored; `date` is a wall clock, whose offset the column leaves out. */
export interface NewExternalTransaction extends UploadedRow {
  readonly source: string;
}

/** No more rows share a statement: the embedded engine serves nobody else until they are stored. */
export const externalRowsAtOnce = 250;
const rowsAtOnce = 500;

/**
 * Stores rows under an upload, in order, up to the first that can't be stored: those before it stay.
 *
 * @param rows no more than `externalRowsAtOnce`
 * @throws DatabaseError of that first row (an id used before, a text too long).
 */
export async function insertExternalTransactions(
  database: SqlDatabase,
  uploadId: string,
  rows: readonly NewExternalTransaction[],
): Promise<void> {
  try {
    await insertTogether(database, uploadId, rows);
  } catch (error) {
    if (rows.length === 1 || !isUniqueViolation(error)) throw error;
    for (const row of rows) await insertTogether(database, uploadId, [row]);
  }
}

async function insertTogether(
  database: SqlDatabase,
  uploadId: string,
  rows: readonly NewExternalTransaction[],
): Promise<void> {
  const sent = rows.map((row) => ({ ...row, amount: plainDecimal(row.amount) }));
  await database.query(
    `INSERT INTO blnk.external_transactions (id, amount, reference, currency, description, date, source, upload_id)
     SELECT id, amount, reference, currency, description, date, source, $1
     FROM jsonb_to_recordset($2::text::jsonb) AS r (id text, amount numeric, reference text, currency text,
       description text, date timestamp, source text)`,
    [uploadId, JSON.stringify(sent)],
  );
}

/** All rows of an upload, by id, in pages that are fetched as they are asked for. */
export async function* externalRows(
  database: SqlDatabase,
  uploadId: string,
): AsyncGenerator<readonly ExternalRow[]> {
  let last: string | undefined;
  for (;;) {
    const rows = await database.query(
      `SELECT id, amount::text, reference, currency, description, source,
              (extract(epoch FROM date) * 1000)::text AS date
       FROM blnk.external_transactions
       WHERE upload_id = $1 AND id ${last === undefined ? ">=" : ">"} $2 ORDER BY id LIMIT $3`,
      [uploadId, last ?? "", rowsAtOnce],
    );
    yield rows.map(toExternalRow);
    if (rows.length < rowsAtOnce) return;
    last = String(rows.at(-1)?.["id"]);
  }
}

function toExternalRow(row: SqlRow): ExternalRow {
  return {
    id: String(row["id"]),
    amount: Number(row["amount"]),
    reference: String(row["reference"]),
    currency: String(row["currency"]),
    description: String(row["description"] ?? ""),
    source: String(row["source"]),
    date: Number(row["date"]),
  };
}
