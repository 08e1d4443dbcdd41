import type { Outbox, OutboxKind } from "../../jobs-host.ts";
import type { Connection } from "./connection.ts";
import type { SharedCommit } from "./shared-commit.ts";

/** The outbox: rows are written by events, read by the relay, and deleted once the jobs have the work. */
export function createOutbox(connection: Connection, commit: SharedCommit): Outbox {
  return {
    undelivered: async (limit) =>
      connection
        .statement("SELECT outbox_id, installed_app_id, kind, reason FROM outbox ORDER BY outbox_id LIMIT ?")
        .all(limit)
        .map((row) => ({
          outboxId: Number(row["outbox_id"]),
          installedAppId: String(row["installed_app_id"]),
          kind: row["kind"] as OutboxKind,
          reason: String(row["reason"]),
        })),
    markDelivered: (outboxIds) =>
      commit.run(() => {
        const remove = connection.statement("DELETE FROM outbox WHERE outbox_id = ?");
        for (const outboxId of outboxIds) remove.run(outboxId);
      }),
  };
}
