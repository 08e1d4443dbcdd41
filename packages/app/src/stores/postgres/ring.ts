/** What is sealed by the ring key it is under, and sealing it anew. */
import type { RingUse } from "../interface.ts";
import type { Connection } from "./connection.ts";

const countsSql = `SELECT ring_key_id, sum(keys)::int AS keys, sum(secrets)::int AS secrets FROM
  (SELECT ring_key_id, count(*) AS keys, 0 AS secrets FROM annex.installations
      WHERE status = 'active' AND ring_key_id IS NOT NULL GROUP BY 1
    UNION ALL SELECT ring_key_id, 0, count(*) FROM annex.secrets GROUP BY 1) AS used
  GROUP BY 1 ORDER BY ring_key_id COLLATE "C"`;
const keysSql = `SELECT installed_app_id, sealed FROM annex.installations
  WHERE status = 'active' AND sealed IS NOT NULL AND ring_key_id = ANY($1) LIMIT $2`;
const secretsSql = "SELECT owner, name, sealed FROM annex.secrets WHERE ring_key_id = ANY($1) LIMIT $2";
const resealSql = `UPDATE annex.installations SET sealed = $1, ring_key_id = $2, key_hash = $3
  WHERE installed_app_id = $4 AND sealed = $5 AND status = 'active'`;
const resealSecretSql = `UPDATE annex.secrets SET sealed = $1, ring_key_id = $2
  WHERE owner = $3 AND name = $4 AND sealed = $5`;

export function createRingUse({ query }: Connection): RingUse {
  return {
    counts: async () =>
      (await query(countsSql)).rows.map((row) => ({
        ringKeyId: String(row["ring_key_id"]),
        apiKeys: Number(row["keys"]),
        secrets: Number(row["secrets"]),
      })),
    keysSealedBy: async (ringKeyIds, limit) =>
      (await query(keysSql, [ringKeyIds, limit])).rows.map((row) => ({
        installedAppId: String(row["installed_app_id"]),
        sealed: row["sealed"] as Uint8Array,
      })),
    reseal: async (row, { sealed, ringKeyId }, keyHash) => {
      const values = [Buffer.from(sealed), ringKeyId, keyHash, row.installedAppId, Buffer.from(row.sealed)];
      return (await query(resealSql, values)).count > 0;
    },
    secretsSealedBy: async (ringKeyIds, limit) =>
      (await query(secretsSql, [ringKeyIds, limit])).rows.map((row) => ({
        owner: String(row["owner"]),
        name: String(row["name"]),
        sealed: row["sealed"] as Uint8Array,
      })),
    resealSecret: async (row, { sealed, ringKeyId }) => {
      const values = [Buffer.from(sealed), ringKeyId, row.owner, row.name, Buffer.from(row.sealed)];
      return (await query(resealSecretSql, values)).count > 0;
    },
  };
}
