/** Sealed keys by the ring key they are under, and sealing them anew. */
import type { RingUse } from "../interface.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

// An overwritten key is zeros; nobody opens it.
const inUse = "i.status = 'active'";
const countsSql = `SELECT k.ring_key_id, count(*) AS keys
  FROM sealed_keys k JOIN installations i USING (installation_number) WHERE ${inUse} GROUP BY 1 ORDER BY 1`;
const othersSql = `SELECT i.installed_app_id, k.sealed
  FROM sealed_keys k JOIN installations i USING (installation_number)
  WHERE ${inUse} AND k.ring_key_id <> ? LIMIT ?`;
const resealSql = `UPDATE sealed_keys SET sealed = ?, ring_key_id = ?
  WHERE sealed = ? AND installation_number = (SELECT installation_number FROM installations i
    WHERE i.installed_app_id = ? AND ${inUse})`;
const rehashSql = "UPDATE installations SET key_hash = ? WHERE installed_app_id = ?";

export function createRingUse(connection: Connection, transaction: Transaction): RingUse {
  const sql = connection.statement;
  return {
    counts: async () =>
      sql(countsSql)
        .all()
        .map((row) => ({ ringKeyId: String(row["ring_key_id"]), count: Number(row["keys"]) })),
    sealedByOthers: async (ringKeyId, limit) =>
      sql(othersSql)
        .all(ringKeyId, limit)
        .map((row) => ({
          installedAppId: String(row["installed_app_id"]),
          sealed: row["sealed"] as Uint8Array,
        })),
    reseal: (row, key, keyHash) =>
      transaction.run(() => {
        const { changes } = sql(resealSql).run(key.sealed, key.ringKeyId, row.sealed, row.installedAppId);
        if (Number(changes) === 0) return false;
        sql(rehashSql).run(keyHash, row.installedAppId);
        return true;
      }),
  };
}
