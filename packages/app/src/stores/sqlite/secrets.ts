/**
 * Secrets of the app's own. What is sealed lies apart and is overwritten in place when it goes; its row stays for the
 * next one of its size, since a row that is deleted makes SQLite move others and leave copies of them behind.
 */
import { entryOfSecret } from "../../audit/of-secrets.ts";
import type { Owner, SecretToKeep, Store, StoredSecret } from "../interface.ts";
import { ownerText } from "../owner.ts";
import { optionalText } from "../rows.ts";
import { addEntry } from "./audit.ts";
import type { Connection } from "./connection.ts";
import type { Erasure } from "./erasure.ts";
import type { Transaction } from "./transaction.ts";

const isActiveSql = "SELECT 1 AS one FROM installations WHERE installed_app_id = ? AND status = 'active'";
const findSql = `SELECT s.sealed FROM secrets JOIN sealed_secrets s USING (secret_number)
  WHERE owner = ? AND name = ?`;
const listSql = "SELECT name, prefix, set_at, set_by FROM secrets WHERE owner = ? ORDER BY name";
const reuseSql = `UPDATE sealed_secrets SET sealed = ?1, freed = 0 WHERE secret_number = (SELECT secret_number
    FROM sealed_secrets WHERE freed = 1 AND ring_key_id = ?2 AND length(sealed) = length(?1) LIMIT 1)
  RETURNING secret_number`;
const insertSealedSql =
  "INSERT INTO sealed_secrets (sealed, ring_key_id) VALUES (?, ?) RETURNING secret_number";
const insertSql = `INSERT INTO secrets (owner, name, prefix, set_at, set_by, secret_number) VALUES (?, ?, ?, ?, ?, ?)`;
const overwriteSql = `UPDATE sealed_secrets SET sealed = zeroblob(length(sealed)), freed = 1 WHERE secret_number = ?`;

export function createSecrets(
  connection: Connection,
  transaction: Transaction,
  erasure: Erasure,
): Store["secrets"] {
  const sql = connection.statement;
  return {
    set: async (secret) => {
      const done = await transaction.run(() => {
        if (sql(isActiveSql).get(secret.installedAppId) === undefined) return "ended";
        const hadOne = removeSecret(connection, ownerText(secret.owner), secret.name);
        insert(connection, secret);
        addEntry(connection, entryOfSecret("secret.set", secret, secret.setAt));
        return hadOne ? "replaced" : "new";
      });
      if (done === "replaced") await erasure.erased();
      return done !== "ended";
    },
    find: async (owner, name) => {
      const sealed = sql(findSql).get(ownerText(owner), name)?.["sealed"];
      return sealed instanceof Uint8Array ? sealed : undefined;
    },
    remove: async (secret) => {
      const hadOne = await transaction.run(() => {
        if (!removeSecret(connection, ownerText(secret.owner), secret.name)) return false;
        addEntry(connection, entryOfSecret("secret.removed", secret, secret.now));
        return true;
      });
      if (hadOne) await erasure.erased();
      return hadOne;
    },
    list: async (owner) => listSecrets(connection, owner),
  };
}

function listSecrets(connection: Connection, owner: Owner): readonly StoredSecret[] {
  const rows = connection.statement(listSql).all(ownerText(owner));
  return rows.map((row) => ({
    name: String(row["name"]),
    prefix: String(row["prefix"]),
    setAt: Number(row["set_at"]),
    setBy: optionalText(row["set_by"]),
  }));
}

function insert(connection: Connection, { owner, name, key, prefix, setAt, setBy }: SecretToKeep): void {
  const { sealed, ringKeyId } = key;
  const row =
    connection.statement(reuseSql).get(sealed, ringKeyId) ??
    connection.statement(insertSealedSql).get(sealed, ringKeyId);
  const number = Number(row?.["secret_number"]);
  connection.statement(insertSql).run(ownerText(owner), name, prefix, setAt, setBy ?? null, number);
}

/** Inside a transaction. */
function removeSecret(connection: Connection, owner: string, name: string): boolean {
  const removed = connection
    .statement("DELETE FROM secrets WHERE owner = ? AND name = ? RETURNING secret_number")
    .get(owner, name);
  if (removed === undefined) return false;
  connection.statement(overwriteSql).run(Number(removed["secret_number"]));
  return true;
}

/** Inside a transaction: all of an owner; how many there were. */
export function eraseSecrets(connection: Connection, owner: string): number {
  const removed = connection
    .statement("DELETE FROM secrets WHERE owner = ? RETURNING secret_number")
    .all(owner);
  for (const row of removed) connection.statement(overwriteSql).run(Number(row["secret_number"]));
  return removed.length;
}
