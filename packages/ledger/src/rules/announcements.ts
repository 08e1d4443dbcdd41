/**
 * Core announces every new transaction as JSON of less than 8000 bytes; a row that is longer can't be recorded.
 * The same limit of ledgers and balances is kept where they are stored.
 */
import type { TransactionRow } from "./rows.ts";

const tooManyBytes = 8000;

/** What stands in an announcement besides the row's own values, with a serial number and times of usual length. */
const frame =
  '{"table" : "transactions", "data" : {"id":100,"transaction_id":,"source":,"destination":,"description":,' +
  '"reference":,"amount":,"currency":,"status":,"hash":,"created_at":"2026-11-24T20:34:12.142083",' +
  '"scheduled_for":"0001-01-01T00:00:00","meta_data":,"precise_amount":,"precision":,"parent_transaction":,' +
  '"effective_date":"2026-11-24T20:34:12.142083","chain_seq":null,"chain_prev_hash":null,"chain_hash":null}}';

/** Whether a row is short enough to be announced, and so recorded. */
export function isAnnounceable(row: TransactionRow): boolean {
  const { transaction_id, source, destination, description, reference, currency, status, hash } = row;
  const names = [transaction_id, row.parent_transaction, source, destination, currency, status, hash];
  const numbers = [row.amount, row.precise_amount, row.precision];
  const bytes =
    frame.length +
    [...names, description, reference].reduce((sum, value) => sum + textBytes(value), 0) +
    numbers.reduce((sum, digits) => sum + (digits ?? "null").length, 0) +
    valueBytes(row.meta_data);
  return bytes < tooManyBytes;
}

/** The length of a value as PostgreSQL prints it: a space behind each comma and each colon. */
function valueBytes(value: unknown): number {
  if (Array.isArray(value)) return listBytes(value.map(valueBytes));
  if (typeof value === "object" && value !== null) {
    return listBytes(Object.entries(value).map(([key, item]) => textBytes(key) + 2 + valueBytes(item)));
  }
  return textBytes(value);
}

function listBytes(items: readonly number[]): number {
  return items.reduce((sum, bytes) => sum + bytes + 2, items.length === 0 ? 2 : 0);
}

function textBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value ?? null), "utf8");
}
