/** The audit trail: entries are added, listed in their order, and forgotten from the oldest on. */
import type { AuditEntry } from "../../audit/index.ts";
import { auditColumns } from "../columns.ts";
import type { Store } from "../interface.ts";
import { toAuditEntry } from "../rows.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const insertSql = `INSERT INTO audit (at, installed_app_id, actor_kind, actor_id, action, details)
  VALUES (?, ?, ?, ?, ?, ?)`;
const listSql = "SELECT * FROM audit WHERE entry_number > ? AND at >= ? ORDER BY entry_number LIMIT ?";
const listOfSql = `SELECT * FROM audit
  WHERE installed_app_id = ?4 AND entry_number > ?1 AND at >= ?2 ORDER BY entry_number LIMIT ?3`;

export function createAudit(connection: Connection, transaction: Transaction): Store["audit"] {
  return {
    append: (entry) => transaction.run(() => addEntry(connection, entry)),
    list: async ({ installedAppId, since, after, limit }) => {
      const rows =
        installedAppId === undefined
          ? connection.statement(listSql).all(after, since, limit)
          : connection.statement(listOfSql).all(after, since, limit, installedAppId);
      return rows.map(toAuditEntry);
    },
  };
}

/** Inside a transaction. */
export function addEntry(connection: Connection, entry: AuditEntry): void {
  connection.statement(insertSql).run(...auditColumns(entry));
}
