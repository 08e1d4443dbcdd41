/**
 * Indexes beyond those that posting needs, for lists and for the Data and Filters APIs (contract section 8). A real Core has its
 * own; queries are the same over both.
 *
 * `transactions_listed` answers counts and pages by currency, status and time without touching the table,
 * `transactions_amounts` those by currency, status and amount; PostgreSQL skips through both when the
 * currency or the status is not asked for. `transactions_metadata` finds rows by what an app left in their
 * metadata.
 */
export const listIndexes = `
CREATE INDEX IF NOT EXISTS transactions_listed
  ON blnk.transactions (currency, status, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS transactions_amounts
  ON blnk.transactions (currency, status, amount);
CREATE INDEX IF NOT EXISTS transactions_metadata
  ON blnk.transactions USING gin (meta_data jsonb_path_ops);
`;
