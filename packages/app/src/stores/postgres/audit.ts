/** The audit trail: entries are added, listed in their order, and forgotten from the oldest on. */
import type { AuditEntry } from "../../audit/index.ts";
import { auditColumns } from "../columns.ts";
import type { Store } from "../interface.ts";
import { toAuditEntry } from "../rows.ts";
import { createBatching } from "./batching.ts";
import { type Connection, Prepared, type Query } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

/** A statement that adds entries, whose columns are the parameters from one on. */
export function addEntriesSql(from: number): string {
  const types = ["bigint", "text", "text", "text", "text", "text"];
  const columns = types.map((type, index) => `$${from + index}::${type}[]`);
  return `INSERT INTO annex.audit (at, installed_app_id, actor_kind, actor_id, action, details)
    SELECT * FROM unnest(${columns.join(", ")})`;
}

const insertSql = new Prepared("add-entries", addEntriesSql(1));
const listSql = `SELECT * FROM annex.audit WHERE entry_number > $1 AND at >= $2
  AND ($4::text IS NULL OR installed_app_id = $4) ORDER BY entry_number LIMIT $3`;

export function createAudit({ query }: Connection, transaction: Transaction): Store["audit"] {
  return {
    append: createBatching<AuditEntry, void>(
      async (entries) => {
        await transaction.run(async (held) => addEntries(held, entries));
        return entries.map(() => undefined);
      },
      { atOnce: 2, most: 200 },
    ),
    list: async ({ installedAppId, since, after, limit }) =>
      (await query(listSql, [after, since, limit, installedAppId ?? null])).rows.map(toAuditEntry),
  };
}

/** Inside a transaction, whose end waits for it. */
export function addEntries(query: Query, entries: readonly AuditEntry[]): void {
  if (entries.length > 0) void query(insertSql, entryColumns(entries));
}

/** Columns of entries, for `addEntriesSql`. */
export function entryColumns(entries: readonly AuditEntry[]): readonly unknown[] {
  const rows = entries.map(auditColumns);
  return [0, 1, 2, 3, 4, 5].map((column) => rows.map((row) => row[column]));
}
