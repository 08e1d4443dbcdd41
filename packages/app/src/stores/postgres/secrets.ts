/** Secrets of the app's own, sealed. */
import { entryOfSecret } from "../../audit/of-secrets.ts";
import type { Store } from "../interface.ts";
import { ownerText } from "../owner.ts";
import { optionalText } from "../rows.ts";
import { addEntries } from "./audit.ts";
import type { Connection, Query } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

// An uninstall at the same time waits for the lock, or is waited for: nothing is kept of what has ended.
const setSql = `WITH active AS
    (SELECT 1 FROM annex.installations WHERE installed_app_id = $1 AND status = 'active' FOR SHARE)
  INSERT INTO annex.secrets (owner, name, prefix, set_at, set_by, sealed, ring_key_id)
  SELECT $2, $3, $4, $5::bigint, $6, $7::bytea, $8 FROM active
  ON CONFLICT (owner, name) DO UPDATE SET prefix = excluded.prefix, set_at = excluded.set_at,
    set_by = excluded.set_by, sealed = excluded.sealed, ring_key_id = excluded.ring_key_id`;
const findSql = "SELECT sealed FROM annex.secrets WHERE owner = $1 AND name = $2";
const removeSql = "DELETE FROM annex.secrets WHERE owner = $1 AND name = $2";
const listSql = "SELECT name, prefix, set_at, set_by FROM annex.secrets WHERE owner = $1 ORDER BY name";

export function createSecrets({ query }: Connection, transaction: Transaction): Store["secrets"] {
  return {
    set: (secret) => {
      const { owner, name, key, prefix, setAt, setBy, installedAppId } = secret;
      const values = [installedAppId, ownerText(owner), name, prefix, setAt, setBy ?? null];
      return transaction.run(async (held) => {
        const { count } = await held(setSql, [...values, Buffer.from(key.sealed), key.ringKeyId]);
        if (count > 0) addEntries(held, [entryOfSecret("secret.set", secret, setAt)]);
        return count > 0;
      });
    },
    find: async (owner, name) => {
      const sealed = (await query(findSql, [ownerText(owner), name])).rows[0]?.["sealed"];
      return sealed instanceof Uint8Array ? sealed : undefined;
    },
    remove: (secret) =>
      transaction.run(async (held) => {
        const { count } = await held(removeSql, [ownerText(secret.owner), secret.name]);
        if (count > 0) addEntries(held, [entryOfSecret("secret.removed", secret, secret.now)]);
        return count > 0;
      }),
    list: async (owner) =>
      (await query(listSql, [ownerText(owner)])).rows.map((row) => ({
        name: String(row["name"]),
        prefix: String(row["prefix"]),
        setAt: Number(row["set_at"]),
        setBy: optionalText(row["set_by"]),
      })),
  };
}

/** All of some owners; how many there were. */
export async function eraseSecrets(query: Query, owners: readonly string[]): Promise<number> {
  return (await query("DELETE FROM annex.secrets WHERE owner = ANY($1)", [owners])).count;
}
