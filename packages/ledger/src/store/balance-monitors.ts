/** SQL of balance monitors, table `blnk.balance_monitors`. */
import type { SqlDatabase } from "./database.ts";

/** A stored monitor. `value` and `precise_value` are decimal texts, times wall clocks in UTC. */
export interface MonitorRow {
  readonly monitor_id: string;
  readonly balance_id: string;
  readonly field: string;
  readonly operator: string;
  readonly value: string;
  readonly precision: number;
  readonly precise_value: string;
  readonly description: string;
  readonly call_back_url: string;
  readonly created_at: string;
}

/** What a change of a monitor sets; its precision and precise value stay, as in Core. */
export type MonitorChange = Omit<MonitorRow, "monitor_id" | "precision" | "precise_value" | "created_at">;

const columns = `monitor_id, balance_id, field, operator, value::text, precision, precise_value::text, description,
  call_back_url, created_at`;

/**
 * Stores a new monitor.
 *
 * @throws DatabaseError for an unknown balance, operator or field, and for a value that is no integer of 64 bits.
 */
export async function insertMonitor(database: SqlDatabase, row: MonitorRow): Promise<void> {
  await database.query(
    `INSERT INTO blnk.balance_monitors (monitor_id, balance_id, field, operator, value, precision, precise_value,
       description, call_back_url, created_at)
     VALUES ($1, $2, $3, $4, $5::text::bigint, $6::text::float, $7::text::bigint, $8, $9, $10::text::timestamp)`,
    [
      row.monitor_id,
      row.balance_id,
      row.field,
      row.operator,
      row.value,
      String(row.precision),
      row.precise_value,
      row.description,
      row.call_back_url,
      row.created_at,
    ],
  );
}

export async function findMonitor(database: SqlDatabase, id: string): Promise<MonitorRow | undefined> {
  const rows = await database.query(`SELECT ${columns} FROM blnk.balance_monitors WHERE monitor_id = $1`, [
    id,
  ]);
  return rows[0] as MonitorRow | undefined;
}

/** All monitors, oldest change last. */
export async function allMonitors(database: SqlDatabase): Promise<readonly MonitorRow[]> {
  const rows = await database.query(`SELECT ${columns} FROM blnk.balance_monitors`, []);
  return rows as unknown as readonly MonitorRow[];
}

export async function monitorsOfBalance(
  database: SqlDatabase,
  balanceId: string,
): Promise<readonly MonitorRow[]> {
  const rows = await database.query(`SELECT ${columns} FROM blnk.balance_monitors WHERE balance_id = $1`, [
    balanceId,
  ]);
  return rows as unknown as readonly MonitorRow[];
}

/**
 * Changes a monitor; false when there is none.
 *
 * @throws DatabaseError as `insertMonitor`.
 */
export async function changeMonitor(
  database: SqlDatabase,
  id: string,
  change: MonitorChange,
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE blnk.balance_monitors SET balance_id = $2, field = $3, operator = $4, value = $5::text::bigint,
       description = $6, call_back_url = $7
     WHERE monitor_id = $1 RETURNING monitor_id`,
    [
      id,
      change.balance_id,
      change.field,
      change.operator,
      change.value,
      change.description,
      change.call_back_url,
    ],
  );
  return rows.length === 1;
}

/** Removes a monitor; false when there is none. */
export async function deleteMonitor(database: SqlDatabase, id: string): Promise<boolean> {
  const rows = await database.query(
    "DELETE FROM blnk.balance_monitors WHERE monitor_id = $1 RETURNING monitor_id",
    [id],
  );
  return rows.length === 1;
}
