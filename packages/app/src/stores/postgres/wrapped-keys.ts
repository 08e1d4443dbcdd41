/** Keys that seal, wrapped by an outside key service. */
import type { WrappedKeyStore } from "../../vault/wrapped-keys.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

// In the order in which they were made, whatever a clock said.
const listSql =
  "SELECT ring_key_id, wrapped, key_hash, created_at FROM annex.wrapped_keys ORDER BY key_number";
const addSql = `INSERT INTO annex.wrapped_keys (ring_key_id, wrapped, key_hash, created_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (ring_key_id) DO NOTHING`;

export function createWrappedKeys({ query }: Connection, transaction: Transaction): WrappedKeyStore {
  return {
    list: async () =>
      (await query(listSql)).rows.map((row) => ({
        ringKeyId: String(row["ring_key_id"]),
        wrapped: row["wrapped"] as Uint8Array,
        keyHash: String(row["key_hash"]),
        createdAt: Number(row["created_at"]),
      })),
    // Done twice, it would be told that another one was faster, where that was itself.
    add: ({ ringKeyId, wrapped, keyHash, createdAt }) =>
      transaction.run(async (held) => {
        const { count } = await held(addSql, [ringKeyId, Buffer.from(wrapped), keyHash, createdAt]);
        return count > 0;
      }),
    remove: async (ringKeyId) => {
      await query("DELETE FROM annex.wrapped_keys WHERE ring_key_id = $1", [ringKeyId]);
    },
  };
}
