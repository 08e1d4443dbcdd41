/** Sealed keys by the ring key they are under, and sealing them anew. */
import type { RingUse } from "../interface.ts";
import type { Connection } from "./connection.ts";

const countsSql = `SELECT ring_key_id, count(*)::int AS keys FROM annex.installations
  WHERE status = 'active' AND ring_key_id IS NOT NULL GROUP BY 1 ORDER BY ring_key_id COLLATE "C"`;
const othersSql = `SELECT installed_app_id, sealed FROM annex.installations
  WHERE status = 'active' AND sealed IS NOT NULL AND ring_key_id <> $1 LIMIT $2`;
const resealSql = `UPDATE annex.installations SET sealed = $1, ring_key_id = $2, key_hash = $3
  WHERE installed_app_id = $4 AND sealed = $5 AND status = 'active'`;

export function createRingUse({ query }: Connection): RingUse {
  return {
    counts: async () =>
      (await query(countsSql)).rows.map((row) => ({
        ringKeyId: String(row["ring_key_id"]),
        count: Number(row["keys"]),
      })),
    sealedByOthers: async (ringKeyId, limit) =>
      (await query(othersSql, [ringKeyId, limit])).rows.map((row) => ({
        installedAppId: String(row["installed_app_id"]),
        sealed: row["sealed"] as Uint8Array,
      })),
    reseal: async (row, { sealed, ringKeyId }, keyHash) => {
      const values = [Buffer.from(sealed), ringKeyId, keyHash, row.installedAppId, Buffer.from(row.sealed)];
      return (await query(resealSql, values)).count > 0;
    },
  };
}
