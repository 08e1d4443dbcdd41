/** What is sealed by the ring key it is under, and sealing it anew. */
import type { RingUse } from "../interface.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

// An overwritten key is zeros; nobody opens it.
const inUse = "i.status = 'active'";
const countsSql = `SELECT ring_key_id, sum(is_key) AS keys, sum(1 - is_key) AS secrets FROM
  (SELECT k.ring_key_id, 1 AS is_key FROM sealed_keys k JOIN installations i USING (installation_number) WHERE ${inUse}
    UNION ALL SELECT s.ring_key_id, 0 FROM secrets JOIN sealed_secrets s USING (secret_number))
  GROUP BY 1 ORDER BY 1`;
const keysSql = `SELECT i.installed_app_id, k.sealed
  FROM sealed_keys k JOIN installations i USING (installation_number)
  WHERE ${inUse} AND k.ring_key_id IN (SELECT value FROM json_each(?)) LIMIT ?`;
const secretsSql = `SELECT owner, name, s.sealed FROM secrets JOIN sealed_secrets s USING (secret_number)
  WHERE s.ring_key_id IN (SELECT value FROM json_each(?)) LIMIT ?`;
const resealSql = `UPDATE sealed_keys SET sealed = ?, ring_key_id = ?
  WHERE sealed = ? AND installation_number = (SELECT installation_number FROM installations i
    WHERE i.installed_app_id = ? AND ${inUse})`;
const rehashSql = "UPDATE installations SET key_hash = ? WHERE installed_app_id = ?";
const resealSecretSql = `UPDATE sealed_secrets SET sealed = ?, ring_key_id = ?
  WHERE sealed = ? AND secret_number = (SELECT secret_number FROM secrets WHERE owner = ? AND name = ?)`;

export function createRingUse(connection: Connection, transaction: Transaction): RingUse {
  const sql = connection.statement;
  return {
    counts: async () =>
      sql(countsSql)
        .all()
        .map((row) => ({
          ringKeyId: String(row["ring_key_id"]),
          apiKeys: Number(row["keys"]),
          secrets: Number(row["secrets"]),
        })),
    keysSealedBy: async (ringKeyIds, limit) =>
      sql(keysSql)
        .all(JSON.stringify(ringKeyIds), limit)
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
    secretsSealedBy: async (ringKeyIds, limit) =>
      sql(secretsSql)
        .all(JSON.stringify(ringKeyIds), limit)
        .map((row) => ({
          owner: String(row["owner"]),
          name: String(row["name"]),
          sealed: row["sealed"] as Uint8Array,
        })),
    resealSecret: (row, { sealed, ringKeyId }) =>
      transaction.run(
        () =>
          Number(sql(resealSecretSql).run(sealed, ringKeyId, row.sealed, row.owner, row.name).changes) > 0,
      ),
  };
}
