/** Keys that seal, wrapped by an outside key service. */
import type { WrappedKeyStore } from "../../vault/wrapped-keys.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

// In the order in which they were made, whatever the clock said.
const listSql = "SELECT ring_key_id, wrapped, key_hash, created_at FROM wrapped_keys ORDER BY rowid";
const addSql = `INSERT INTO wrapped_keys (ring_key_id, wrapped, key_hash, created_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (ring_key_id) DO NOTHING`;

export function createWrappedKeys(connection: Connection, transaction: Transaction): WrappedKeyStore {
  const sql = connection.statement;
  return {
    list: async () =>
      sql(listSql)
        .all()
        .map((row) => ({
          ringKeyId: String(row["ring_key_id"]),
          wrapped: row["wrapped"] as Uint8Array,
          keyHash: String(row["key_hash"]),
          createdAt: Number(row["created_at"]),
        })),
    add: ({ ringKeyId, wrapped, keyHash, createdAt }) =>
      transaction.run(() => Number(sql(addSql).run(ringKeyId, wrapped, keyHash, createdAt).changes) > 0),
    remove: (ringKeyId) =>
      transaction.run(() => {
        sql("DELETE FROM wrapped_keys WHERE ring_key_id = ?").run(ringKeyId);
      }),
  };
}
