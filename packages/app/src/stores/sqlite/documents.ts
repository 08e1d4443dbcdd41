import type { ListOptions } from "../../data/index.ts";
import type { CollectionAddress, Store } from "../interface.ts";
import type { Connection } from "./connection.ts";
import type { SharedCommit } from "./shared-commit.ts";

const usualLimit = 1000;
const here = "installed_app_id = ? AND collection = ?";
/** Beyond every key that begins with a prefix: the highest code point there is. */
const last = "\u{10FFFF}";

/** The app's own documents; every statement names the installation. */
export function createDocuments(connection: Connection, commit: SharedCommit): Store["documents"] {
  return {
    get: async (address, key) => {
      const sql = `SELECT value FROM documents WHERE ${here} AND key = ?`;
      const value = connection.statement(sql).get(...located(address), key)?.["value"];
      return typeof value === "string" ? value : undefined;
    },
    put: (address, entries) =>
      commit.run(() => {
        const sql = `INSERT INTO documents (installed_app_id, collection, key, value) VALUES (?, ?, ?, ?)
          ON CONFLICT (installed_app_id, collection, key) DO UPDATE SET value = excluded.value`;
        const put = connection.statement(sql);
        for (const [key, text] of entries) put.run(...located(address), key, text);
      }),
    delete: (address, key) =>
      commit.run(() => {
        const sql = `DELETE FROM documents WHERE ${here} AND key = ?`;
        return Number(connection.statement(sql).run(...located(address), key).changes) > 0;
      }),
    list: async (address, options) => list(connection, address, options),
    count: async (address, prefix) => {
      const sql = `SELECT count(*) AS entries FROM documents WHERE ${here} AND key >= ? AND key < ?`;
      const row = connection.statement(sql).get(...located(address), prefix, `${prefix}${last}`);
      return Number(row?.["entries"]);
    },
  };
}

function list(connection: Connection, address: CollectionAddress, options: ListOptions) {
  const { prefix = "", after, limit = usualLimit, descending = false } = options;
  const beyond = after === undefined ? "" : descending ? "AND key < ?" : "AND key > ?";
  const sql = `SELECT key, value FROM documents WHERE ${here} AND key >= ? AND key < ? ${beyond}
    ORDER BY key ${descending ? "DESC" : "ASC"} LIMIT ?`;
  return connection
    .statement(sql)
    .all(...located(address), prefix, `${prefix}${last}`, ...(after === undefined ? [] : [after]), limit)
    .map((row) => ({ key: String(row["key"]), text: String(row["value"]) }));
}

function located(address: CollectionAddress): [string, string] {
  return [address.installedAppId, address.collection];
}
